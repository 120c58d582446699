using System;
using System.Collections.Generic;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// What the choice of kernels may know of a device. Plain numbers, so that a plan for any device can be made and tested on any machine.
/// </summary>
public sealed record DeviceProfile
{
    /// <summary>Name for plans and tables.</summary>
    public string Name { get; init; } = "generic";

    /// <summary>Whether the "device" is the host's own processor: no shared memory worth the name, one subgroup at a time a core.</summary>
    public bool IsCpu { get; init; }

    /// <summary>Vulkan's vendor id.</summary>
    public uint VendorId { get; init; }

    /// <summary>The driver's own version number as <c>major * 1000 + minor</c>, 0 where unknown.</summary>
    public int DriverVersion { get; init; }

    /// <summary>Whether this is a CPU driver that comes near the processor's speed; Mesa before 25 does not.</summary>
    public bool IsFastCpu => IsCpu && DriverVersion is 0 or >= 25_000;

    /// <summary>The subgroup size that the driver picks by itself.</summary>
    public int SubgroupSize { get; init; } = 32;

    /// <summary>Smallest subgroup size that can be required; 0 where none can.</summary>
    public int MinSubgroupSize { get; init; }

    /// <summary>Largest subgroup size that can be required; 0 where none can.</summary>
    public int MaxSubgroupSize { get; init; }

    /// <summary>Shared memory of a workgroup in bytes.</summary>
    public int MaxSharedMemoryBytes { get; init; } = 16384;

    /// <summary>Invocations of a workgroup.</summary>
    public int MaxWorkgroupInvocations { get; init; } = 128;

    /// <summary>Workgroups of a dispatch along x.</summary>
    public long MaxWorkgroupCountX { get; init; } = 65535;

    /// <summary>Workgroups of a dispatch along y and z.</summary>
    public long MaxWorkgroupCountYZ { get; init; } = 65535;

    /// <summary>Largest range that one binding may cover, in bytes.</summary>
    public long MaxStorageRangeBytes { get; init; } = 1L << 27;

    /// <summary>Largest buffer, in bytes.</summary>
    public long MaxBufferBytes { get; init; } = 1L << 30;

    /// <summary>Offsets of bound ranges are multiples of this many bytes.</summary>
    public int StorageAlignmentBytes { get; init; } = 256;

    /// <summary>Features that kernels may use.</summary>
    public KernelFeatures Features { get; init; }

    /// <summary>What the matrix units multiply; empty where there are none.</summary>
    public IReadOnlyList<MatrixShape> MatrixShapes { get; init; } = Array.Empty<MatrixShape>();

    /// <summary>What they multiply where a whole workgroup holds the matrices; empty where none can. Kernels also need <see cref="KernelFeatures.CooperativeMatrix2"/> and what goes with it.</summary>
    public IReadOnlyList<WorkgroupMatrix> WorkgroupMatrices { get; init; } = Array.Empty<WorkgroupMatrix>();

    /// <summary>Most rows and columns of such a matrix.</summary>
    public int MaxWorkgroupMatrixLength { get; init; }

    /// <summary>Whether products take such matrices without a measurement that says so. False: the form has not been measured on any device yet.</summary>
    public bool PrefersWorkgroupMatrices { get; init; }

    /// <summary>Lanes of the subgroups that hold those matrices.</summary>
    public int MatrixSubgroupSize => CooperativeTile.SubgroupSizeOf(this);

    /// <summary>Measured choices of tiles and splits, which go before the rules that are made from the limits.</summary>
    public KernelTable Tuning { get; init; } = KernelTable.Empty;

    /// <summary>The least that Vulkan 1.2 promises: a plan for it runs everywhere.</summary>
    public static DeviceProfile Minimal { get; } = new();

    // The measured tile, where there is one and the limits allow it.
    internal KernelTile? TunedTile(KernelSize size) => Tuning.TileFor(this, size);

    /// <summary>Why products in a precision cannot be multiplied by matrices that a workgroup holds, in words to follow the device's name; null where they can.</summary>
    /// <param name="precision">Type of the products.</param>
    public string? WhyNoWorkgroupMatrices(Precision precision) => WorkgroupTile.Legal(this, precision).Count > 0 ? null
        : $"has no matrices of workgroups for {(precision == Precision.Float16 ? "fp16" : "bf16")} (VK_NV_cooperative_matrix2)";

    /// <summary>The matrices that kernels multiply in a precision; null where the device has none for it.</summary>
    /// <param name="precision">Type of the products.</param>
    public MatrixShape? MatrixOf(Precision precision) => CooperativeTile.MatrixOf(this, precision);
}
