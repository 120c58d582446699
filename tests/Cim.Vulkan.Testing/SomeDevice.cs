using Cim.Vulkan.Device;

namespace Cim.Vulkan.Testing;

/// <summary>A device that is in no machine here.</summary>
public static class SomeDevice
{
    /// <summary>Describes one with the least limits of Vulkan, or nearly.</summary>
    /// <param name="index">Its number in a listing.</param>
    /// <param name="name">Its name.</param>
    /// <param name="type">What kind it is.</param>
    /// <param name="uuid">Its UUID, and its driver's.</param>
    public static DeviceDescription Describe(int index, string name, DeviceType type, string uuid) => new(index, new DeviceCapabilities
    {
        Name = name,
        VendorId = 1,
        DeviceId = 2,
        Type = type,
        DriverName = "driver",
        DriverInfo = "info",
        DriverVersion = 3,
        ApiVersion = "1.3.0",
        IsUsable = true,
        Uuid = uuid,
        DriverUuid = uuid,
        PipelineCacheUuid = uuid,
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

    /// <summary>One with every part of VK_NV_cooperative_matrix2: fp16 matrices of workgroups of 128, in multiples of 32x64x16.</summary>
    public static DeviceCapabilities WithWorkgroupMatrices()
    {
        DeviceCapabilities some = Describe(0, "Voodoo 9", DeviceType.DiscreteGpu, "00000000-0000-0000-0000-000000000009").Capabilities;
        return some with
        {
            Features = new DeviceFeatures
            {
                TimelineSemaphore = true, Float16 = true, Storage16Bit = true, BufferDeviceAddress = true, VulkanMemoryModel = true, BFloat16 = true, BFloat16CooperativeMatrix = true,
                ComputeFullSubgroups = true, CooperativeMatrix = true, CooperativeMatrix2 = true, CooperativeMatrixWorkgroupScope = true, CooperativeMatrixFlexibleDimensions = true,
                CooperativeMatrixConversions = true, CooperativeMatrixPerElementOperations = true, CooperativeMatrixTensorAddressing = true, CooperativeMatrixBlockLoads = true,
            },
            CooperativeMatrixShapes = [new CooperativeMatrixShape(16, 16, 16, "Float16", "Float16", "Float32", "Float32", "Subgroup", false)],
            FlexibleMatrixShapes = [new FlexibleMatrixShape(32, 64, 16, "Float16", "Float16", "Float32", "Float32", "Workgroup", 128, false)],
            Limits = some.Limits with { MaxWorkgroupMatrixInvocations = 128, MaxFlexibleMatrixLength = 512, ReservedMatrixSharedMemoryBytes = 4096 },
        };
    }
}
