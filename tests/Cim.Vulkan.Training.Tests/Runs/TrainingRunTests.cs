using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Cim.Vulkan.Runtime;
using Cim.Vulkan.Testing;
using Cim.Vulkan.Training.Tests.Pretraining;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Runs;

/// <summary>What the observers of a run are told, with accumulated batches and over a resumption.</summary>
public sealed class TrainingRunTests : GpuTest
{
    [Test]
    public void Steps_pace_and_remaining_time_are_right_with_accumulation_and_after_a_resumption()
    {
        using var folder = new TemporaryFolder();
        string tokenizer = SmallCim.MakeTokenizer(Device, folder.Path);
        var first = new Recorder();
        var second = new Recorder();
        Run(folder, tokenizer, first, stopAfter: 5);
        Run(folder, tokenizer, second, stopAfter: null);
        Assert.Multiple(() =>
        {
            Assert.That(first.Logged.Select(progress => progress.Step), Is.EqualTo(new long[] { 1, 3, 5 }));
            Assert.That(second.Logged.Select(progress => progress.Step), Is.EqualTo(new long[] { 6, 9, 10 }));
            Assert.That(second.StepsDone, Is.EqualTo(5));
            Assert.That(first.Logged.Concat(second.Logged).Select(progress => progress.TotalSteps), Is.All.EqualTo(10));
            // The clock moves on by a second a step, and a step takes two batches of four.
            Assert.That(first.Logged.Concat(second.Logged).Select(progress => progress.ImagesPerSecond), Is.All.EqualTo(8));
            Assert.That(first.Logged[1].Remaining, Is.EqualTo(TimeSpan.FromSeconds(7)));
            Assert.That(second.Logged[1].Remaining, Is.EqualTo(TimeSpan.FromSeconds(1)));
        });
        long[] steps = File.ReadLines(folder.File("run/metrics.jsonl")).Select(StepOf).ToArray();
        Assert.That(steps, Is.EqualTo(new long[] { 1, 3, 5, 6, 9, 10 }));
    }

    [Test]
    public void Told_to_stop_while_kernels_are_compiled_it_stops_before_the_step_and_saves()
    {
        using var folder = new TemporaryFolder();
        string tokenizer = SmallCim.MakeTokenizer(Device, folder.Path);
        CimPretrainOptions options = SmallCim.Options(CimObjective.RevDet, folder.Path) with { Steps = 10 };
        using var stop = new CancellationTokenSource();
        using RunFolder run = RunFolder.Open(new PhysicalFileSystem(), folder.File("run"), new RunIdentity(CimPretrainOptions.Kind, OptionsJson.ToJson(options)), resume: false);
        // The first pictures are read right before the first program is loaded.
        using CimPretrainer trainer = SmallCim.Open(Device, options, tokenizer, loading: new ProgramOptions { Cancellation = stop.Token }, onRead: stop.Cancel);
        var recorder = new Recorder();
        RunOutcome outcome = new TrainingRun(run, new RunIdentity(CimPretrainOptions.Kind, OptionsJson.ToJson(options)), options, RunLength.Of(32, options.ImagesPerStep, options.Steps, null), trainer, recorder)
            .Execute(resume: false, stopAfter: null, stop.Token);
        Assert.That((outcome.Step, outcome.IsComplete), Is.EqualTo((0L, false)));
        Assert.That(recorder.Logged, Is.Empty);
        Assert.That(CheckpointStore.Names(run.CheckpointPath), Has.Count.EqualTo(1), "a checkpoint to go on from");
    }

    private static void Run(TemporaryFolder temporary, string tokenizer, Recorder recorder, long? stopAfter)
    {
        CimPretrainOptions options = SmallCim.Options(CimObjective.RevDet, temporary.Path) with { Steps = 10, Accumulate = 2, LogEvery = 3 };
        var identity = new RunIdentity(CimPretrainOptions.Kind, OptionsJson.ToJson(options));
        using RunFolder folder = RunFolder.Open(new PhysicalFileSystem(), temporary.File("run"), identity, resume: true);
        using CimPretrainer trainer = SmallCim.Open(Device, options, tokenizer);
        using var metrics = new MetricsFile();
        new TrainingRun(folder, identity, options, RunLength.Of(32, options.ImagesPerStep, options.Steps, null), trainer, new RunObservers(metrics, recorder), new SecondAtEachLook())
            .Execute(resume: true, stopAfter, CancellationToken.None);
    }

    private static long StepOf(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty("step").GetInt64();
    }

    private sealed class Recorder : IRunObserver
    {
        public List<RunProgress> Logged { get; } = [];

        public long StepsDone { get; private set; }

        public void Begins(RunStart run) => StepsDone = run.StepsDone;

        public void Stepped(in RunProgress progress, ReadOnlySpan<Metric> metrics)
        {
            if (progress.IsLogged) Logged.Add(progress);
        }
    }

    private sealed class SecondAtEachLook : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds++;
    }
}
