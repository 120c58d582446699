using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Images as the kernels on matrix units read them: channels last.</summary>
internal static class PackedImages
{
    private const int LocalSizeX = 64;

    /// <summary>The tensor itself where it lies channels last, else a 16-bit copy that does, its channels padded with zeros to a multiple of 4.</summary>
    /// <param name="lowering">Takes the launch and gives scratch.</param>
    /// <param name="images"><c>[batch, channels, height, width]</c></param>
    public static Tensor Of(Lowering lowering, Tensor images)
    {
        if (lowering.IsChannelsLast(images)) return images;
        Shape shape = images.Shape;
        long positions = (long)shape[2] * shape[3], fours = Lowering.DivideUp(shape[1], 4);
        Tensor packed = lowering.HalfScratch(new Shape(shape[0], shape[2], shape[3], (int)fours * 4));
        // The last axis of a grid reaches far less than a batch may.
        const int Most = 65535;
        for (int first = 0; first < shape[0]; first += Most)
            lowering.Launch(
                PackChannelsLastKernel.Call(images, packed, (uint)shape[1], (uint)positions,
                    checked((uint)(first * shape[1] * positions)), checked((uint)(first * fours * 4 * positions)), LocalSizeX, storageY: (uint)lowering.Precision),
                Lowering.DivideUp(positions, LocalSizeX), fours, Math.Min(Most, shape[0] - first));
        return packed;
    }

    /// <summary>Channels of images after padding.</summary>
    /// <param name="channels">Channels.</param>
    public static long Padded(int channels) => Lowering.DivideUp(channels, 4) * 4;
}
