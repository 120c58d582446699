using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Demo;

public sealed class DemoRunTests : GpuTest
{
    private static readonly string[] Figures =
    [
        "tokenizer.psnrDecibels", "tokenizer.codesUsed", "generator.maskedAccuracy", "generator.chanceAccuracy", "revDet.auc", "resPix.lossFirst", "resPix.lossLast",
        "probe.pretrainedAccuracy", "probe.randomAccuracy", "imagesPerSecond", "seconds",
    ];

    [Test]
    public void A_demo_that_is_stopped_goes_on_and_ends_with_every_figure()
    {
        using var folder = new TemporaryFolder();
        var options = new DemoOptions { Out = folder.File("demo"), Steps = 3 };
        using var cancellation = new CancellationTokenSource();
        DemoOutcome stopped = Run(options, new Stopper(cancellation), cancellation.Token);
        Assert.That(stopped.Metrics, Is.Null);
        Assert.That(DemoSummary.Lines(stopped).Single(), Does.Contain("goes on from there"));

        DemoOutcome finished = Run(options, new Stopper(null), CancellationToken.None);
        Assert.That(finished.WasFinished, Is.False);
        Assert.That(File.ReadAllText(finished.ReportPath), Does.Contain("Corrupted Image Modeling"));
        JsonElement metrics = JsonElement.Parse(File.ReadAllText(finished.MetricsPath));
        foreach (string figure in Figures) Assert.That(Find(metrics, figure).ValueKind, Is.EqualTo(JsonValueKind.Number), figure);
        Assert.That(Find(metrics, "device").GetString(), Is.EqualTo(Device.Capabilities.Name));
        Assert.That(Find(metrics, "driver").GetString(), Is.Not.Empty);
        Assert.That(File.ReadLines(Path.Combine(options.Out, "revdet", "metrics.jsonl")).Select(line => JsonElement.Parse(line).GetProperty("step").GetInt64()), Is.EqualTo(new long[] { 1, 2, 3 }));

        DemoOutcome again = Run(options, new Stopper(null), CancellationToken.None);
        Assert.That(again.WasFinished, Is.True);
        Assert.That(again.Metrics, Is.EqualTo(finished.Metrics));
    }

    [Test]
    public void A_mistyped_data_path_leaves_no_folder_behind()
    {
        using var folder = new TemporaryFolder();
        var options = new DemoOptions { Out = folder.File("demo"), Data = folder.File("nothing") };
        Assert.That(() => DemoRun.Run(Device, options, new Stopper(null), CancellationToken.None), Throws.TypeOf<Data.DatasetException>());
        Assert.That(Directory.Exists(options.Out), Is.False);
    }

    // The networks of the real demo take a minute of compiling on a CPU driver; small ones go the same way.
    private static DemoOutcome Run(DemoOptions options, IRunObserver view, CancellationToken cancellation)
    {
        DemoPlan plan = DemoPlan.Of(options) with { ProbePictures = 40, HeldOutPictures = 8 };
        return DemoRun.Run(Device, options, plan with { RevDet = Small(plan.RevDet), ResPix = Small(plan.ResPix) }, view, cancellation);
    }

    private static CimPretrainOptions Small(CimPretrainOptions options) => options with
    {
        Batch = 4,
        Enhancer = options.Enhancer with { Width = 16, Depth = 1, Heads = 2 },
        Generator = options.Generator with { Width = 16, Depth = 1, Heads = 2 },
    };

    private static JsonElement Find(JsonElement root, string path) => path.Split('.').Aggregate(root, (element, name) => element.GetProperty(name));

    private sealed class Stopper(CancellationTokenSource? cancellation) : IRunObserver
    {
        public void Measured(long step, ReadOnlySpan<Metric> metrics) => cancellation?.Cancel();
    }
}
