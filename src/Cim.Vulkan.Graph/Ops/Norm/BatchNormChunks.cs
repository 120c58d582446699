using System;

namespace Cim.Vulkan.Graph;

/// <summary>How a sum over each channel of images is cut, so that few channels with many elements fill a device: into chunks that lie interleaved.</summary>
internal readonly struct BatchNormChunks
{
    private const long CpuInvocations = 512, GpuInvocations = 65536;

    // Neighbouring invocations should read neighbours, and each of them some elements.
    private const long CpuNeighbours = 8, GpuNeighbours = 32, LeastElements = 4;

    private BatchNormChunks(int channels, int together, long count) => (Channels, Together, Count) = (channels, together, count);

    /// <summary>Channels.</summary>
    public int Channels { get; }

    /// <summary>Channels of an invocation.</summary>
    public int Together { get; }

    /// <summary>Chunks of a channel.</summary>
    public long Count { get; }

    /// <summary>Invocations that sum chunks.</summary>
    public long Invocations => Channels / Together * Count;

    /// <summary>The partial sums.</summary>
    public Shape Partials => new((int)Count, Channels);

    /// <summary>The rows that the partial sums of a channel make.</summary>
    public Rows Rows => Rows.Along(new Shape(Channels, (int)Count), -1);

    public static BatchNormChunks Of(Lowering lowering, Tensor input)
    {
        Shape shape = input.Shape;
        bool isChannelsLast = lowering.IsChannelsLast(input), isCpu = lowering.Device.IsCpu;
        int together = isChannelsLast ? 4 : 1;
        long elements = ElementsOf(shape), wanted = Lowering.DivideUp(isCpu ? CpuInvocations : GpuInvocations, shape[1] / together);
        if (!isChannelsLast) wanted = Math.Max(wanted, isCpu ? CpuNeighbours : GpuNeighbours);
        return new BatchNormChunks(shape[1], together, Math.Max(1, Math.Min(wanted, elements / LeastElements)));
    }

    /// <summary>Elements of a channel.</summary>
    public static long ElementsOf(Shape images) => images.Count / images[1];

    /// <summary>Whether elements are walked four neighbours at a time: of a place or, where they lie so, of a channel.</summary>
    public static bool IsByFours(Shape images, bool isChannelsLast) => isChannelsLast || PlacesOf(images) % 4 == 0;

    /// <summary>Places of an image.</summary>
    public static uint PlacesOf(Shape images) => (uint)images[2] * (uint)images[3];
}
