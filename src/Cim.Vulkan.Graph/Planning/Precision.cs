namespace Cim.Vulkan.Graph;

/// <summary>
/// In which type matrix products, convolutions and attention take their operands, and activations between them lie in memory. They add in fp32;
/// everything else computes in fp32 throughout. A device without matrix units for the type rounds operands of products and convolutions to it and
/// multiplies them in fp32; attention there rounds only what lies in memory.
/// </summary>
public enum Precision
{
    /// <summary>32-bit floating point.</summary>
    Float32 = 0,

    /// <summary>16-bit IEEE floating point: 11 significant bits, largest number 65504, smallest normal one 6.1e-5. Gradients want a scaled loss.</summary>
    Float16 = 1,

    /// <summary>16-bit brain floating point: 8 significant bits, the range of fp32.</summary>
    BFloat16 = 2,
}
