using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Pretraining;

public sealed class CimPretrainerTests : GpuTest
{
    private TemporaryFolder _folder = null!;
    private string _tokenizer = null!;

    [OneTimeSetUp]
    public void Make_a_tokenizer()
    {
        if (GpuContext.Shared.Unavailable is not null) return;
        _folder = new TemporaryFolder();
        _tokenizer = SmallCim.MakeTokenizer(Device, _folder.Path);
    }

    [OneTimeTearDown]
    public void Remove_the_folder() => _folder?.Dispose();

    // Four pictures are one batch: the same pictures with other masks at every step.
    [TestCase(CimObjective.RevDet)]
    [TestCase(CimObjective.ResPix)]
    public void Overfits_one_batch(CimObjective objective)
    {
        using CimPretrainer trainer = SmallCim.Open(Device, SmallCim.Options(objective, _folder.Path), _tokenizer, pictures: 4);
        double[] generator = new double[150], enhancer = new double[150];
        for (int step = 0; step < 150; step++)
        {
            trainer.Step(step);
            trainer.Finish();
            (generator[step], enhancer[step]) = (Value(trainer, "generatorLoss"), Value(trainer, "enhancerLoss"));
        }
        Assert.That(generator[^20..].Average(), Is.LessThan(0.7 * generator[..5].Average()), "generator loss");
        Assert.That(enhancer[^20..].Average(), Is.LessThan((objective == CimObjective.ResPix ? 0.8 : 0.9) * enhancer[..5].Average()), "enhancer loss");
        Assert.That(Value(trainer, "skippedSteps"), Is.Zero);
    }

    [TestCase(OptimizerKind.Lamb, 1e-2, 1)]
    [TestCase(OptimizerKind.Sgd, 0.2, 2)]
    public void Other_optimizers_learn_and_go_on_from_a_checkpoint(OptimizerKind kind, double learningRate, int accumulate)
    {
        CimPretrainOptions options = SmallCim.Options(CimObjective.ResPix, _folder.Path) with
        {
            Accumulate = accumulate, Optimizer = new OptimizerOptions { Kind = kind, LearningRate = learningRate, MinimumLearningRate = 0, WarmupSteps = 5, WeightDecay = 1e-4 },
        };
        using CimPretrainer whole = SmallCim.Open(Device, options, _tokenizer, pictures: 8);
        var losses = new double[60];
        string path = _folder.File($"{kind}.safetensors");
        for (int step = 0; step < losses.Length; step++)
        {
            whole.Step(step);
            whole.Finish();
            losses[step] = Value(whole, "generatorLoss");
            if (step == 56) SafetensorsWriter.WriteFile(new PhysicalFileSystem(), path, whole.CheckpointTensors());
        }
        Assert.That(losses[^10..].Average(), Is.LessThan(0.97 * losses[..5].Average()));
        using CimPretrainer second = SmallCim.Open(Device, options, _tokenizer, pictures: 8);
        using (SafetensorsFile file = SafetensorsFile.Open(path)) second.Restore(file);
        for (int step = 57; step < losses.Length; step++) second.Step(step);
        second.Finish();
        Assert.That(Weights(second.Models.Generator!.Parameters, second), Is.EqualTo(Weights(whole.Models.Generator!.Parameters, whole)), "generator");
        Assert.That(Weights(second.Models.Enhancer.Parameters, second), Is.EqualTo(Weights(whole.Models.Enhancer.Parameters, whole)), "enhancer");
        static string Weights(Graph.ParameterSet set, CimPretrainer trainer) => Digest(trainer, set.Values, set.PaddedCount);
    }

    [Test]
    public void Starts_where_guessing_starts()
    {
        using CimPretrainer trainer = SmallCim.Open(Device, SmallCim.Options(CimObjective.RevDet, _folder.Path), _tokenizer);
        trainer.Step(0);
        trainer.Finish();
        Assert.That(Value(trainer, "generatorLoss"), Is.EqualTo(Math.Log(16)).Within(0.15), "cross-entropy of an untrained head over 16 codes");
        Assert.That(Value(trainer, "enhancerLoss"), Is.EqualTo(Math.Log(2)).Within(0.05), "binary cross-entropy of an untrained head");
        Assert.That(Value(trainer, "replacedShare"), Is.GreaterThan(0).And.LessThanOrEqualTo(SmallCim.Masked / 16.0), "only masked positions can be replaced");
    }

