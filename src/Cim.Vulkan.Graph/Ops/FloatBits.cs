using System;

namespace Cim.Vulkan.Graph;

/// <summary>Bit patterns of floats: attributes and push constants must tell -0 from 0 and keep every digit.</summary>
internal static class FloatBits
{
    public static int Of(float value) => BitConverter.SingleToInt32Bits(value);
}
