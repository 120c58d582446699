using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Pretraining;

/// <summary>What every method of pre-training must do on a device.</summary>
public sealed class PretrainMethodTests : GpuTest
{
    private TemporaryFolder _folder = null!;
    private string _tokenizer = "";

    [OneTimeSetUp]
    public void Make_a_tokenizer()
    {
        if (GpuContext.Shared.Unavailable is not null) return;
        _folder = new TemporaryFolder();
        _tokenizer = SmallCim.MakeTokenizer(Device, _folder.Path);
    }

    [OneTimeTearDown]
    public void Remove_the_folder() => _folder?.Dispose();

    [TestCase(PretrainMethodKind.Beit, 0.85)]
    [TestCase(PretrainMethodKind.SimMim, 0.8)]
    [TestCase(PretrainMethodKind.Denoise, 0.85)]
    public void Overfits_one_batch(PretrainMethodKind method, double factor)
    {
        using CimPretrainer trainer = Open(Options(method), pictures: 4);
        double[] losses = [.. Enumerable.Range(0, 120).Select(step => LossOf(trainer, step))];
        Assert.That(losses[^20..].Average(), Is.LessThan(factor * losses[..5].Average()));
        Assert.That(trainer.Metrics["skippedSteps"], Is.Zero);
    }

    [Test]
    public void BEiT_starts_where_guessing_starts()
    {
        using CimPretrainer trainer = Open(Options(PretrainMethodKind.Beit));
        Assert.That(LossOf(trainer, 0), Is.EqualTo(Math.Log(16)).Within(0.15), "cross-entropy of an untrained head over 16 codes");
    }

    [TestCase(PretrainMethodKind.Beit, 1)]
    [TestCase(PretrainMethodKind.Beit, 2)]
    [TestCase(PretrainMethodKind.SimMim, 1)]
    [TestCase(PretrainMethodKind.SimMim, 2)]
    [TestCase(PretrainMethodKind.Denoise, 1)]
    [TestCase(PretrainMethodKind.Denoise, 2)]
    public void Resumed_steps_equal_uninterrupted_ones(PretrainMethodKind method, int accumulate) => RequireEqualAfterResume(Options(method) with { Accumulate = accumulate });

    [Test]
    public void A_run_whose_crops_the_device_resizes_goes_on_from_its_checkpoint_to_the_bit() =>
        RequireEqualAfterResume(Options(PretrainMethodKind.SimMim) with { Augmentation = new AugmentationOptions { On = AugmentationPlace.Device } });

    [Test]
    public void A_ResNet_that_denoises_goes_on_from_its_checkpoint_to_the_bit() => RequireEqualAfterResume(Options(PretrainMethodKind.Denoise) with { Enhancer = SmallResNet });

    [TestCase(1)]
    [TestCase(2)]
    public void Scaled_and_dropped_branches_go_on_from_their_checkpoint_to_the_bit(int accumulate) => RequireEqualAfterResume(Published() with { Accumulate = accumulate });

    [TestCase(1)]
    [TestCase(2)]
    public void Shared_weights_go_on_from_their_checkpoint_to_the_bit(int accumulate) => RequireEqualAfterResume(Shared() with { Accumulate = accumulate });

    [Test]
    public void Recomputing_blocks_that_are_run_twice_changes_no_bit()
    {
        Dictionary<string, string>[] digests = [.. new[] { false, true }.Select(recompute =>
        {
            using CimPretrainer trainer = Open(Shared() with { Recompute = recompute });
            for (int step = 0; step < 3; step++) LossOf(trainer, step);
            return DigestsOf(trainer);
        })];
        Assert.That(digests[1], Is.EqualTo(digests[0]));
    }

    [Test]
    public void A_network_that_shares_its_weights_follows_both_losses()
    {
        using CimPretrainer trainer = Open(Shared(), pictures: 4);
        Assert.That(trainer.Models.Networks.Single().Parameters, Is.SameAs(trainer.Models.Generator!.Parameters).And.SameAs(trainer.Models.Enhancer.Parameters));
        double[] generator = new double[150], enhancer = new double[150];
        for (int step = 0; step < 150; step++)
        {
            LossOf(trainer, step);
            (generator[step], enhancer[step]) = (trainer.Metrics["generatorLoss"], trainer.Metrics["enhancerLoss"]);
        }
        Assert.That(generator[^20..].Average(), Is.LessThan(0.8 * generator[..5].Average()), "generator loss");
        Assert.That(enhancer[^20..].Average(), Is.LessThan(0.97 * enhancer[..5].Average()), "enhancer loss");
    }

