using System.Linq;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Pretraining;

/// <summary>What `doctor --plan` says of memory is what a run takes.</summary>
[TestFixture]
public sealed class PlannedMemoryTests : GpuTest
{
    // Step numbers, and what alignment adds.
    private const long Little = 1 << 20;

    [TestCase(PretrainMethodKind.Cim, 1, false)]
    [TestCase(PretrainMethodKind.Cim, 2, false)]
    [TestCase(PretrainMethodKind.Cim, 1, true)]
    [TestCase(PretrainMethodKind.Beit, 2, false)]
    [TestCase(PretrainMethodKind.Denoise, 1, true)]
    [TestCase(PretrainMethodKind.Beit, 2, false, PrecisionChoice.Fp16)]
    public void A_run_takes_what_was_planned(PretrainMethodKind kind, int accumulate, bool isConvolutional, PrecisionChoice precision = PrecisionChoice.Fp32)
    {
        using var folder = new TemporaryFolder();
        string tokenizer = SmallCim.MakeTokenizer(Device, folder.Path);
        // Wide enough that what is planned counts beside what is not.
        CimPretrainOptions options = SmallCim.Options(kind, folder.Path) with
        {
            Accumulate = accumulate,
            Precision = precision,
            Batch = precision == PrecisionChoice.Fp32 ? 16 : 4,
            Enhancer = isConvolutional ? new EnhancerOptions { Convolutional = new ConvolutionalOptions { Layers = 18, Width = 64 } } : new EnhancerOptions { Width = 384, Depth = 4, Heads = 6 },
            Objective = isConvolutional ? CimObjective.ResPix : CimObjective.RevDet,
            ImageSize = isConvolutional ? 32 : 16,
            PatchSize = isConvolutional ? 8 : 4,
        };
        DiscreteVaeOptions? sizes = PretrainMethod.Of(kind).NeedsTokenizer ? TokenizerFile.OptionsOf(SmallCim.TokenizerOptions(folder.Path)) : null;
        long planned = CimPretrainer.NeededBytes(options, sizes, DeviceProfiles.Of(Device.Capabilities)), before = Device.MemoryTotals.UsedBytes;
        using CimPretrainer trainer = SmallCim.Open(Device, options, tokenizer);
        trainer.Step(0);
        trainer.Finish();
        long taken = Device.MemoryTotals.UsedBytes - before;
        TestContext.Out.WriteLine($"planned {planned / 1048576.0:F1} MiB, taken {taken / 1048576.0:F1} MiB");
        // Weights come by way of the host one by one, and the room for the largest stays.
        long onTheWay = sizeof(float) * trainer.Models.Networks.SelectMany(network => network.Parameters.Parameters).Max(parameter => (long)parameter.Shape.Count);
        Assert.That(planned, Is.GreaterThan(10 * onTheWay), "or the comparison says little");
        Assert.That(taken, Is.InRange(planned, planned + onTheWay + Little));
    }
}
