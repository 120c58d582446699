using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading;
using Cim.Vulkan.Data;
using Cim.Vulkan.Testing;
using Cim.Vulkan.Training.Tests.Pretraining;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Probing;

/// <summary>Whole runs with and without probes, and probes of what they leave.</summary>
public sealed class EnhancerProbeTests : GpuTest
{
    private const int Records = 40, Steps = 6;

    private TemporaryFolder _folder = null!;
    private CimPretrainOptions _options = null!;
    private List<string> _lines = null!;

    [OneTimeSetUp]
    public void Train_with_probes()
    {
        if (GpuContext.Shared.Unavailable is not null) return;
        _folder = new TemporaryFolder();
        SmallCifar.Write(_folder.File("data"), Records);
        Directory.CreateDirectory(_folder.File("tokenizer"));
        SmallCim.MakeTokenizer(Device, _folder.File("tokenizer"));
        _options = SmallCim.Options(CimObjective.RevDet, _folder.File("probed")) with { Data = _folder.File("data"), Tokenizer = _folder.File("tokenizer"), Steps = Steps, ProbeEvery = 3 };
        _lines = Train(_options);
    }

    [OneTimeTearDown]
    public void Remove_the_folder() => _folder?.Dispose();

    [Test]
    public void Probing_changes_no_weight()
    {
        Train(_options with { Out = _folder.File("plain"), ProbeEvery = 0 });
        Assert.That(DigestsIn("probed"), Is.EqualTo(DigestsIn("plain")));
    }

