using System;
using System.Collections.Generic;
using System.Linq;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>Asks a physical device for everything in <see cref="DeviceCapabilities"/>.</summary>
internal static unsafe class CapabilityQuery
{
    public static DeviceCapabilities Run(VulkanInstance instance, PhysicalDevice physical)
    {
        var api = instance.Api;
        var core = api.Properties(physical);
        // A newer version than the instance asked for must not be used.
        var version = Math.Min(core.ApiVersion, instance.ApiVersion);
        var extensions = api.DeviceExtensions(physical);
        PropertyChain properties;
        PropertyChain.Link(&properties, version, extensions);
        api.Properties2(physical, &properties.Core);
        FeatureChain chain;
        FeatureChain.Link(&chain, version, extensions);
        api.Features2(physical, &chain.Core);
        var features = Features(in chain, extensions);
        var shapes = features.CooperativeMatrix ? CooperativeMatrixQuery.Run(instance, physical) : Array.Empty<CooperativeMatrixShape>();
        return new DeviceCapabilities
        {
            Name = VulkanApi.Text(core.DeviceName),
            VendorId = core.VendorID,
            DeviceId = core.DeviceID,
            Type = Type(core.DeviceType),
            DriverName = VulkanApi.Text(properties.Vulkan12.DriverName),
            DriverInfo = VulkanApi.Text(properties.Vulkan12.DriverInfo),
            DriverVersion = core.DriverVersion,
            ApiVersion = VulkanVersion.Text(core.ApiVersion),
            IsUsable = version >= Vk.Version12 && features.TimelineSemaphore,
            Uuid = Uuid(properties.Vulkan11.DeviceUuid),
            DriverUuid = Uuid(properties.Vulkan11.DriverUuid),
            PipelineCacheUuid = Uuid(core.PipelineCacheUuid),
            Limits = Limits(in properties, ComputeQueue.Find(api, physical).TimestampValidBits),
            Subgroup = Subgroup(in properties, in chain),
            Features = features,
            CooperativeMatrixShapes = shapes,
            FlexibleMatrixShapes = features.CooperativeMatrixFlexibleDimensions ? FlexibleMatrixQuery.Run(instance, physical) : Array.Empty<FlexibleMatrixShape>(),
            Heaps = MemoryQuery.Heaps(api, physical, features.MemoryBudget),
            HasUnifiedMemory = MemoryQuery.IsUnified(api, physical),
        };
    }

    private static DeviceFeatures Features(in FeatureChain chain, HashSet<string> extensions) => new()
    {
        TimelineSemaphore = chain.Vulkan12.TimelineSemaphore,
        Float16 = chain.Vulkan12.ShaderFloat16,
        Storage16Bit = chain.Vulkan11.StorageBuffer16BitAccess,
        Storage8Bit = chain.Vulkan12.StorageBuffer8BitAccess,
        Int8 = chain.Vulkan12.ShaderInt8,
        Int16 = chain.Core.Features.ShaderInt16,
        Int64 = chain.Core.Features.ShaderInt64,
        BufferDeviceAddress = chain.Vulkan12.BufferDeviceAddress,
        VulkanMemoryModel = chain.Vulkan12.VulkanMemoryModel,
        BFloat16 = chain.BFloat16.ShaderBFloat16Type,
        BFloat16CooperativeMatrix = chain.BFloat16.ShaderBFloat16CooperativeMatrix,
        SubgroupSizeControl = chain.SubgroupSize.SubgroupSizeControl,
        ComputeFullSubgroups = chain.SubgroupSize.ComputeFullSubgroups,
        Maintenance4 = chain.Maintenance4.Maintenance4,
        CooperativeMatrix = chain.CooperativeMatrix.CooperativeMatrix,
        CooperativeMatrix2 = extensions.Contains("VK_NV_cooperative_matrix2"),
        CooperativeMatrixWorkgroupScope = chain.CooperativeMatrix2.CooperativeMatrixWorkgroupScope,
        CooperativeMatrixFlexibleDimensions = chain.CooperativeMatrix2.CooperativeMatrixFlexibleDimensions,
        CooperativeMatrixReductions = chain.CooperativeMatrix2.CooperativeMatrixReductions,
        CooperativeMatrixConversions = chain.CooperativeMatrix2.CooperativeMatrixConversions,
        CooperativeMatrixPerElementOperations = chain.CooperativeMatrix2.CooperativeMatrixPerElementOperations,
        CooperativeMatrixTensorAddressing = chain.CooperativeMatrix2.CooperativeMatrixTensorAddressing,
        CooperativeMatrixBlockLoads = chain.CooperativeMatrix2.CooperativeMatrixBlockLoads,
        PipelineExecutables = chain.PipelineExecutables.PipelineExecutableInfo,
        MemoryBudget = extensions.Contains("VK_EXT_memory_budget"),
    };

