using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using System.Xml.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Cli.Tests;

public sealed class BenchReportTests
{
    private const string Evil = "<script>alert(1)</script>\\\" onload=x & \\u0002";
    private const string Roof = """{"gflops":100,"gigabytesPerSecond":10,"launchMicroseconds":5,"submitMicroseconds":50}""";

    private string _folder = "";

    private string Page => Path.Combine(_folder, "page.html");

    [SetUp]
    public void Make_folder() => _folder = Directory.CreateTempSubdirectory("cim-bench-report-").FullName;

    [TearDown]
    public void Delete_folder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Every_row_has_its_median_and_a_dot_on_the_roofline()
    {
        XElement page = await Written(Write("ops.json", "ops", Row("matmul", "8x8x8", 4.25), Row("softmax", "2x3", 1.5)));
        Assert.That(page.Value, Does.Contain("4.25").And.Contain("8x8x8").And.Contain("100").And.Contain("45 %"));
        string[] dots = page.Descendants().Where(element => element.Name.LocalName == "circle").Select(circle => circle.Value).ToArray();
        Assert.That(dots, Has.Length.EqualTo(2));
        Assert.That(dots[0], Is.EqualTo("matmul 8x8x8: 20.0 GFLOP/s, 4.00 operations a byte, 45 % of the roof"));
    }

