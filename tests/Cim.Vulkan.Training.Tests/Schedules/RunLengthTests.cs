using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Schedules;

public sealed class RunLengthTests
{
    [Test]
    public void Steps_go_before_epochs() => Assert.That(RunLength.Of(1000, 64, 40, 3), Is.EqualTo(new RunLength(40, 15)));

    [Test]
    public void Epochs_are_whole_batches() => Assert.That(RunLength.Of(1000, 64, null, 2.5), Is.EqualTo(new RunLength(38, 15)));

    [Test]
    public void A_step_has_its_place_in_an_epoch()
    {
        RunLength run = RunLength.Of(1000, 64, 40, null);
        Assert.That(run.At(0), Is.EqualTo((0L, 0L)));
        Assert.That(run.At(14), Is.EqualTo((0L, 14L)));
        Assert.That(run.At(31), Is.EqualTo((2L, 1L)));
    }

    [Test]
    public void Too_few_images_are_refused() => Assert.That(() => RunLength.Of(63, 64, 1, null), Throws.ArgumentException.With.Message.Contains("smaller --batch"));

    [Test]
    public void A_length_is_needed() => Assert.That(() => RunLength.Of(64, 64, null, null), Throws.ArgumentException.With.Message.Contains("--steps or --epochs"));
}
