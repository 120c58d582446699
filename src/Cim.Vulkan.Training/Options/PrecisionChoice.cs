using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Training;

/// <summary>
/// In which type a run takes the operands of its products. Weights, sums, norms, softmax and losses are fp32 whatever it is. Devices without matrix units
/// for a 16-bit type multiply in fp32 what lies in memory in 16 bits.
/// </summary>
public enum PrecisionChoice
{
    /// <summary>32-bit floating point.</summary>
    Fp32,

    /// <summary>16-bit IEEE floating point, with a dynamic scale of the losses.</summary>
    Fp16,

    /// <summary>16-bit brain floating point.</summary>
    Bf16,

    /// <summary>bf16 where the device has matrix units for it, else fp16 where it has those, else fp32; fp32 on CPU drivers, where 16 bits are slower.</summary>
    Auto,
}

/// <summary>What a choice of precision means on a device.</summary>
public static class PrecisionChoices
{
    /// <summary>The precision of a run on a device.</summary>
    /// <param name="choice">What was asked for.</param>
    /// <param name="device">The device.</param>
    public static Precision On(this PrecisionChoice choice, DeviceProfile device) => choice switch
    {
        PrecisionChoice.Auto => BestOf(device),
        PrecisionChoice.Fp16 => Precision.Float16,
        PrecisionChoice.Bf16 => Precision.BFloat16,
        _ => Precision.Float32,
    };

    /// <summary>The fastest precision in which a device trains as well as in fp32. Without matrix units nothing shows that 16 bits are faster: fp32.</summary>
    /// <param name="device">The device.</param>
    public static Precision BestOf(DeviceProfile device) =>
        device.IsCpu ? Precision.Float32
        : device.MatrixOf(Precision.BFloat16) is not null ? Precision.BFloat16
        : device.MatrixOf(Precision.Float16) is not null ? Precision.Float16
        : Precision.Float32;
}