    private static DeviceLimits Limits(in PropertyChain chain, uint timestampValidBits)
    {
        var limits = chain.Core.Properties.Limits;
        var allocation = chain.Vulkan11.MaxMemoryAllocationSize;
        var buffer = chain.Maintenance4.MaxBufferSize;
        return new DeviceLimits
        {
            MaxStorageBufferRangeBytes = limits.MaxStorageBufferRange,
            // A device before 1.2 does not tell; 1 GiB is the least that Vulkan 1.1 lets it have.
            MaxMemoryAllocationSizeBytes = Signed(allocation == 0 ? 1UL << 30 : allocation),
            MaxBufferSizeBytes = Signed(buffer != 0 ? buffer : allocation != 0 ? allocation : 1UL << 30),
            MinStorageBufferOffsetAlignmentBytes = Signed(limits.MinStorageBufferOffsetAlignment),
            MaxComputeWorkGroupCount = new[] { limits.MaxComputeWorkGroupCount[0], limits.MaxComputeWorkGroupCount[1], limits.MaxComputeWorkGroupCount[2] },
            MaxComputeWorkGroupSize = new[] { limits.MaxComputeWorkGroupSize[0], limits.MaxComputeWorkGroupSize[1], limits.MaxComputeWorkGroupSize[2] },
            MaxComputeWorkGroupInvocations = Small(limits.MaxComputeWorkGroupInvocations),
            MaxComputeSharedMemoryBytes = Small(limits.MaxComputeSharedMemorySize),
            MaxPushConstantsBytes = Small(limits.MaxPushConstantsSize),
            MaxStorageBuffersPerStage = Small(Math.Min(limits.MaxPerStageDescriptorStorageBuffers, limits.MaxDescriptorSetStorageBuffers)),
            TimestampPeriodNanoseconds = limits.TimestampPeriod,
            TimestampValidBits = (int)timestampValidBits,
            NonCoherentAtomSizeBytes = Signed(limits.NonCoherentAtomSize),
            MaxWorkgroupMatrixInvocations = Small(chain.CooperativeMatrix2.CooperativeMatrixWorkgroupScopeMaxWorkgroupSize),
            MaxFlexibleMatrixLength = Small(chain.CooperativeMatrix2.CooperativeMatrixFlexibleDimensionsMaxDimension),
            ReservedMatrixSharedMemoryBytes = Small(chain.CooperativeMatrix2.CooperativeMatrixWorkgroupScopeReservedSharedMemory),
        };
    }

    private static SubgroupInfo Subgroup(in PropertyChain chain, in FeatureChain features)
    {
        var size = (int)chain.Subgroup.SubgroupSize;
        var controlled = features.SubgroupSize.SubgroupSizeControl && chain.SubgroupSize.MaxSubgroupSize != 0;
        return new SubgroupInfo
        {
            Size = size,
            MinSize = controlled ? (int)chain.SubgroupSize.MinSubgroupSize : size,
            MaxSize = controlled ? (int)chain.SubgroupSize.MaxSubgroupSize : size,
            ComputeCanRequireSize = controlled && (chain.SubgroupSize.RequiredSubgroupSizeStages & ShaderStageFlags.ComputeBit) != 0,
            InCompute = (chain.Subgroup.SupportedStages & ShaderStageFlags.ComputeBit) != 0,
            Operations = Operations(chain.Subgroup.SupportedOperations),
        };
    }

    private static string[] Operations(SubgroupFeatureFlags flags)
    {
        var all = new[]
        {
            (SubgroupFeatureFlags.BasicBit, "Basic"), (SubgroupFeatureFlags.VoteBit, "Vote"), (SubgroupFeatureFlags.ArithmeticBit, "Arithmetic"),
            (SubgroupFeatureFlags.BallotBit, "Ballot"), (SubgroupFeatureFlags.ShuffleBit, "Shuffle"),
            (SubgroupFeatureFlags.ShuffleRelativeBit, "ShuffleRelative"), (SubgroupFeatureFlags.ClusteredBit, "Clustered"),
            (SubgroupFeatureFlags.QuadBit, "Quad"),
        };
        return all.Where(o => (flags & o.Item1) != 0).Select(o => o.Item2).ToArray();
    }

    private static DeviceType Type(PhysicalDeviceType type) => type switch
    {
        PhysicalDeviceType.DiscreteGpu => DeviceType.DiscreteGpu,
        PhysicalDeviceType.IntegratedGpu => DeviceType.IntegratedGpu,
        PhysicalDeviceType.VirtualGpu => DeviceType.VirtualGpu,
        PhysicalDeviceType.Cpu => DeviceType.Cpu,
        _ => DeviceType.Other,
    };

    private static string Uuid(byte* bytes)
    {
        var hex = BitConverter.ToString(new ReadOnlySpan<byte>(bytes, 16).ToArray()).Replace("-", "").ToLowerInvariant();
        return $"{hex.Substring(0, 8)}-{hex.Substring(8, 4)}-{hex.Substring(12, 4)}-{hex.Substring(16, 4)}-{hex.Substring(20)}";
    }

    private static long Signed(ulong value) => value > long.MaxValue ? long.MaxValue : (long)value;

    private static int Small(uint value) => value > int.MaxValue ? int.MaxValue : (int)value;
}