    [TestCase(PretrainMethodKind.Cim)]
    [TestCase(PretrainMethodKind.Beit)]
    [TestCase(PretrainMethodKind.SimMim)]
    [TestCase(PretrainMethodKind.Denoise)]
    public void A_run_leaves_an_encoder_a_grid_and_a_report(PretrainMethodKind method)
    {
        CimPretrainOptions options = Options(method) with { Out = _folder.File($"run-{method}"), Data = "builtin:shapes", Tokenizer = method is PretrainMethodKind.Cim or PretrainMethodKind.Beit ? _tokenizer : "", Steps = 3, GridEvery = 2 };
        TrainingJobs.Pretrain(Device, options, new JobStart(false, null, _ => { }), default);
        using PretrainedEnhancer enhancer = PretrainedEnhancer.Open(options.Out);
        using (SafetensorsFile file = SafetensorsFile.Open(Path.Combine(options.Out, PretrainedEnhancer.FileName)))
            Assert.That(file.Entries.Select(entry => entry.Name), Is.EquivalentTo(enhancer.Trunk.Parameters.Parameters.Select(parameter => parameter.Name)), "the trunk and no head");
        using var memory = new PersistentMemory(Device);
        Assert.That(() => enhancer.LoadInto(memory), Throws.Nothing);
        Assert.That(Directory.GetFiles(Path.Combine(options.Out, "grids"), "step-*.png"), Has.Length.EqualTo(2));
        RunReport report = RunReportReader.Read(options.Out);
        string page = ReportPage.Render(RunText.Title(report), "", [report]);
        Assert.That(report.Method.Kind, Is.EqualTo(method));
        Assert.That(page, Does.Contain($"{report.Words.Name} pre-training").And.Contain(string.Join(" | ", report.Words.Columns)).And.Contain(report.Words.LossTitle));
        Assert.That(report.Corruptions, method is PretrainMethodKind.Cim or PretrainMethodKind.Beit ? Is.Not.Empty : Is.Empty);
    }

    [TestCase(PretrainMethodKind.Beit, PrecisionChoice.Fp16)]
    [TestCase(PretrainMethodKind.SimMim, PrecisionChoice.Fp16)]
    [TestCase(PretrainMethodKind.Denoise, PrecisionChoice.Fp16)]
    [TestCase(PretrainMethodKind.Beit, PrecisionChoice.Bf16)]
    [TestCase(PretrainMethodKind.SimMim, PrecisionChoice.Bf16)]
    [TestCase(PretrainMethodKind.Denoise, PrecisionChoice.Bf16)]
    public void Steps_in_16_bits_lose_what_steps_in_fp32_lose_though_fp16_scales_its_loss(PretrainMethodKind method, PrecisionChoice precision) =>
        RequireSameLoss(Options(method), precision);

    [TestCase(PrecisionChoice.Fp16)]
    [TestCase(PrecisionChoice.Bf16)]
    public void Scaled_and_dropped_branches_lose_in_16_bits_what_they_lose_in_fp32(PrecisionChoice precision) => RequireSameLoss(Published(), precision);

    [TestCase(PrecisionChoice.Fp16)]
    [TestCase(PrecisionChoice.Bf16)]
    public void Many_steps_in_16_bits_get_where_steps_in_fp32_get(PrecisionChoice precision)
    {
        double[] means = [.. new[] { PrecisionChoice.Fp32, precision }.Select(each =>
        {
            using CimPretrainer trainer = Open(Options(PretrainMethodKind.SimMim) with { Precision = each }, pictures: 4);
            double[] losses = [.. Enumerable.Range(0, 80).Select(step => LossOf(trainer, step))];
            Assert.That(trainer.Metrics["skippedSteps"], Is.Zero);
            TestContext.Out.WriteLine($"{each}: {losses[..5].Average():F5} to {losses[^20..].Average():F5}");
            return losses[^20..].Average();
        })];
        Assert.That(means[1], Is.EqualTo(means[0]).Within(2).Percent);
    }

    [Test]
    public void Pictures_are_drawn_where_nothing_is_drawn_by_lot()
    {
        CimPretrainOptions options = Options(PretrainMethodKind.Cim) with { Out = _folder.File("arg-max"), TokenChoice = TokenChoice.ArgMax, GridEvery = 1 };
        using CimPretrainer trainer = Open(options);
        LossOf(trainer, 0);
        Assert.That(() => trainer.WriteGrid(new PhysicalFileSystem(), _folder.File("step-00000001.png")), Throws.Nothing);
        Assert.That(File.Exists(_folder.File("corruptions-00000001.png")));
    }

