using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Training;

/// <summary>In which type a run multiplies matrices. Weights, sums, norms, softmax and losses are fp32 whatever it is.</summary>
public enum PrecisionChoice
{
    /// <summary>32-bit floating point.</summary>
    Fp32,

    /// <summary>16-bit IEEE floating point on matrix units, with a dynamic scale of the losses.</summary>
    Fp16,

    /// <summary>16-bit brain floating point on matrix units.</summary>
    Bf16,

    /// <summary>bf16 where the device has matrix units for it, else fp16, else fp32; fp32 on CPU drivers, where 16 bits are slower.</summary>
    Auto,
}

/// <summary>What a choice of precision means on a device.</summary>
public static class PrecisionChoices
{
    /// <summary>The precision of a run on a device.</summary>
    /// <param name="choice">What was asked for.</param>
    /// <param name="device">The device.</param>
    /// <exception cref="OptionsException">The device has no matrix units for what was asked.</exception>
    public static Precision On(this PrecisionChoice choice, DeviceProfile device)
    {
        if (choice == PrecisionChoice.Auto) return BestOf(device);
        Precision precision = choice switch
        {
            PrecisionChoice.Fp16 => Precision.Float16,
            PrecisionChoice.Bf16 => Precision.BFloat16,
            _ => Precision.Float32,
        };
        if (Planner.WhyNot(device, precision) is { } reason)
            throw new OptionsException($"--precision {choice.ToString().ToLowerInvariant()}: {device.Name} {reason}; give --precision auto, which takes what the device has");
        return precision;
    }

    /// <summary>The fastest precision in which a device trains as well as in fp32.</summary>
    /// <param name="device">The device.</param>
    public static Precision BestOf(DeviceProfile device) =>
        device.IsCpu ? Precision.Float32
        : Planner.WhyNot(device, Precision.BFloat16) is null ? Precision.BFloat16
        : Planner.WhyNot(device, Precision.Float16) is null ? Precision.Float16
        : Precision.Float32;
}