    [Test]
    public void A_run_measures_before_its_first_step_and_every_so_many_steps()
    {
        double[] steps = File.ReadLines(_folder.File("probed/metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("probeAccuracy", out _) && line.GetProperty("knnAccuracy").GetDouble() is >= 0 and <= 1)
            .Select(line => line.GetProperty("step").GetDouble()).ToArray();
        Assert.That(steps, Is.EqualTo(new[] { 0.0, 3, 6 }), "steps done");
        Assert.That(_lines.Where(line => line.StartsWith("probe after", StringComparison.Ordinal)), Has.Exactly(3).Items);
    }

    [Test]
    public void The_time_of_a_probe_counts_into_no_pace()
    {
        CimPretrainOptions options = _options with { Out = _folder.File("paced") };
        using CimPretrainer trainer = SmallCim.Open(Device, options, Path.Combine(options.Tokenizer, TokenizerFile.Name));
        using var probe = new LiveProbe(trainer, ProbeData.Choose(new SmallPictures(32, 16), null, 32, seed: 1), options);
        var clock = new SteppedClock();
        var identity = new RunIdentity(CimPretrainOptions.Kind, OptionsJson.ToJson(options));
        using RunFolder folder = RunFolder.Open(new PhysicalFileSystem(), options.Out, identity, resume: false);
        // Every line of a step takes a second, every probe an hour.
        void Log(string line) => clock.Seconds += line.StartsWith("probe", StringComparison.Ordinal) ? 3600 : 1;
        using var metrics = new MetricsFile();
        var observers = new RunObservers(metrics, new PlainLines(Log));
        new TrainingRun(folder, identity, options, RunLength.Of(32, options.ImagesPerStep, Steps, null), trainer, observers, clock) { Probe = probe }.Execute(false, null, CancellationToken.None);
        double[] paces = File.ReadLines(folder.File("metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("imagesPerSecond", out _)).Select(line => line.GetProperty("imagesPerSecond").GetDouble()).ToArray();
        Assert.That(paces, Has.Length.EqualTo(Steps).And.Some.GreaterThan(1));
        Assert.That(paces.Where(pace => pace is > 0 and < 1), Is.Empty);
    }

    [Test]
    public void A_run_that_is_told_to_stop_does_not_wait_for_a_probe()
    {
        CimPretrainOptions options = _options with { Out = _folder.File("stopped") };
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var lines = new List<string>();
        RunOutcome outcome = TrainingJobs.Pretrain(Device, options, new JobStart(false, null, lines.Add), stop.Token);
        Assert.That((outcome.Step, File.ReadAllText(_folder.File("stopped/metrics.jsonl"))), Is.EqualTo((0L, "")));
        Assert.That(lines, Has.Some.Contains("given up"));
    }

    [Test]
    public void Data_without_labels_is_said_before_anything_is_made()
    {
        Directory.CreateDirectory(_folder.File("flat"));
        for (int i = 0; i < 30; i++) File.WriteAllBytes(_folder.File($"flat/{i}.png"), [0]);
        CimPretrainOptions options = _options with { Data = _folder.File("flat"), Out = _folder.File("never") };
        Assert.That(() => Train(options), Throws.TypeOf<DatasetException>().With.Message.Contains("a probe needs labels"));
        Assert.That(Directory.Exists(options.Out), Is.False);
    }

    [Test]
    public void Weights_and_newest_checkpoint_of_a_run_are_probed_alike()
    {
        ProbeReport weights = Probe("probed/enhancer.safetensors"), run = Probe("probed"), checkpoint = Probe($"probed/checkpoints/step-{Steps:D8}");
        Assert.That(new[] { run.PretrainedAccuracy, run.PretrainedKnnAccuracy, run.RandomAccuracy }, Is.EqualTo(new[] { weights.PretrainedAccuracy, weights.PretrainedKnnAccuracy, weights.RandomAccuracy }));
        Assert.That(new[] { checkpoint.PretrainedAccuracy, checkpoint.PretrainedKnnAccuracy, checkpoint.RandomKnnAccuracy }, Is.EqualTo(new[] { weights.PretrainedAccuracy, weights.PretrainedKnnAccuracy, weights.RandomKnnAccuracy }));
        Assert.That((checkpoint.Step, weights.Step, weights.TrainingPictures, weights.MeasuredPictures, weights.Classes), Is.EqualTo(((long?)Steps, (long?)null, 34, 6, 10)));
        Assert.That(weights.Lines().Count(), Is.EqualTo(5));
    }

    [Test]
    public void Random_weights_are_those_the_run_began_with()
    {
        // No step at all: what is probed as pre-trained is what the run began with.
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        TrainingJobs.Pretrain(Device, _options with { Out = _folder.File("begun"), ProbeEvery = 0 }, new JobStart(false, null, _ => { }), stop.Token);
        ProbeReport report = Probe("begun");
        Assert.That((report.PretrainedAccuracy, report.PretrainedKnnAccuracy, report.Step), Is.EqualTo((report.RandomAccuracy, report.RandomKnnAccuracy, (long?)0)));
    }

    [TestCase("nowhere", "there is no enhancer at")]
    [TestCase("tokenizer/tokenizer.safetensors", "'dvae-tokenizer', 'cim-enhancer' is needed")]
    [TestCase("tokenizer", "holds neither enhancer.safetensors nor a checkpoint")]
    [TestCase("data/data_batch_1.bin", "not a valid safetensors file")]
    public void What_is_no_enhancer_is_one_clear_line(string path, string expected) =>
        Assert.That(() => Probe(path), Throws.TypeOf<SafetensorsException>().With.Message.Contains(expected).And.Message.Not.Contains("\n"));

    private ProbeReport Probe(string path) =>
        EnhancerProbe.Run(Device, new ProbeOptions { Enhancer = _folder.File(path), Data = _folder.File("data"), Batch = 8 }, _ => { }, CancellationToken.None);

    private static List<string> Train(CimPretrainOptions options)
    {
        var lines = new List<string>();
        TrainingJobs.Pretrain(Device, options, new JobStart(false, null, lines.Add), CancellationToken.None);
        return lines;
    }

    private string[] DigestsIn(string run)
    {
        using CheckpointContents checkpoint = CheckpointContents.Load(_folder.File($"{run}/checkpoints/step-{Steps:D8}"));
        return checkpoint.Tensors.Entries.Select(entry => $"{entry.Name} {Convert.ToHexString(SHA256.HashData(checkpoint.Tensors.ReadBytes(entry.Name)))}").ToArray();
    }

    private sealed class SteppedClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