    [TestCase(PretrainMethodKind.Beit)]
    [TestCase(PretrainMethodKind.SimMim)]
    [TestCase(PretrainMethodKind.Denoise)]
    public void The_first_bad_tensor_is_named(PretrainMethodKind method)
    {
        using CimPretrainer trainer = Open(Options(method));
        LossOf(trainer, 0);
        trainer.Memory.Write(trainer.Models.Enhancer.Parameters["patch_embed.proj.bias"], [float.NaN, .. new float[31]]);
        LossOf(trainer, 1);
        Assert.That(trainer.Metrics["skippedSteps"], Is.EqualTo(1));
        Assert.That(trainer.FindBadTensor(1), Does.StartWith("enhancer's parameter patch_embed.proj.bias"));
    }

    [Test]
    public void Noise_is_new_in_every_step()
    {
        using CimPretrainer trainer = Open(Options(PretrainMethodKind.Denoise) with { Batch = 8, Optimizer = new OptimizerOptions { LearningRate = 1e-9, MinimumLearningRate = 0 } }, pictures: 8);
        Assert.That(LossOf(trainer, 0), Is.Not.EqualTo(LossOf(trainer, 1)), "the same pictures and all but the same weights");
    }

    internal static EnhancerOptions SmallResNet => new() { Convolutional = new ConvolutionalOptions { Layers = 10, Width = 8, SmallStem = true } };

    internal static EnhancerOptions AsPublished(EnhancerOptions beit) => beit with
    {
        Positions = PositionKind.None,
        RelativePositions = RelativePositionKind.Shared,
        QkvBias = QkvBias.QueryAndValue,
        LayerScale = 0.1,
        DropPathRate = 0.3,
    };

    private CimPretrainOptions Published()
    {
        CimPretrainOptions options = Options(PretrainMethodKind.Beit);
        return options with { Enhancer = AsPublished(options.Enhancer) };
    }

    private CimPretrainOptions Options(PretrainMethodKind method) => SmallCim.Options(method, _folder.Path);

    private CimPretrainOptions Shared() => Options(PretrainMethodKind.Cim) with { Generator = new GeneratorOptions { Width = 32, Depth = 1, Heads = 4, SharesWeights = true } };

    private CimPretrainer Open(CimPretrainOptions options, int pictures = 32) => SmallCim.Open(Device, options, _tokenizer, pictures);

    private void RequireSameLoss(CimPretrainOptions options, PrecisionChoice precision)
    {
        using CimPretrainer full = Open(options), half = Open(options with { Precision = precision });
        for (int step = 0; step < 3; step++)
        {
            Assert.That(LossOf(half, step), Is.EqualTo(LossOf(full, step)).Within(1).Percent, $"step {step}");
            // Later the weights differ, and in bf16 a code of the frozen tokenizer may.
            if (step == 0) Assert.That(half.Metrics["enhancerGradientNorm"], Is.EqualTo(full.Metrics["enhancerGradientNorm"]).Within(1).Percent, "of the loss, not of the scaled one");
        }
        Assert.That(half.Metrics["skippedSteps"], Is.Zero);
    }

    private void RequireEqualAfterResume(CimPretrainOptions options)
    {
        using CimPretrainer whole = Open(options);
        for (int step = 0; step < 6; step++) LossOf(whole, step);
        string path = _folder.File($"{Guid.NewGuid():N}.safetensors");
        using (CimPretrainer first = Open(options))
        {
            for (int step = 0; step < 3; step++) LossOf(first, step);
            SafetensorsWriter.WriteFile(new PhysicalFileSystem(), path, first.CheckpointTensors());
        }
        using CimPretrainer second = Open(options);
        using (SafetensorsFile file = SafetensorsFile.Open(path)) second.Restore(file);
        for (int step = 3; step < 6; step++) LossOf(second, step);
        Assert.That(DigestsOf(second), Is.EqualTo(DigestsOf(whole)));
    }

    private static double LossOf(CimPretrainer trainer, int step)
    {
        trainer.Step(step);
        trainer.Finish();
        return trainer.Metrics["enhancerLoss"];
    }

    private static Dictionary<string, string> DigestsOf(CimPretrainer trainer) =>
        trainer.CheckpointTensors().ToDictionary(tensor => tensor.Name, tensor => Convert.ToHexString(SHA256.HashData(tensor.Read().Span)));
}
