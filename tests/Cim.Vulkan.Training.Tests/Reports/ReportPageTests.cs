using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Reports;

/// <summary>The page of a run: whole by itself, safe against what it shows, nothing measured left out.</summary>
public sealed class ReportPageTests
{
    [TestCase(CimPretrainOptions.Kind, """{"objective":"RevDet"}""", RunFolderBuilder.RevDetLine)]
    [TestCase(CimPretrainOptions.Kind, """{"objective":"ResPix"}""", """{"step":STEP,"enhancerLoss":1.3,"l1Loss":0.6,"l2Loss":0.7,"generatorLoss":4,"knnAccuracy":0.3,"probeAccuracy":0.4}""")]
    [TestCase(TokenizerTrainingOptions.Kind, """{"vocabularySize":256}""", RunFolderBuilder.TokenizerLine)]
    [TestCase("another-kind", "{}", """{"step":STEP,"somethingNew":1.5,"more":2}""")]
    public void Every_series_is_drawn_once(string kind, string options, string line)
    {
        using var folder = new TemporaryFolder();
        RunReport run = RunReportReader.Read(RunFolderBuilder.Make(folder, "run", kind, options, line, 30));
        XElement page = Parse(ReportPage.Render("title", "", [run]));
        int drawn = page.Descendants().Count(element => element.Name.LocalName is "polyline" or "path" && Regex.IsMatch(element.Attribute("style")?.Value ?? "", @"stroke:var\(--line\d\)"));
        Assert.That(run.Series, Has.Count.GreaterThan(1));
        Assert.That(drawn, Is.EqualTo(run.Series.Count));
    }

