namespace Cim.Vulkan.Device;

/// <summary>The limits of a device that matter to compute.</summary>
public sealed record DeviceLimits
{
    /// <summary>Largest range of one storage-buffer binding.</summary>
    public required long MaxStorageBufferRangeBytes { get; init; }

    /// <summary>Largest single memory allocation.</summary>
    public required long MaxMemoryAllocationSizeBytes { get; init; }

    /// <summary>Largest buffer.</summary>
    public required long MaxBufferSizeBytes { get; init; }

    /// <summary>Alignment that the offset of a storage-buffer binding must have.</summary>
    public required long MinStorageBufferOffsetAlignmentBytes { get; init; }

    /// <summary>Largest number of workgroups of a dispatch in x, y and z.</summary>
    public required uint[] MaxComputeWorkGroupCount { get; init; }

    /// <summary>Largest workgroup in x, y and z.</summary>
    public required uint[] MaxComputeWorkGroupSize { get; init; }

    /// <summary>Largest number of invocations in a workgroup.</summary>
    public required int MaxComputeWorkGroupInvocations { get; init; }

    /// <summary>Shared memory of a workgroup.</summary>
    public required int MaxComputeSharedMemoryBytes { get; init; }

    /// <summary>Largest push-constant block.</summary>
    public required int MaxPushConstantsBytes { get; init; }

    /// <summary>Largest number of storage buffers that one pipeline binds.</summary>
    public required int MaxStorageBuffersPerStage { get; init; }

    /// <summary>Nanoseconds per tick of a timestamp.</summary>
    public required double TimestampPeriodNanoseconds { get; init; }

    /// <summary>Valid bits of a timestamp on the compute queue; 0 when it has none.</summary>
    public required int TimestampValidBits { get; init; }

    /// <summary>Granularity of flushing memory that is not coherent.</summary>
    public required long NonCoherentAtomSizeBytes { get; init; }

    /// <summary>Largest number of invocations in a workgroup that holds a cooperative matrix together; 0 where none can.</summary>
    public int MaxWorkgroupMatrixInvocations { get; init; }

    /// <summary>Most rows and columns of a cooperative matrix of flexible size; 0 where there are none.</summary>
    public int MaxFlexibleMatrixLength { get; init; }

    /// <summary>Shared memory that the driver takes for itself where a workgroup holds cooperative matrices together.</summary>
    public int ReservedMatrixSharedMemoryBytes { get; init; }
}