    [Test]
    public void Leaves_the_tokenizer_as_it_is()
    {
        using CimPretrainer trainer = SmallCim.Open(Device, SmallCim.Options(CimObjective.ResPix, _folder.Path), _tokenizer);
        string before = Digest(trainer, trainer.Models.Tokenizer!.Parameters.Values, trainer.Models.Tokenizer!.Parameters.PaddedCount);
        for (int step = 0; step < 3; step++) trainer.Step(step);
        trainer.Finish();
        Assert.That(Digest(trainer, trainer.Models.Tokenizer!.Parameters.Values, trainer.Models.Tokenizer!.Parameters.PaddedCount), Is.EqualTo(before));
    }

    [TestCase(CimObjective.RevDet, 1)]
    [TestCase(CimObjective.ResPix, 2)]
    public void Recomputing_blocks_changes_no_bit(CimObjective objective, int accumulate)
    {
        string[] digests = [.. new[] { false, true }.Select(recompute =>
        {
            CimPretrainOptions options = SmallCim.Options(objective, _folder.Path) with { Accumulate = accumulate, Recompute = recompute };
            options = options with { Generator = options.Generator with { UseRelativePositions = true } };
            using CimPretrainer trainer = SmallCim.Open(Device, options, _tokenizer);
            for (int step = 0; step < 6; step++) trainer.Step(step);
            trainer.Finish();
            Assert.That(Value(trainer, "skippedSteps"), Is.Zero);
            return Digest(trainer, trainer.Models.Enhancer.Parameters.Values, trainer.Models.Enhancer.Parameters.PaddedCount)
                + Digest(trainer, trainer.Models.Generator!.Parameters.Values, trainer.Models.Generator!.Parameters.PaddedCount);
        })];
        Assert.That(digests[1], Is.EqualTo(digests[0]));
    }

    [TestCase(1)]
    [TestCase(2)]
    public void Resumed_run_equals_uninterrupted_run(int accumulate)
    {
        CimPretrainOptions options = SmallCim.Options(CimObjective.RevDet, _folder.Path) with { Accumulate = accumulate };
        using CimPretrainer whole = SmallCim.Open(Device, options, _tokenizer);
        for (int step = 0; step < 12; step++) whole.Step(step);
        string path = System.IO.Path.Combine(_folder.Path, $"half-{accumulate}.safetensors");
        using (CimPretrainer first = SmallCim.Open(Device, options, _tokenizer))
        {
            // 5 steps of 4 pictures of 32: in the middle of an epoch.
            for (int step = 0; step < 5; step++) first.Step(step);
            first.Finish();
            SafetensorsWriter.WriteFile(new PhysicalFileSystem(), path, first.CheckpointTensors());
        }
        using CimPretrainer second = SmallCim.Open(Device, options, _tokenizer);
        using (SafetensorsFile file = SafetensorsFile.Open(path)) second.Restore(file);
        for (int step = 5; step < 12; step++) second.Step(step);
        whole.Finish();
        second.Finish();
        Assert.That(Digests(second), Is.EqualTo(Digests(whole)));
    }

    [TestCase(CimObjective.RevDet)]
    [TestCase(CimObjective.ResPix)]
    public void Training_does_not_notice_that_pictures_are_drawn(CimObjective objective)
    {
        CimPretrainOptions options = SmallCim.Options(objective, System.IO.Path.Combine(_folder.Path, $"pictures-{objective}"));
        using CimPretrainer plain = SmallCim.Open(Device, options, _tokenizer);
        using CimPretrainer shown = SmallCim.Open(Device, options with { GridEvery = 2 }, _tokenizer);
        string grids = System.IO.Directory.CreateDirectory(System.IO.Path.Combine(options.Out, "grids")).FullName;
        for (int step = 0; step < 6; step++)
        {
            plain.Step(step);
            shown.Step(step);
            if (step % 2 == 1) shown.WriteGrid(new PhysicalFileSystem(), System.IO.Path.Combine(grids, $"step-{step + 1:D8}.png"));
        }
        plain.Finish();
        shown.Finish();
        Assert.That(Digests(shown), Is.EqualTo(Digests(plain)));
        RunReport report = RunReportReader.Read(WithMetrics(options.Out));
        Assert.That(report.Corruptions.Select(picture => picture.Step), Is.EqualTo(new[] { 2, 4, 6 }));
        Assert.That(report.Codes!.Total, Is.EqualTo(6 * options.Batch * 16), "each token of each picture is counted");
        var picture = Data.ScaledPng.Read(report.Corruptions[0].Path, 1000);
        Assert.That((picture.Width, picture.Height), Is.EqualTo(((7 * 64) + (6 * 2), 64)));
        Assert.That(System.IO.File.ReadAllBytes(report.Corruptions[1].Path), Is.Not.EqualTo(picture.Bytes), "new samples of a generator that has learned");
    }

