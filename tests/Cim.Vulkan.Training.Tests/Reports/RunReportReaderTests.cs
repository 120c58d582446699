using System;
using System.IO;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Reports;

/// <summary>What a folder says, whatever state it is in.</summary>
public sealed class RunReportReaderTests
{
    [Test]
    public void Reads_a_whole_folder()
    {
        using var folder = new TemporaryFolder();
        string run = RunFolderBuilder.RevDet(folder);
        RunFolderBuilder.AddGrid(run, "step-00000500.png", 2, 4);
        RunFolderBuilder.AddGrid(run, "step-00000100.png", 2, 4);
        RunFolderBuilder.AddGrid(run, "corruptions-00000500.png", 1, 7);
        File.WriteAllText(Path.Combine(run, "codes.json"), """{"counts":[3,0,1]}""");
        RunReport report = RunReportReader.Read(run + Path.DirectorySeparatorChar);
        Assert.Multiple(() =>
        {
            Assert.That(report.Name, Is.EqualTo("run"));
            Assert.That(report.Notices, Is.Empty);
            Assert.That(report.Steps, Is.EqualTo(40));
            Assert.That(report.TotalSteps, Is.EqualTo(100));
            Assert.That(report.Find("auc")!.Points, Has.Count.EqualTo(40));
            Assert.That(report.Grids.Select(grid => grid.Step), Is.EqualTo(new[] { 100, 500 }));
            Assert.That(report.Corruptions.Select(grid => grid.Step), Is.EqualTo(new[] { 500 }));
            Assert.That(report.Codes!.UsedCodes, Is.EqualTo(2));
            Assert.That(report.Codes.MostFrequentShare, Is.EqualTo(0.75));
        });
    }

    [Test]
    public void A_last_line_under_way_is_left_out_without_a_word()
    {
        using var folder = new TemporaryFolder();
        string run = RunFolderBuilder.RevDet(folder);
        File.AppendAllText(Path.Combine(run, "metrics.jsonl"), """{"step":40,"auc":0.""");
        RunReport report = RunReportReader.Read(run);
        Assert.That(report.Steps, Is.EqualTo(40));
        Assert.That(report.Notices, Is.Empty);
    }

    [Test]
    public void Lines_may_carry_any_numbers_in_any_order()
    {
        using var folder = new TemporaryFolder();
        string run = RunFolderBuilder.RevDet(folder, lines: 0);
        File.WriteAllLines(Path.Combine(run, "metrics.jsonl"), ["""{"step":7,"auc":0.6,"note":"x"}""", """{"step":5,"knnAccuracy":0.3,"auc":0.5}""", """{"auc":0.7,"step":9,"generatorLoss":null}"""]);
        RunReport report = RunReportReader.Read(run);
        Assert.That(report.Find("auc")!.Points, Is.EqualTo(new[] { (5L, 0.5), (7L, 0.6), (9L, 0.7) }));
        Assert.That(report.Find("knnAccuracy")!.Last, Is.EqualTo(0.3));
        Assert.That(report.Find("note"), Is.Null);
        Assert.That(report.Notices, Has.One.Contains("generatorLoss was not a finite number at 1 steps"));
    }

    [TestCase("metrics.jsonl", "[1]\n{\"step\":\"x\"}\n\u0000\u0001\n{\"step\":3,\"auc\":0.5}\n", "3 lines of metrics.jsonl")]
    [TestCase("run.json", "{\"kind\":", "run.json is damaged")]
    [TestCase("run.json", "null", "run.json is damaged")]
    [TestCase("codes.json", "{\"counts\":[-1]}", "codes.json is damaged")]
    [TestCase("codes.json", "{}", "codes.json is damaged")]
    [TestCase("device.json", "[]", "device.json is damaged")]
    [TestCase("quality.json", "[1]", "quality.json is damaged")]
    public void What_is_damaged_is_named_and_the_rest_shown(string file, string content, string notice)
    {
        using var folder = new TemporaryFolder();
        string run = RunFolderBuilder.RevDet(folder);
        File.WriteAllText(Path.Combine(run, file), content);
        RunReport report = RunReportReader.Read(run);
        Assert.That(report.Notices, Has.One.Contains(notice));
        Assert.That(report.Find("auc"), Is.Not.Null);
        Assert.That(() => ReportPage.Render("t", "", [report]), Throws.Nothing);
    }

    [Test]
    public void A_folder_with_only_its_beginning_is_a_run()
    {
        using var folder = new TemporaryFolder();
        string run = RunFolderBuilder.RevDet(folder, lines: 0);
        File.Delete(Path.Combine(run, "metrics.jsonl"));
        RunReport report = RunReportReader.Read(run);
        Assert.That((report.Steps, report.State), Is.EqualTo((0, RunState.Running)));
        Assert.That(() => ReportPage.Render("t", "", [report]), Throws.Nothing);
    }

    [TestCase("nowhere", "there is no folder")]
    [TestCase("", "holds no run")]
    public void A_folder_that_is_no_run_is_refused_in_one_line(string name, string expected)
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => RunReportReader.Read(folder.File(name)), Throws.TypeOf<OptionsException>().With.Message.Contain(expected).And.Message.Contain("--out"));
    }

    [TestCase(0, 40, RunState.Running)]
    [TestCase(60, 40, RunState.Stopped)]
    [TestCase(60, 100, RunState.Finished)]
    public void State_follows_from_steps_and_silence(int silentMinutes, int lines, RunState expected)
    {
        using var folder = new TemporaryFolder();
        string run = RunFolderBuilder.RevDet(folder, lines: lines);
        Assert.That(RunReportReader.Read(run, new Later(TimeSpan.FromMinutes(silentMinutes))).State, Is.EqualTo(expected));
    }

    [Test]
    public void Steps_of_a_run_given_in_epochs_follow_from_its_lines()
    {
        using var folder = new TemporaryFolder();
        string run = RunFolderBuilder.Make(folder, "run", CimPretrainOptions.Kind, """{"epochs":4,"steps":null}""", """{"step":STEP,"epoch":0.25}""", 10);
        Assert.That(RunReportReader.Read(run).TotalSteps, Is.EqualTo(160));
    }

    private sealed class Later(TimeSpan delay) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + delay;
    }
}
