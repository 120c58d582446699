using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Cim.Vulkan.Cli.Tests;

/// <summary><c>cim doctor</c> on machines that lack something: it says what and how to mend it, and never falls over.</summary>
public sealed class DoctorTests
{
    private string _folder = "";

    [SetUp]
    public void Make_a_folder() => _folder = Directory.CreateTempSubdirectory("cim-doctor-").FullName;

    [TearDown]
    public void Remove_it() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Without_a_driver_it_says_what_to_install()
    {
        CommandRun run = CommandRun.AsProcess(_folder, new Dictionary<string, string> { ["VK_DRIVER_FILES"] = "nowhere.json", ["VK_ICD_FILENAMES"] = "nowhere.json" }, "doctor");
        Check(run, 2);
        Assert.That(ProblemsOf(run), Has.Some.Contains("VK_DRIVER_FILES names no driver that exists").Or.Contains("No Vulkan loader found"));
    }

    [Test]
    public void With_a_file_that_only_bears_the_loaders_name_it_says_so()
    {
        if (!OperatingSystem.IsLinux()) Assert.Ignore("the loader's name and the variable are Linux's");
        File.Copy(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.Native.so"), Path.Combine(_folder, "libvulkan.so.1"));
        CommandRun run = CommandRun.AsProcess(_folder, new Dictionary<string, string> { ["LD_LIBRARY_PATH"] = _folder }, "doctor");
        Check(run, 2);
        Assert.That(ProblemsOf(run).Single(), Does.Contain("The Vulkan loader is broken or older than 1.1"));
    }

    [Test]
    public async Task An_unknown_device_is_a_problem_with_its_mend()
    {
        CommandRun run = await CommandRun.InProcess("doctor", "--device", "Voodoo", "--out", _folder);
        Check(run, 2);
    }

    [Test]
    public async Task Findings_are_written_as_json_and_nothing_else_is()
    {
        string json = Path.Combine(_folder, "doctor.json");
        CommandRun run = await CommandRun.InProcess("doctor", "--data", "builtin:shapes", "--out", Path.Combine(_folder, "run"), "--json", json);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllBytes(json));
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(report.RootElement.GetProperty("problems").GetInt32() == 0 ? 0 : 2));
            Assert.That(report.RootElement.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("topic").GetString()), Does.Contain("pictures").And.Contain("disk"));
            Assert.That(Directory.EnumerateFileSystemEntries(_folder), Is.EqualTo(new[] { json }));
        });
    }

    [Test]
    public async Task A_folder_without_pictures_is_a_problem()
    {
        CommandRun run = await CommandRun.InProcess("doctor", "--data", _folder, "--out", _folder);
        Check(run, 2);
        Assert.That(ProblemsOf(run), Has.Some.Contains("no pictures found"));
    }

    // Aligned lines, no stack trace, and a mend for whatever stands in the way.
    private static void Check(CommandRun run, int exitCode) => Assert.Multiple(() =>
    {
        Assert.That(run.ExitCode, Is.EqualTo(exitCode), run.Output + run.Errors);
        Assert.That(run.Errors, Is.Empty);
        string[] lines = run.Output.TrimEnd('\n').Split('\n');
        Assert.That(lines[..^1], Has.All.Match("^(ok     |note   |problem)  [^ ].*"));
        Assert.That(ProblemsOf(run), Is.Not.Empty.And.All.Contains(" -> "));
    });

    private static string[] ProblemsOf(CommandRun run) => [.. run.Output.Split('\n').Where(line => line.StartsWith("problem  ", StringComparison.Ordinal))];
}
