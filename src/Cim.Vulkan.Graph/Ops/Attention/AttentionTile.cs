using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>The tile of a workgroup of attention without matrix units.</summary>
/// <param name="Rows">Tokens of a workgroup.</param>
/// <param name="Columns">Tokens of a step.</param>
/// <param name="Threads">Invocations of four rows.</param>
internal readonly record struct AttentionTile(int Rows, int Columns, int Threads)
{
    // What every device with the least shared memory that Vulkan's desktop drivers have can hold beside other workgroups.
    private const int OwnSharedBytes = 32768;

    private const uint VendorQualcomm = 0x5143;

    private static readonly (int Rows, int Columns)[] Candidates = { (32, 32), (32, 16), (16, 16), (8, 16), (4, 16), (8, 8), (4, 8) };

    private static readonly (int Rows, int Columns)[] LargeCandidates = { (64, 32), (64, 16) };

    /// <summary>Invocations of a workgroup.</summary>
    public int LocalSize => Rows / 4 * Threads;

    /// <summary>The tile as tables name it.</summary>
    public KernelTile Numbers => new(Rows, Columns, Threads);

    /// <summary>Chooses the tile: what was measured as best and is legal, else the device's own.</summary>
    /// <param name="lowering">Knows the device.</param>
    /// <param name="g">Sizes.</param>
    /// <param name="work">The kernel.</param>
    public static AttentionTile For(Lowering lowering, AttentionGeometry g, KernelWork work)
    {
        DeviceProfile device = lowering.Device;
        KernelTile? tuned = device.Tuning.TileFor(device, KernelSize.OfAttention(work, lowering.Precision, g));
        foreach (AttentionTile tile in Legal(device, g.HeadDim, work))
            if (tile.Numbers == tuned) return tile;
        return Own(device, g.HeadDim, work != KernelWork.AttentionForward);
    }

    /// <summary>Every tile that the kernel can take on a device, the largest first.</summary>
    /// <param name="device">The device.</param>
    /// <param name="headDim">Width of a head.</param>
    /// <param name="work">The kernel.</param>
    public static IEnumerable<AttentionTile> Legal(DeviceProfile device, int headDim, KernelWork work) =>
        from size in LargeCandidates.Concat(Candidates)
        from threads in new[] { 16, 8 }
        let tile = new AttentionTile(size.Rows, size.Columns, threads)
        where tile.Fits(device, headDim, work != KernelWork.AttentionForward, device.MaxSharedMemoryBytes)
        select tile;

    /// <summary>The largest tile that fits into shared memory and a workgroup and is known not to spill.</summary>
    /// <param name="device">The device.</param>
    /// <param name="headDim">Width of a head.</param>
    /// <param name="isBackward">Whether it is for a gradient.</param>
    /// <exception cref="NotSupportedException">There is none.</exception>
    public static AttentionTile Own(DeviceProfile device, int headDim, bool isBackward)
    {
        // Sixteen invocations to four rows spill nowhere; eight need fewer columns, which is what little shared memory holds.
        foreach (int threads in headDim > 32 ? new[] { 16, 8 } : new[] { 8 })
            foreach ((int rows, int columns) in Candidates)
            {
                // Adreno's compiler hoists so many loads out of larger forward tiles that they spill, or leave half the waves.
                bool isForDevice = isBackward ? columns < 32 : device.VendorId != VendorQualcomm || rows <= 16;
                var tile = new AttentionTile(rows, columns, threads);
                if (isForDevice && tile.Fits(device, headDim, isBackward, Math.Min(device.MaxSharedMemoryBytes, OwnSharedBytes))) return tile;
            }
        throw new NotSupportedException($"attention: {device.Name} has too little shared memory for a headDim of {headDim}");
    }

    private bool Fits(DeviceProfile device, int headDim, bool isBackward, long sharedBytes)
    {
        int tokenBytes = (Rows + Columns) * ((4 * headDim) + 16);
        int bytes = isBackward ? (2 * tokenBytes) + (8 * Rows * Columns) : tokenBytes + (4 * Rows * (Columns + Threads));
        return Columns >= Threads && bytes <= sharedBytes && LocalSize <= device.MaxWorkgroupInvocations;
    }
}
