using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Cli.Tests;

/// <summary>A few rounds of <c>tests/torture/torture</c>; its README has the counts for a whole evening.</summary>
[Platform(Include = "Linux")]
public sealed class TortureTests
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);

    [TestCase("kill 5", "5 kills")]
    [TestCase("stop 2", "2 stops")]
    public async Task Nothing_acknowledged_is_lost(string arguments, string done)
    {
        if (GpuContext.Shared.Unavailable is { } reason) Assert.Ignore(reason);
        (int exitCode, string output) = await Torture(arguments, $"dotnet {Path.Combine(AppContext.BaseDirectory, "cim.dll")}");
        Assert.That((exitCode, output), Is.EqualTo((0, output)), "exit code");
        Assert.That(output, Does.Contain(done).And.Contain("0 losses"));
    }

    [Test]
    public async Task A_writer_that_overwrites_in_place_is_caught()
    {
        (int exitCode, string output) = await Torture("kill 10", "naive");
        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain("do not verify").Or.Contain("does not verify"));
    }

    private static async Task<(int ExitCode, string Output)> Torture(string arguments, string command)
    {
        string folder = Directory.CreateTempSubdirectory("cim-torture-").FullName;
        try
        {
            var start = new ProcessStartInfo(Path.Combine(Root(), "tests", "torture", "torture"), arguments.Split(' ')) { RedirectStandardOutput = true };
            start.Environment["CIM"] = command;
            start.Environment["TORTURE_FOLDER"] = folder;
            using Process process = Process.Start(start)!;
            string output = await process.StandardOutput.ReadToEndAsync().WaitAsync(s_longest);
            await process.WaitForExitAsync();
            return (process.ExitCode, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Cim.Vulkan.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("the tests do not run inside the repository");
    }
}
