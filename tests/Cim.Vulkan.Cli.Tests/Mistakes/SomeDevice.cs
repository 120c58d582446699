using Cim.Vulkan.Device;

namespace Cim.Vulkan.Cli.Tests;

/// <summary>A device that is in no machine here.</summary>
internal static class SomeDevice
{
    public static DeviceDescription Describe(int index, string name) => new(index, new DeviceCapabilities
    {
        Name = name,
        VendorId = 1,
        DeviceId = 2,
        Type = DeviceType.DiscreteGpu,
        DriverName = "driver",
        DriverInfo = "info",
        DriverVersion = 3,
        ApiVersion = "1.3.0",
        IsUsable = true,
        Uuid = $"0000000{index}-0000-0000-0000-000000000000",
        DriverUuid = "00000000-0000-0000-0000-000000000000",
        PipelineCacheUuid = "00000000-0000-0000-0000-000000000000",
        Limits = new DeviceLimits
        {
            MaxStorageBufferRangeBytes = 1 << 27,
            MaxMemoryAllocationSizeBytes = 1 << 30,
            MaxBufferSizeBytes = 1 << 30,
            MinStorageBufferOffsetAlignmentBytes = 16,
            MaxComputeWorkGroupCount = [65535, 65535, 65535],
            MaxComputeWorkGroupSize = [128, 128, 64],
            MaxComputeWorkGroupInvocations = 128,
            MaxComputeSharedMemoryBytes = 16384,
            MaxPushConstantsBytes = 128,
            MaxStorageBuffersPerStage = 8,
            TimestampPeriodNanoseconds = 1,
            TimestampValidBits = 64,
            NonCoherentAtomSizeBytes = 64,
        },
        Subgroup = new SubgroupInfo { Size = 32, MinSize = 32, MaxSize = 32, ComputeCanRequireSize = false, Operations = ["Basic"], InCompute = true },
        Features = new DeviceFeatures(),
        CooperativeMatrixShapes = [],
        Heaps = [new MemoryHeap(1L << 30, true, -1, -1)],
        HasUnifiedMemory = false,
    });
}
