using System.Collections.Generic;
using System.IO;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Weights;

/// <summary>The files of weights that lie beside the tests, made by PyTorch, and real ones beside the repository.</summary>
internal static class TestFiles
{
    private const float Step = 1f / 64;

    /// <summary>The path of a committed file.</summary>
    public static string Path(string name) => System.IO.Path.Combine(Root(), "tests", "Cim.Vulkan.Training.Tests", "Weights", "Files", name);

    /// <summary>A real file or folder; a test that needs it is skipped where it is absent.</summary>
    public static string RequireShared(string name)
    {
        string path = System.IO.Path.GetFullPath(System.IO.Path.Combine(Root(), "..", "shared", "data", name));
        if (!System.IO.Path.Exists(path)) Assert.Ignore($"real data '{name}' is not on this machine (looked for ../shared/data from the repository root)");
        return path;
    }

    /// <summary>What make_files.py fills the tensor of a number with.</summary>
    public static IEnumerable<float> Filled(int count, int number) => Enumerable.Range(0, count).Select(i => number + (i * Step));

    /// <summary>The values of a tensor as float32.</summary>
    public static float[] Floats(this WeightsSource source, string name) => source.ReadFloats(source[name]);

    private static string Root()
    {
        for (DirectoryInfo? folder = new(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Cim.Vulkan.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("this test reads the checkout: run it from its own build output");
    }
}
