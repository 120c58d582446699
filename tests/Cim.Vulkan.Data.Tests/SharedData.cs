using System.IO;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests;

/// <summary>Real pictures beside the repository; tests that need them skip where they are absent.</summary>
internal static class SharedData
{
    public static string Require(string name)
    {
        var path = Find(name);
        if (path is null) Assert.Ignore($"real data '{name}' is not on this machine (looked for ../shared/data from the repository root)");
        return path!;
    }

    private static string? Find(string name)
    {
        for (var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Cim.Vulkan.sln"))) continue;
            var path = Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "data", name));
            return Path.Exists(path) ? path : null;
        }

        return null;
    }
}
