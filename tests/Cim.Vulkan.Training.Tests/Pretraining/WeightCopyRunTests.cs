using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Pretraining;

/// <summary>Runs in 16 bits whose products read the optimizer's 16-bit copy of the weights, against those that round the weights themselves: the same bits.</summary>
public sealed class WeightCopyRunTests : GpuTest
{
    private const int Steps = 4;

    private TemporaryFolder _folder = null!;
    private string _tokenizer = "";

    /// <summary>The network of the enhancer.</summary>
    public enum Network
    {
        /// <summary>A vision transformer.</summary>
        Vit,

        /// <summary>A ResNet.</summary>
        ResNet,
    }

    [OneTimeSetUp]
    public void Make_a_tokenizer()
    {
        _folder = new TemporaryFolder();
        if (GpuContext.Shared.Unavailable is null) _tokenizer = SmallCim.MakeTokenizer(Device, _folder.Path);
    }

    [OneTimeTearDown]
    public void Remove_the_folder() => _folder.Dispose();

    [TestCase(Network.Vit, OptimizerKind.AdamW, 1)]
    [TestCase(Network.Vit, OptimizerKind.AdamW, 2)]
    [TestCase(Network.Vit, OptimizerKind.Sgd, 1)]
    [TestCase(Network.ResNet, OptimizerKind.AdamW, 1)]
    [TestCase(Network.ResNet, OptimizerKind.Lamb, 1)]
    [TestCase(Network.Vit, OptimizerKind.AdamW, 2, PrecisionChoice.Bf16)]
    [TestCase(Network.ResNet, OptimizerKind.Lamb, 1, PrecisionChoice.Bf16)]
    public void Steps_with_the_copy_equal_steps_without(Network network, OptimizerKind optimizer, int accumulate, PrecisionChoice precision = PrecisionChoice.Fp16)
    {
        CimPretrainOptions options = Options(network, optimizer, accumulate) with { Precision = precision };
        using CimPretrainer with = Open(options), without = Open(options with { WeightCopies = Precision.Float32 });
        Run(with, 0, Steps);
        Run(without, 0, Steps);
        Assert.That(DigestsOf(with), Is.EqualTo(DigestsOf(without)));
        Assert.That(with.Metrics["skippedSteps"], Is.Zero, "the steps did something");
        Assert.That(Copies(with), Is.Not.Empty);
        Assert.That(Copies(without), Is.Empty);
        Assert.That(Copies(with).Where(copy => !IsCopied(with, copy)), Is.Empty);
    }