    [Test]
    public void Page_holds_all_that_it_shows()
    {
        using var folder = new TemporaryFolder();
        string text = ReportPage.Render("title", "intro", [RunReportReader.Read(Whole(folder))]);
        XElement page = Parse(text);
        Assert.Multiple(() =>
        {
            Assert.That(Regex.Replace(text, @"xmlns=""http://www\.w3\.org/2000/svg""", ""), Does.Not.Contain("://"));
            Assert.That(page.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "src" or "href").Select(attribute => attribute.Value), Is.All.Matches<string>(value => value.StartsWith("data:image/png;base64,", StringComparison.Ordinal) || value.StartsWith('#')));
            Assert.That(page.Descendants().Select(element => element.Name.LocalName), Has.None.AnyOf("script", "link", "iframe"));
            Assert.That(text, Does.Contain("default-src 'none'").And.Contain("prefers-color-scheme: dark").And.Contain("width=device-width"));
        });
    }

    [Test]
    public void Pictures_and_charts_have_names_and_captions()
    {
        using var folder = new TemporaryFolder();
        XElement page = Parse(ReportPage.Render("title", "", [RunReportReader.Read(Whole(folder))]));
        string[] ids = page.Descendants().Attributes("id").Select(id => id.Value).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(ids, Is.Unique);
            Assert.That(page.Descendants("img").Select(image => (string?)image.Attribute("alt")), Is.All.Not.Null.And.All.Not.Empty);
            Assert.That(page.Descendants("figure").Where(figure => figure.Element("figcaption") is null), Is.Empty);
            foreach (XElement svg in page.Descendants().Where(element => element.Name.LocalName == "svg"))
                Assert.That((string?)svg.Attribute("aria-label") ?? (ids.Contains((string?)svg.Attribute("aria-labelledby")) ? "named" : ""), Is.Not.Empty);
            Assert.That(page.Descendants("figcaption").Select(caption => caption.Value), Has.Some.Contains("Step 500: original | masked | corrupted | suspicion"));
            Assert.That(page.Value, Does.Contain("llvmpipe").And.Contain("enhancer.depth").And.Contain("corruption 5").And.Contain("2 of 3 codes occur"));
        });
    }

    [Test]
    public void Names_from_a_folder_are_text_and_never_markup()
    {
        using var folder = new TemporaryFolder();
        const string Evil = "<script>alert(1)</script>";
        string run = RunFolderBuilder.Make(folder, "run", CimPretrainOptions.Kind, """{"objective":"RevDet","data":"<script>alert(1)</script>\" onload=\"x","]]><b>":1}""", """{"step":STEP,"<script>alert(1)</script>":1}""", 5);
        File.WriteAllText(Path.Combine(run, "device.json"), """{"name":"<script>alert(1)</script>","type":"Cpu","driver":"&amp;","driverInfo":"","apiVersion":"1.3","memoryBytes":1}""");
        RunReport report = RunReportReader.Read(run) with { Name = Evil };
        string text = ReportPage.Render(Evil, Evil, [report], [new ReportSection(Evil, [Evil], [(Evil, Evil)])]);
        Assert.That(text, Does.Not.Contain("<script").And.Not.Contain("<b>"));
        Assert.That(Parse(text).Value, Does.Contain(Evil));
    }

    [Test]
    public void Characters_that_no_page_may_hold_do_not_end_it()
    {
        using var folder = new TemporaryFolder();
        string run = RunFolderBuilder.Make(folder, "run", CimPretrainOptions.Kind, """{"data":"a\u0000b\u0007"}""", """{"step":STEP,"x\u0001":1,"half a character \ud800":2}""", 5);
        Assert.That(() => Parse(ReportPage.Render("\u0002", "\uffff", [RunReportReader.Read(run)])), Throws.Nothing);
    }

    [Test]
    public void Several_runs_make_one_page()
    {
        using var folder = new TemporaryFolder();
        RunReport[] runs = [RunReportReader.Read(RunFolderBuilder.RevDet(folder, "first")), RunReportReader.Read(RunFolderBuilder.RevDet(folder, "second"))];
        XElement page = Parse(ReportPage.Render("Demo", "Two runs.", runs, [new ReportSection("Numbers", ["What came out."], [("probe", "0.31")])]));
        Assert.That(page.Descendants("article").Count(), Is.EqualTo(2));
        Assert.That(page.Descendants("h1").Single().Value, Is.EqualTo("Demo"));
        Assert.That(page.Descendants().Attributes("id").Select(id => id.Value), Is.Unique);
        Assert.That(page.Value, Does.Contain("What came out.").And.Contain("RevDet pre-training: second"));
    }

    [Test]
    public void A_damaged_picture_is_named()
    {
        using var folder = new TemporaryFolder();
        string run = Whole(folder);
        string grid = Path.Combine(run, "grids", "step-00000500.png");
        File.WriteAllBytes(grid, File.ReadAllBytes(grid)[..200]);
        Assert.That(Parse(ReportPage.Render("t", "", [RunReportReader.Read(run)])).Value, Does.Contain("step-00000500.png could not be read"));
    }

    [Test]
    public void Replaces_an_earlier_report_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        RunReport run = RunReportReader.Read(RunFolderBuilder.RevDet(folder));
        string report = folder.File("report.html"), other = folder.File("precious.html");
        File.WriteAllText(other, "<html>precious</html>");
        ReportPage.Write(report, run);
        Assert.That(() => ReportPage.Write(report, run), Throws.Nothing);
        Assert.That(() => ReportPage.Write(other, run), Throws.TypeOf<OptionsException>().With.Message.Contain("is no report: give another --out"));
        Assert.That(() => ReportPage.Write(folder.Path, run), Throws.TypeOf<OptionsException>().With.Message.Contain("is a folder"));
        Assert.That(() => ReportPage.Write(folder.File("no/such/report.html"), run), Throws.TypeOf<OptionsException>().With.Message.Contain("there is no folder"));
        Assert.That(File.ReadAllText(other), Is.EqualTo("<html>precious</html>"));
    }

    private static string Whole(TemporaryFolder folder)
    {
        string run = RunFolderBuilder.RevDet(folder);
        RunFolderBuilder.AddGrid(run, "step-00000500.png", 2, 4);
        RunFolderBuilder.AddGrid(run, "corruptions-00000500.png", 1, 7);
        File.WriteAllText(Path.Combine(run, "codes.json"), """{"counts":[3,0,1]}""");
        File.WriteAllText(Path.Combine(run, "device.json"), """{"name":"llvmpipe","type":"Cpu","driver":"llvmpipe","driverInfo":"Mesa","apiVersion":"1.3","memoryBytes":1073741824}""");
        return run;
    }

    private static XElement Parse(string page)
    {
        Assert.That(page, Does.StartWith("<!DOCTYPE html>"));
        return XDocument.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..]).Root!;
    }
}
