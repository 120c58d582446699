using System.Text.RegularExpressions;
using Cim.Vulkan.Graph;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests;

/// <summary>The batch that is named fits, and one more does not.</summary>
public sealed class StepFitTests
{
    private static readonly TokenizerTrainingOptions s_options = new() { HiddenWidth = 8, BlocksPerGroup = 1, VocabularySize = 16 };

    [TestCase(64L << 20, 1L << 30)]
    [TestCase(8L << 30, 1L << 20)]
    public void The_largest_batch_that_fits_is_named(long freeBytes, long rangeBytes)
    {
        DeviceProfile device = DeviceProfile.Minimal with { MaxStorageRangeBytes = rangeBytes };
        void Require(int batch) => StepFit.Require(batch, canAccumulate: false, device, freeBytes, size => TokenizerTrainer.PlanStep(s_options with { Batch = size }, device).Memory.TotalBytes);
        string message = Assert.Throws<OptionsException>(() => Require(5000))!.Message;
        int named = int.Parse(Regex.Match(message, "give --batch (\\d+), the largest that fits").Groups[1].Value);
        Assert.Multiple(() =>
        {
            Assert.That(() => Require(named), Throws.Nothing);
            Assert.That(() => Require(named + 1), Throws.TypeOf<OptionsException>());
        });
    }
}
