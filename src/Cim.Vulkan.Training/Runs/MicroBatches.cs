using System;
using System.Text.Json;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>Cuts a batch that a device cannot hold into micro-batches, whose gradients are averaged into the same step.</summary>
public static class MicroBatches
{
    /// <summary>The options with the batch that runs: the given one where it fits or must not be cut, else its largest divisor that fits.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="tokenizer">Sizes of the tokenizer; null where the method needs none.</param>
    /// <param name="device">The device.</param>
    /// <param name="freeBytes">What it has free.</param>
    /// <param name="note">Takes a line about what was cut.</param>
    /// <exception cref="OptionsException">Not even one picture fits, or the batch does not and must not be cut.</exception>
    public static CimPretrainOptions Fit(CimPretrainOptions options, DiscreteVaeOptions? tokenizer, DeviceProfile device, long freeBytes, Action<string> note)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(note);
        long Needed(int batch, int accumulate) => CimPretrainer.NeededBytes(options with { Batch = batch, Accumulate = accumulate }, tokenizer, device);
        if (!options.MayCutBatch || options.Accumulate > 1)
        {
            StepFit.Require(options.Batch, canAccumulate: true, device, freeBytes, batch => Needed(batch, options.Accumulate));
            return options;
        }
        (int fitting, string? reason) = StepFit.LargestDivisor(options.Batch, device, freeBytes, Needed);
        if (reason is null) return options;
        int count = options.Batch / fitting;
        note($"batch {options.Batch} does not fit {reason}: {count} micro-batches of {fitting}");
        return options with { Batch = fitting, Accumulate = count };
    }

    /// <summary>The options with the micro-batches of the run that a folder holds, so that a resumed run goes on with them whatever is free now.</summary>
    /// <param name="options">The run's options.</param>
    public static CimPretrainOptions AsBefore(CimPretrainOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.MayCutBatch || options.Accumulate > 1 || RunFolder.IdentityIn(options.Out) is not { } before) return options;
        (int batch, int accumulate) = (Number(before.Options, "batch"), Number(before.Options, "accumulate"));
        return accumulate > 1 && (long)batch * accumulate == options.Batch ? options with { Batch = batch, Accumulate = accumulate } : options;
    }

    private static int Number(JsonElement options, string name) =>
        options.ValueKind == JsonValueKind.Object && options.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : 0;
}
