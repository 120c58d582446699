using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Images as the convolutions in 16 bits read them: channels last.</summary>
internal static class PackedImages
{
    // The second and third axis of a grid reach far less than positions and batches may.
    private const int LocalSizeX = 64, MostGroups = 65535;

    // With fewer positions, such as the taps of a kernel, most invocations along them would idle.
    private const int FewPositions = 32;

    /// <summary>The tensor itself where it lies channels last, else a 16-bit copy that does, its channels padded with zeros to a multiple of 4.</summary>
    /// <param name="lowering">Takes the launch and gives scratch.</param>
    /// <param name="images"><c>[batch, channels, height, width]</c></param>
    public static Tensor Of(Lowering lowering, Tensor images)
    {
        if (lowering.IsChannelsLast(images)) return images;
        Shape shape = images.Shape;
        Tensor packed = lowering.HalfScratch(new Shape(shape[0], shape[2], shape[3], (int)Padded(shape[1])));
        Pack(lowering, images, packed, shape[0], shape[1], (long)shape[2] * shape[3], (uint)lowering.Precision);
        return packed;
    }

    /// <summary>Appends the launches that move the channels of <c>[batches, channels, positions]</c> last.</summary>
    /// <param name="lowering">Takes the launches.</param>
    /// <param name="source"><c>[batches, channels, positions]</c></param>
    /// <param name="packed"><c>[batches, positions, channels]</c>, channels padded to a multiple of 4.</param>
    /// <param name="batches">Outermost.</param>
    /// <param name="channels">Before padding.</param>
    /// <param name="positions">Innermost of the source.</param>
    /// <param name="storage">How the packed ones are stored: 0 fp32, 1 fp16, 2 bf16.</param>
    public static void Pack(Lowering lowering, Tensor source, Tensor packed, int batches, int channels, long positions, uint storage)
    {
        int together = positions % 4 == 0 ? 4 : 1;
        bool alongChannels = positions < FewPositions;
        long padded = Padded(channels), groups = alongChannels ? Lowering.DivideUp(padded / 4, LocalSizeX) : padded / 4;
        long blocks = alongChannels ? 1 : Math.Min(MostGroups, Lowering.DivideUp(positions, LocalSizeX * together));
        for (int first = 0; first < batches; first += MostGroups)
            lowering.Launch(
                PackChannelsLastKernel.Call(source, packed, (uint)channels, (uint)positions,
                    checked((uint)(first * channels * positions)), checked((uint)(first * padded * positions)), LocalSizeX, storageY: storage, alongChannels: alongChannels),
                groups, blocks, Math.Min(MostGroups, batches - first));
    }

    /// <summary>Channels of images after padding.</summary>
    /// <param name="channels">Channels.</param>
    public static long Padded(int channels) => Lowering.DivideUp(channels, 4) * 4;
}
