using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Cim.Vulkan.Data;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Cli.Tests;

/// <summary>
/// Every command of the guides is run as it stands, in the order of its page, with few steps and small batches. The words of the launcher
/// alone (`./cim test`, `./cim kernels`) are looked up in the launcher instead.
/// </summary>
public sealed class GuideTests : GpuTest
{
    private const int ClassCount = 2, PicturesPerClass = 12;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    private static readonly string[] s_pages =
    [
        "README.md", "bench/README.md", "shaders/README.md",
        "src/Cim.Vulkan.Cli/guides/first-training.md", "src/Cim.Vulkan.Cli/guides/curves.md", "src/Cim.Vulkan.Cli/guides/devices.md",
        "src/Cim.Vulkan.Cli/guides/methods.md",
        "src/Cim.Vulkan.Cli/guides/export.md",
    ];

    private string _folder = "";

    private static string Root
    {
        get
        {
            DirectoryInfo? folder = new(TestContext.CurrentContext.TestDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Cim.Vulkan.sln"))) folder = folder.Parent;
            return folder?.FullName ?? throw new DirectoryNotFoundException("the checkout's root was not found");
        }
    }

    [SetUp]
    public void Draw_pictures()
    {
        _folder = Path.Combine(Path.GetTempPath(), $"cim-guide-{Guid.NewGuid():N}");
        ImageSource shapes = DatasetLocator.Open("builtin:shapes");
        var drawn = new int[ClassCount];
        for (int i = 0; drawn.Sum() < ClassCount * PicturesPerClass; i++)
        {
            ImageRecord record = shapes.Read(i);
            if (record.Label >= ClassCount || drawn[record.Label] >= PicturesPerClass) continue;
            string folder = Path.Combine(_folder, "PICTURES", shapes.ClassNames[record.Label]);
            Directory.CreateDirectory(folder);
            var grid = new ImageGrid(1, 1, record.RawWidth, record.RawHeight);
            grid.SetImage(0, 0, Planes(record), record.RawWidth, record.RawHeight);
            File.WriteAllBytes(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{drawn[record.Label]++}.png")), grid.ToPng());
        }
    }

    [TearDown]
    public void Delete_pictures() => Directory.Delete(_folder, recursive: true);

    [TestCaseSource(nameof(s_pages))]
    public void Every_command_of_a_page_runs(string page)
    {
        string[] commands = CommandsOf(File.ReadAllText(Path.Combine(Root, page))).ToArray();
        string launcher = File.ReadAllText(Path.Combine(Root, "cim"));
        foreach (string command in commands)
        {
            string word = command.Split(' ')[0];
            if (word is "test" or "kernels") Assert.That(launcher, Does.Contain($"./cim {word}"));
            else Run(command);
        }
    }

    [Test]
    public void The_guides_have_commands() =>
        Assert.That(s_pages.SelectMany(page => CommandsOf(File.ReadAllText(Path.Combine(Root, page)))).Select(command => command.Split(' ')[0]).Distinct(),
            Is.SupersetOf(new[] { "demo", "doctor", "tokenizer", "pretrain", "watch", "report", "probe", "export", "devices", "tune", "bench", "test", "kernels" }));

    // Lines of a code block that start with ./cim, with what a shell makes of them left to the shell's users: no quotes, no pipes.
    private static IEnumerable<string> CommandsOf(string page) =>
        Regex.Matches(page, @"^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)
            .SelectMany(block => block.Groups[1].Value.Split('\n'))
            .Where(line => line.StartsWith("./cim ", StringComparison.Ordinal))
            .Select(line => Regex.Replace(line["./cim ".Length..], @"\s+#.*$", "").Trim());

    private static string Shortened(string command)
    {
        command = Regex.Replace(command, @"--steps \d+", "--steps 2");
        command = Regex.Replace(command, @"--batch \d+", "--batch 4");
        command = Regex.Replace(command, @"--seconds \d+", "--seconds 2");
        command = Regex.Replace(command, @"--probe-every \d+", "--probe-every 1");
        if (command.StartsWith("demo", StringComparison.Ordinal) && !command.Contains("--steps")) command += " --steps 2";
        if (Regex.IsMatch(command, "^bench (ops|validate|compare)")) command = Regex.Replace(command, @" --filter \S+", "") + " --filter softmax";
        return command;
    }

    private void Run(string command)
    {
        var start = new ProcessStartInfo("dotnet", $"{Path.Combine(TestContext.CurrentContext.TestDirectory, "cim.dll")} {Shortened(command)}")
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What is found in two seconds must not steer the machine's later runs.
        if (command.StartsWith("tune", StringComparison.Ordinal)) start.Environment["XDG_CACHE_HOME"] = _folder;
        using Process process = Process.Start(start)!;
        System.Threading.Tasks.Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = "";
        if (command.StartsWith("watch ", StringComparison.Ordinal)) output = InterruptOnceServed(process);
        System.Threading.Tasks.Task<string> rest = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(s_patience))
        {
            process.Kill();
            Assert.Fail($"`cim {command}` did not end within {s_patience.TotalMinutes} minutes");
        }
        Assert.That(process.ExitCode, Is.Zero, $"cim {Shortened(command)}\n{output}{rest.Result}{errors.Result}");
    }

    private static string InterruptOnceServed(Process process)
    {
        string line = process.StandardOutput.ReadLine() ?? "";
        Assert.That(line, Does.Contain("http://127.0.0.1:"));
        // Not SIGINT: a test run in the background of a shell hands down that it is ignored.
        using Process kill = Process.Start("kill", $"-TERM {process.Id}");
        kill.WaitForExit();
        return line;
    }

    private static float[] Planes(ImageRecord record)
    {
        int count = record.RawWidth * record.RawHeight;
        var planes = new float[3 * count];
        for (int i = 0; i < planes.Length; i++) planes[(i % 3 * count) + (i / 3)] = record.Bytes[i] / 255f;
        return planes;
    }
}