    [Test]
    public async Task The_roof_bends_where_memory_and_arithmetic_take_as_long()
    {
        XElement page = await Written(Write("ops.json", "ops", Row("matmul", "8x8x8", 4)));
        double[][] roof = page.Descendants().Single(element => element.Name.LocalName == "polyline").Attribute("points")!.Value.Split(' ')
            .Select(point => point.Split(',').Select(number => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture)).ToArray()).ToArray();
        XElement[] ticks = page.Descendants().Where(element => element.Name.LocalName == "text" && element.Value == "10" && element.Attribute("text-anchor")!.Value == "middle").ToArray();
        Assert.That(roof[1][1], Is.EqualTo(roof[2][1]).And.LessThan(roof[0][1]), "up, then level");
        Assert.That(roof[1][0], Is.EqualTo((double)ticks.Single().Attribute("x")!).Within(0.2), "100 GFLOP/s over 10 GB/s are 10 operations a byte");
    }

    [Test]
    public async Task Nothing_of_a_file_becomes_markup()
    {
        XElement page = await Written(Write("evil.json", "ops", Row(Evil, Evil, 4)), Write("evil2.json", "train", TrainRow(Evil)));
        Assert.That(page.Descendants().Select(element => element.Name.LocalName), Does.Not.Contain("script"));
        Assert.That(page.Descendants().Attributes().Select(attribute => attribute.Name.LocalName), Does.Not.Contain("onload"));
        Assert.That(page.Value, Does.Contain("<script>alert(1)</script>"));
    }

    [Test]
    public async Task The_page_asks_nobody_for_anything()
    {
        await Written(Write("ops.json", "ops", Row("matmul", "8x8x8", 4)));
        string text = File.ReadAllText(Page);
        Assert.That(text, Does.Contain("default-src 'none'").And.Contain("prefers-color-scheme: dark"));
        Assert.That(Regex.Matches(text, @"(?<!xmlns=.)https?://"), Is.Empty, "no address but the namespace of SVG");
        Assert.That(text, Does.Not.Contain("src=").And.Not.Contain("@import").And.Not.Contain("url("));
    }

    [Test]
    public async Task Two_files_are_laid_side_by_side()
    {
        XElement page = await Written(Write("a.json", "ops", Row("matmul", "8x8x8", 6)), Write("b.json", "ops", Row("matmul", "8x8x8", 2)));
        Assert.That(page.Value, Does.Contain("A and B side by side").And.Contain("geometric mean of A / B 3.00").And.Contain("3.00"));
    }

    [Test]
    public async Task A_CPU_driver_is_marked_and_not_ranked_against_a_GPU()
    {
        XElement page = await Written(Write("a.json", "ops", isCpu: true, Row("matmul", "8x8x8", 6)), Write("b.json", "ops", Row("matmul", "8x8x8", 2)));
        Assert.That(page.Descendants("span").Count(mark => mark.Value == "CPU"), Is.AtLeast(3), "beside the device, its roofline and its rows");
        Assert.That(page.Value, Does.Contain("no mean").And.Not.Contain("geometric").And.Not.Contain("A / B"));
    }

    [Test]
    public async Task A_training_step_has_its_numbers_and_its_profile()
    {
        XElement page = await Written(Write("train.json", "train", TrainRow("matmul_tiled")));
        Assert.That(page.Descendants("dt").Select(name => name.Value), Is.SupersetOf(new[] { "images a second", "host work, ms a step", "first step, s after the start" }));
        XElement bar = page.Descendants("ol").Single().Descendants("span").Single(span => span.Attribute("style") is not null);
        Assert.That(bar.Attribute("style")!.Value, Is.EqualTo("width: 62.5%"));
    }

    [Test]
    public async Task What_has_no_time_says_why()
    {
        XElement page = await Written(Write("models.json", "models", """{"op":"vit_b16","case":"224 batch 32","variant":"","status":"unsupported","reason":"a tensor takes 200 MiB"}"""));
        Assert.That(page.Value, Does.Contain("unsupported: a tensor takes 200 MiB").And.Not.Contain("0.00"));
    }

    [Test]
    public async Task Another_page_is_replaced_and_any_other_file_is_not()
    {
        string file = Write("ops.json", "ops", Row("matmul", "8x8x8", 4)), other = Path.Combine(_folder, "mine.html");
        await Written(file);
        await Written(file);
        File.WriteAllText(other, "<p>mine</p>");
        CommandRun run = await CommandRun.InProcess(["bench", "report", file, "--out", other]);
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Errors, Does.Contain("is there already and is no report"));
        Assert.That(File.ReadAllText(other), Is.EqualTo("<p>mine</p>"));
    }

    private static string Row(string op, string name, double milliseconds) => FormattableString.Invariant(
        $$"""{"op":"{{op}}","case":"{{name}}","variant":"","kernel":"k","gflops":20,"gigabytesPerSecond":5,"roofShare":0.45,"milliseconds":{{milliseconds}},"spread":0.01,"status":"ok"}""");

    private static string TrainRow(string kernel) =>
        $$$"""{"op":"train","case":"revdet micro 32 batch 8","variant":"","gflops":20,"gigabytesPerSecond":5,"milliseconds":4,"spread":0.01,"status":"ok","images":8,"imagesPerSecond":2000,"training":{"generatorParameters":1,"enhancerParameters":2,"tokenizerParameters":3,"hostMilliseconds":0.5,"firstStepMilliseconds":900,"profile":[{"kernel":"{{{kernel}}}","launches":3,"milliseconds":2.5,"share":0.625}]}}""";

    private async Task<XElement> Written(params string[] files)
    {
        CommandRun run = await CommandRun.InProcess(["bench", "report", .. files, "--out", Page]);
        Assert.That(run.ExitCode, Is.Zero, run.Errors);
        string text = File.ReadAllText(Page);
        return XElement.Parse(text[text.IndexOf("<html", StringComparison.Ordinal)..]);
    }

    private string Write(string name, string bench, params string[] rows) => Write(name, bench, isCpu: false, rows);

    private string Write(string name, string bench, bool isCpu, params string[] rows)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, $$"""{"format":2,"bench":"{{bench}}","device":"d{{(isCpu ? "cpu" : "")}}","driver":"v","driverInfo":"1","apiVersion":"1.3","deviceUuid":"u","measured":"2026-01-01T00:00:00Z","isCpuDriver":{{(isCpu ? "true" : "false")}},"roof":{{Roof}},"rows":[{{string.Join(',', rows)}}]}""");
        return path;
    }
}