    private static string WithMetrics(string folder)
    {
        System.IO.File.WriteAllText(System.IO.Path.Combine(folder, "metrics.jsonl"), "");
        return folder;
    }

    [Test]
    public void Accumulated_batches_update_as_often_as_steps()
    {
        using CimPretrainer trainer = SmallCim.Open(Device, SmallCim.Options(CimObjective.ResPix, _folder.Path) with { Accumulate = 3 }, _tokenizer);
        for (int step = 0; step < 4; step++) trainer.Step(step);
        trainer.Finish();
        NamedTensor counters = trainer.CheckpointTensors().Single(tensor => tensor.Name == "step_counters");
        Assert.That(BitConverter.ToUInt32(counters.Read().Span[..4]), Is.EqualTo(4));
    }

    [Test]
    public void A_step_that_is_not_finite_changes_nothing_and_is_counted()
    {
        using CimPretrainer trainer = SmallCim.Open(Device, SmallCim.Options(CimObjective.RevDet, _folder.Path), _tokenizer);
        trainer.Step(0);
        trainer.Finish();
        Graph.Parameter bias = trainer.Models.Generator!.Parameters["lm_head.bias"];
        float[] good = trainer.Memory.Read(bias);
        float[] bad = (float[])good.Clone();
        bad[0] = float.NaN;
        trainer.Memory.Write(bias, bad);
        Graph.ParameterSet enhancer = trainer.Models.Enhancer.Parameters;
        string before = Digest(trainer, enhancer.Values, enhancer.PaddedCount);
        trainer.Step(1);
        trainer.Finish();
        Assert.That(Value(trainer, "skippedSteps"), Is.EqualTo(1));
        Assert.That(Digest(trainer, enhancer.Values, enhancer.PaddedCount), Is.EqualTo(before));
        trainer.Memory.Write(bias, good);
        trainer.Step(2);
        trainer.Finish();
        Assert.That(Value(trainer, "skippedSteps"), Is.EqualTo(1));
        Assert.That(Digest(trainer, enhancer.Values, enhancer.PaddedCount), Is.Not.EqualTo(before));
    }

    [Test]
    public void A_step_allocates_nothing_after_warm_up([Values(AugmentationPlace.Host, AugmentationPlace.Device)] AugmentationPlace place)
    {
        // All 32 pictures are decoded and kept after 8 steps, so the loader, which works on this thread here, allocates only for a new epoch's order.
        const int StepsPerEpoch = 8;
        CimPretrainOptions options = SmallCim.Options(CimObjective.RevDet, _folder.Path);
        using CimPretrainer trainer = SmallCim.Open(Device, options with { Augmentation = options.Augmentation with { On = place } }, _tokenizer);
        for (int step = 0; step < 40; step++) trainer.Step(step);
        var allocated = new long[20];
        for (int step = 40; step < 60; step++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            trainer.Step(step);
            if (step % StepsPerEpoch != 0) allocated[step - 40] = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.That(allocated, Is.All.Zero, string.Join(" ", allocated));
    }

    [Test]
    public void Area_under_curve_of_shuffled_labels_is_a_half()
    {
        using CimPretrainer trainer = SmallCim.Open(Device, SmallCim.Options(CimObjective.RevDet, _folder.Path) with { Batch = 16 }, _tokenizer, pictures: 16);
        var random = new Random(3);
        var areas = new List<double>();
        for (int step = 0; step < 40; step++)
        {
            trainer.Step(step);
            trainer.Finish();
            (float[] logits, float[] replaced) = trainer.ReadRevDet();
            random.Shuffle(replaced);
            areas.Add(new AreaUnderCurve().Of(logits, replaced));
        }
        Assert.That(areas.Average(), Is.EqualTo(0.5).Within(0.03));
    }

    private static double Value(Trainer trainer, string name) => trainer.Metrics.Values.ToArray().Single(metric => metric.Name == name).Value;

    private static string[] Digests(Trainer trainer) =>
        trainer.CheckpointTensors().Select(tensor => $"{tensor.Name} {Convert.ToHexString(SHA256.HashData(tensor.Read().Span))}").ToArray();

    private static string Digest(Trainer trainer, Graph.PersistentBuffer buffer, long count)
    {
        var values = new float[count];
        trainer.Memory.Read<float>(buffer, 0, values);
        return Convert.ToHexString(SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values)));
    }
}
