using System;
using System.IO;
using System.Linq;
using System.Text;
using Cim.Vulkan.Training;
using NUnit.Framework;
using Spectre.Console;

namespace Cim.Vulkan.Cli.Tests.Watching;

/// <summary>What a terminal and a pipe get of a run.</summary>
public sealed class LiveRunTests
{
    private static readonly Metric[] s_metrics = [new("generatorLoss", 4.92), new("auc", 0.7)];

    [Test]
    public void The_live_line_shows_what_there_is_room_for([Values(1, 2, 8, 15, 30, 45, 60, 80, 120, 400)] int width)
    {
        string line = Shown(width, ColorSystemSupport.NoColors).Split('\r').Last(part => part.Contains("st", StringComparison.Ordinal) || width < 4);
        string text = line.Split('\e')[0].TrimEnd();
        Assert.That(text, Has.Length.LessThan(Math.Max(2, width)));
        if (width >= 15) Assert.That(text, Does.StartWith("step 150/1500"));
        if (width >= 30) Assert.That(text, Does.Contain("ETA 0:02:10"));
        if (width >= 120) Assert.That(text, Does.Contain("━").And.Contain("312 images/s").And.Contain("generatorLoss 4.92").And.EndWith("some device"));
    }

    [Test]
    public void Without_colours_there_are_none()
    {
        Assert.That(Shown(80, ColorSystemSupport.NoColors), Does.Not.Match(@"\e\[[0-9;]*m"));
        Assert.That(Shown(80, ColorSystemSupport.Standard), Does.Match(@"\e\[[0-9;]*m"));
    }

    [Test]
    public void A_note_erases_the_live_line_it_stands_in() => Assert.That(Shown(80, ColorSystemSupport.NoColors), Does.Contain("\r\e[2Ksaved it\n").Or.Contain("\r\e[2Ksaved it\r\n"));

    [Test]
    public void The_live_line_tells_how_many_kernels_are_compiled() =>
        Assert.That(Shown(80, ColorSystemSupport.NoColors), Does.Contain("compiling kernels for this device 12/85").And.Contain("device 60/85").And.Not.Contain("85/85"));

    [TestCase("pretrain --data x --out y")]
    [TestCase("pretrain --data x --out y --plain")]
    public void A_pipe_gets_plain_lines(string arguments)
    {
        TextWriter former = Console.Out;
        using var output = new StringWriter { NewLine = "\n" };
        try
        {
            Console.SetOut(output);
            Assume.That(Console.IsOutputRedirected || arguments.EndsWith("--plain", StringComparison.Ordinal), "the test host has no terminal");
            RunConsole.Show(CimCommandLine.Build().Parse(arguments.Split(' ')), Tell);
        }
        finally
        {
            Console.SetOut(former);
        }

        Assert.That(output.ToString(), Is.EqualTo("compiling 85 kernels for this device, 12 are done\nstep 150/1500 | generatorLoss 4.92 | auc 0.700 | 312 images/s | ETA 0:02:10\nsaved it\n"));
    }

    private static string Shown(int width, ColorSystemSupport colors)
    {
        using var writer = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, ColorSystem = colors, Out = new Screen(writer, width) });
        console.Profile.Capabilities.Unicode = true;
        new LiveRun(console).Show(Tell);
        return writer.ToString();
    }

    private static int Tell(IRunObserver view)
    {
        using var folder = new TemporaryRun();
        view.Begins(new RunStart(folder.Folder, "cim-pretrain", "some device", 0, 1500));
        view.Compiling(12, 85);
        view.Compiling(60, 85);
        view.Compiling(85, 85);
        view.Stepped(new RunProgress(150, 1500, 312, TimeSpan.FromSeconds(130), IsLogged: true), s_metrics);
        view.Noted("saved it");
        return 0;
    }

    private sealed class TemporaryRun : IDisposable
    {
        private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("cim-cli-");

        public TemporaryRun()
        {
            using var options = System.Text.Json.JsonDocument.Parse("{}");
            Folder = RunFolder.Open(new PhysicalFileSystem(), _place.FullName, new RunIdentity("test", options.RootElement), resume: false);
        }

        public RunFolder Folder { get; }

        public void Dispose()
        {
            Folder.Dispose();
            _place.Delete(recursive: true);
        }
    }

    private sealed class Screen(TextWriter writer, int width) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => true;

        public int Width => width;

        public int Height => 24;

        public void SetEncoding(Encoding encoding)
        {
        }
    }
}
