using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Cim.Vulkan.Device;
using NUnit.Framework;

namespace Cim.Vulkan.Cli.Tests;

/// <summary>
/// Every mistake gives the one line of the guide, exit code 2, and changes no file. CIM_WRITE_GUIDES=1 writes the guide anew from what
/// the program says: read it aloud before committing it.
/// </summary>
public sealed class MistakeTests
{
    private const int FewestMistakes = 30;

    private static readonly Regex s_devices = new(@"\d+: ((?!: )[^;])*? \([0-9a-f]{8}-[0-9a-f-]{27}\)(; \d+: [^;]*? \([0-9a-f]{8}-[0-9a-f-]{27}\))*");
    private static readonly Dictionary<string, string> s_guide = MistakeGuide.Read();
    private static readonly Dictionary<string, string> s_said = [];
    private static readonly Lazy<bool> s_hasDevice = new(HasDevice);

    private static IEnumerable<TestCaseData> All => MistakeList.All.Select(mistake => new TestCaseData(mistake).SetArgDisplayNames(mistake.Done));

    [TestCaseSource(nameof(All))]
    public async Task A_mistake_gives_the_line_of_the_guide(object mistake)
    {
        var made = (Mistake)mistake;
        if (made.NeedsDevice && !s_hasDevice.Value) Assert.Ignore("needs a Vulkan device: none on this machine");
        if (made.Program is not null && OperatingSystem.IsWindows()) Assert.Ignore("needs bash");
        using var scene = new MistakeScene();
        made.Before?.Invoke(scene);
        IReadOnlyList<string> before = scene.Content();
        CommandRun run = await Make(made, scene);
        string line = Neutral(run.Errors.TrimEnd('\n'), scene);
        s_said[made.Done] = line;
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2), run.Errors);
            Assert.That(line, Does.StartWith("cim: ").And.Not.Contain("\n"), "one line");
            Assert.That(scene.Content(), Is.EqualTo(before), "nothing is written or overwritten");
            if (!MistakeGuide.IsWritten) Assert.That(line, Is.EqualTo(s_guide.GetValueOrDefault(made.Done)), "the guide's line; CIM_WRITE_GUIDES=1 writes it anew");
        });
    }

    [Test]
    public void The_guide_has_a_row_for_every_mistake_and_no_other()
    {
        if (MistakeGuide.IsWritten) return;
        Assert.That(MistakeList.All, Has.Count.AtLeast(FewestMistakes));
        Assert.That(MistakeGuide.Text(), Is.EqualTo(MistakeGuide.Compose(MistakeList.All.Select(mistake => (mistake.Done, s_guide.GetValueOrDefault(mistake.Done, "missing"))))));
    }

    [OneTimeTearDown]
    public void Write_the_guide()
    {
        if (MistakeGuide.IsWritten) MistakeGuide.Write(MistakeList.All.Select(mistake => (mistake.Done, s_said.GetValueOrDefault(mistake.Done, s_guide.GetValueOrDefault(mistake.Done, "missing")))));
    }

    private static async Task<CommandRun> Make(Mistake mistake, MistakeScene scene)
    {
        if (mistake.Program is { } program) return program();
        if (mistake.Environment is { } environment) return CommandRun.AsProcess(scene.Folder, environment, mistake.Arguments);
        if (mistake.Fault is { } fault)
        {
            using var errors = new StringWriter();
            Exception? thrown = Assert.Catch(() => fault(scene));
            return new CommandRun(ErrorLines.Report(thrown!, errors, verbose: false), "", errors.ToString());
        }
        string former = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = scene.Folder;
            return await CommandRun.InProcess(mistake.Arguments);
        }
        finally
        {
            Environment.CurrentDirectory = former;
        }
    }

    // What differs from machine to machine: where the scene lies and which devices there are.
    private static string Neutral(string line, MistakeScene scene) =>
        s_devices.Replace(line.Replace(scene.Folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal), "0: NAME (UUID)");

    private static bool HasDevice()
    {
        try
        {
            using VulkanInstance instance = VulkanInstance.Create();
            return instance.EnumerateDevices().Any(device => device.Capabilities.IsUsable);
        }
        catch (VulkanUnavailableException)
        {
            return false;
        }
    }
}