    [TestCase(Network.Vit, 2)]
    [TestCase(Network.ResNet, 1)]
    public void A_resumed_run_equals_an_uninterrupted_one(Network network, int accumulate)
    {
        CimPretrainOptions options = Options(network, OptimizerKind.AdamW, accumulate);
        using CimPretrainer whole = Open(options), second = Open(options with { Seed = 9 });
        Run(whole, 0, 2);
        string path = _folder.File($"{network}-{accumulate}.safetensors");
        SafetensorsWriter.WriteFile(new PhysicalFileSystem(), path, whole.CheckpointTensors());
        Run(whole, 2, Steps);
        // It has steps of its own behind it, and a copy of those weights.
        Run(second, 0, 2);
        using CimPretrainer third = Open(options);
        foreach (CimPretrainer resumed in new[] { second, third })
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            resumed.Restore(file);
        }
        Assert.That(Copies(second).Where(copy => IsCopied(second, copy)), Is.Empty, "or this proves nothing");
        Run(third, 2, Steps);
        Assert.That(DigestsOf(third), Is.EqualTo(DigestsOf(whole)));
        // Another seed draws other masks: only the weights that the first step sees are alike.
        second.Step(2);
        second.Finish();
        Assert.That(Copies(second).Where(copy => !IsCopied(second, copy)), Is.Empty);
    }

    [Test]
    public void A_run_that_starts_from_given_weights_equals_one_without_copies_and_its_resumed_self()
    {
        SmallCifar.Write(_folder.File("data"), records: 8);
        CimPretrainOptions first = Options(Network.Vit, OptimizerKind.AdamW, 1) with { Data = _folder.File("data"), Out = _folder.File("first"), Tokenizer = _tokenizer, Steps = 2 };
        Train(first);
        CimPretrainOptions whole = first with { Out = _folder.File("whole"), InitEnhancer = first.Out };
        Train(whole);
        Train(whole with { Out = _folder.File("without"), WeightCopies = Precision.Float32 });
        Train(whole with { Out = _folder.File("parts") }, stopAfter: 1);
        Train(whole with { Out = _folder.File("parts") }, resume: true);
        string[] digests = [.. new[] { "whole", "without", "parts" }.Select(name => FileDigest.Sha256(Path.Combine(_folder.File(name), PretrainedEnhancer.FileName)))];
        Assert.That(digests, Is.All.EqualTo(digests[0]));
        Assert.That(digests[0], Is.Not.EqualTo(FileDigest.Sha256(Path.Combine(first.Out, PretrainedEnhancer.FileName))));
    }

    [Test]
    public void A_step_that_is_skipped_leaves_the_copy()
    {
        using CimPretrainer trainer = Open(Options(Network.Vit, OptimizerKind.AdamW, 1)), without = Open(Options(Network.Vit, OptimizerKind.AdamW, 1) with { WeightCopies = Precision.Float32 });
        foreach (CimPretrainer each in new[] { trainer, without })
        {
            Run(each, 0, 1);
            Parameter bias = each.Models.Enhancer.Parameters["patch_embed.proj.bias"];
            float[] good = each.Memory.Read(bias);
            each.Memory.Write(bias, [float.NaN, .. good[1..]]);
            Run(each, 1, 2);
            Assert.That(each.Metrics["skippedSteps"], Is.EqualTo(1));
            each.Memory.Write(bias, good);
            Run(each, 2, Steps);
        }
        Assert.That(DigestsOf(trainer), Is.EqualTo(DigestsOf(without)));
        Assert.That(Copies(trainer).Where(copy => !IsCopied(trainer, copy)), Is.Empty);
    }

    private CimPretrainer Open(CimPretrainOptions options) => SmallCim.Open(Device, options, _tokenizer);

    private CimPretrainOptions Options(Network network, OptimizerKind optimizer, int accumulate) => SmallCim.Options(network == Network.Vit ? CimObjective.RevDet : CimObjective.ResPix, _folder.Path) with
    {
        Precision = PrecisionChoice.Fp16,
        Accumulate = accumulate,
        Enhancer = network == Network.Vit
            ? new EnhancerOptions { Width = 32, Depth = 2, Heads = 4 } : new EnhancerOptions { Convolutional = new ConvolutionalOptions { Layers = 50, Width = 8, SmallStem = true } },
        Optimizer = new OptimizerOptions { Kind = optimizer, LearningRate = 2e-3, WarmupSteps = 1 },
    };

    private static void Run(CimPretrainer trainer, int from, int to)
    {
        for (int step = from; step < to; step++) trainer.Step(step);
        trainer.Finish();
    }

    private static void Train(CimPretrainOptions options, bool resume = false, long? stopAfter = null) =>
        TrainingJobs.Pretrain(Device, options, new JobStart(resume, stopAfter, _ => { }), default);

    private static PersistentBuffer[] Copies(CimPretrainer trainer) => [.. trainer.Models.Networks.SelectMany(network => network.Parameters.Values.Copies)];

    // Also between the parameters, where all is zero.
    private static bool IsCopied(CimPretrainer trainer, PersistentBuffer copy)
    {
        var halves = new ushort[copy.SizeBytes / 2];
        float[] weights = new float[halves.Length];
        trainer.Memory.Read<ushort>(copy, 0, halves);
        trainer.Memory.Read<float>(copy.Original!, 0, weights);
        Assert.That(weights, Has.Some.Not.Zero);
        return halves.SequenceEqual(weights.Select(weight => trainer.Precision == Precision.Float16 ? BitConverter.HalfToUInt16Bits((Half)weight) : BFloat16Bits(weight)));
    }

    // The upper half of a float, rounded to nearest even.
    private static ushort BFloat16Bits(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static Dictionary<string, string> DigestsOf(CimPretrainer trainer) =>
        trainer.CheckpointTensors().ToDictionary(tensor => tensor.Name, tensor => Convert.ToHexString(SHA256.HashData(tensor.Read().Span)));
}
