using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Training.Tests.Pretraining;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Runs;

/// <summary>Batches on devices that pretend to have little memory.</summary>
public sealed class MicroBatchesTests
{
    private static readonly DiscreteVaeOptions s_tokenizer = TokenizerFile.OptionsOf(SmallCim.TokenizerOptions("-"));
    private static readonly CimPretrainOptions s_options = SmallCim.Options(CimObjective.RevDet, "-") with { Batch = 48, MayCutBatch = true };
    private readonly List<string> _notes = [];

    [Test]
    public void A_batch_that_fits_stays_whole()
    {
        CimPretrainOptions fitted = Fit(s_options, Bytes(48, 1));
        Assert.That((fitted.Batch, fitted.Accumulate), Is.EqualTo((48, 1)));
        Assert.That(_notes, Is.Empty);
    }

    [Test]
    public void A_batch_that_does_not_fit_is_cut_into_as_few_parts_as_do()
    {
        long free = Bytes(48, 1) / 3;
        CimPretrainOptions fitted = Fit(s_options, free);
        Assert.That(fitted.Batch * fitted.Accumulate, Is.EqualTo(48));
        Assert.That(fitted.Accumulate, Is.GreaterThan(1));
        Assert.That(Bytes(fitted.Batch, fitted.Accumulate), Is.LessThanOrEqualTo(free));
        int larger = Enumerable.Range(fitted.Batch + 1, 48 - fitted.Batch).First(part => 48 % part == 0);
        Assert.That(Bytes(larger, 48 / larger), Is.GreaterThan(free), "the next larger part does not fit");
        Assert.That(_notes, Is.EqualTo(new[] { $"batch 48 does not fit in {ByteSize.Of(free)}: {fitted.Accumulate} micro-batches of {fitted.Batch}" }));
    }

    [Test]
    public void A_batch_with_a_tensor_too_large_to_bind_is_cut_too()
    {
        DeviceProfile device = DeviceProfile.Minimal with { MaxStorageRangeBytes = 100_000 };
        CimPretrainOptions fitted = MicroBatches.Fit(s_options, s_tokenizer, device, long.MaxValue, _notes.Add);
        Assert.That(fitted.Batch, Is.LessThan(48));
        Assert.That(_notes.Single(), Does.Contain("binds at most").And.EndsWith($"): {fitted.Accumulate} micro-batches of {fitted.Batch}"));
    }

    [Test]
    public void Where_the_passes_are_given_nothing_is_cut()
    {
        long free = Bytes(48, 1) / 3;
        foreach (CimPretrainOptions options in new[] { s_options with { MayCutBatch = false }, s_options with { Accumulate = 2 } })
            Assert.That(() => Fit(options, free), Throws.TypeOf<OptionsException>().With.Message.StartsWith("--batch 48 does not fit"));
    }

    [Test]
    public void A_device_that_cannot_hold_one_picture_is_refused_in_one_line() =>
        Assert.That(() => Fit(s_options, 1000), Throws.TypeOf<OptionsException>().With.Message.StartsWith("not even one picture fits: a step needs "));

    [Test]
    public void What_accumulation_adds_is_counted()
    {
        // Sums of gradients beside gradients, and the optimizer's moments, which then belong to another program.
        var models = new CimModels(s_options, s_tokenizer);
        long parameters = models.Generator.Parameters.Values.SizeBytes + models.Enhancer.Parameters.Values.SizeBytes;
        Assert.That(Bytes(8, 2), Is.InRange(Bytes(8, 1) + parameters, Bytes(8, 1) + parameters + 200_000));
    }

    [Test]
    public void A_resumed_run_keeps_its_micro_batches_whatever_is_free_now()
    {
        using var folder = new TemporaryFolder();
        CimPretrainOptions begun = s_options with { Out = folder.Path, Batch = 12, Accumulate = 4 };
        RunFolder.Open(new PhysicalFileSystem(), folder.Path, new RunIdentity(CimPretrainOptions.Kind, OptionsJson.ToJson(begun)), resume: false).Dispose();
        CimPretrainOptions again = MicroBatches.AsBefore(s_options with { Out = folder.Path });
        Assert.That((again.Batch, again.Accumulate), Is.EqualTo((12, 4)));
        CimPretrainOptions other = MicroBatches.AsBefore(s_options with { Out = folder.Path, Batch = 24 });
        Assert.That((other.Batch, other.Accumulate), Is.EqualTo((24, 1)), "another batch is another run");
    }

    private static long Bytes(int batch, int accumulate) => CimPretrainer.NeededBytes(s_options with { Batch = batch, Accumulate = accumulate }, s_tokenizer, DeviceProfile.Minimal);

    private CimPretrainOptions Fit(CimPretrainOptions options, long freeBytes)
    {
        _notes.Clear();
        return MicroBatches.Fit(options, s_tokenizer, DeviceProfile.Minimal, freeBytes, _notes.Add);
    }
}
