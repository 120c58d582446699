using System;
using System.Globalization;
using System.Linq;
using System.Runtime.CompilerServices;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Runtime;

/// <summary>Tells the planner what a real device is like.</summary>
public static class DeviceProfiles
{
    // Whoever opens a device knows its table, whoever plans for it only the device: the table goes with what the device says of itself.
    private static readonly ConditionalWeakTable<DeviceCapabilities, KernelTable> s_tables = new();

    /// <summary>Gives measured choices to all profiles that are made from these capabilities from now on.</summary>
    /// <param name="capabilities">Of an open device; others of the same device are not touched.</param>
    /// <param name="table">The choices.</param>
    public static void Use(DeviceCapabilities capabilities, KernelTable table) => s_tables.AddOrUpdate(capabilities, table);

    /// <summary>The profile of a device.</summary>
    /// <param name="capabilities">What the driver says.</param>
    public static DeviceProfile Of(DeviceCapabilities capabilities)
    {
        DeviceLimits limits = capabilities.Limits;
        SubgroupInfo subgroup = capabilities.Subgroup;
        return new DeviceProfile
        {
            Name = capabilities.Name,
            IsCpu = capabilities.IsCpu,
            VendorId = capabilities.VendorId,
            DriverVersion = MesaVersion(capabilities.DriverInfo),
            SubgroupSize = subgroup.Size,
            MinSubgroupSize = subgroup.ComputeCanRequireSize ? subgroup.MinSize : 0,
            MaxSubgroupSize = subgroup.ComputeCanRequireSize ? subgroup.MaxSize : 0,
            MaxSharedMemoryBytes = limits.MaxComputeSharedMemoryBytes,
            MaxWorkgroupInvocations = limits.MaxComputeWorkGroupInvocations,
            MaxWorkgroupCountX = limits.MaxComputeWorkGroupCount[0],
            MaxWorkgroupCountYZ = Math.Min(limits.MaxComputeWorkGroupCount[1], limits.MaxComputeWorkGroupCount[2]),
            MaxStorageRangeBytes = limits.MaxStorageBufferRangeBytes,
            MaxBufferBytes = Math.Min(limits.MaxBufferSizeBytes, limits.MaxMemoryAllocationSizeBytes),
            StorageAlignmentBytes = (int)limits.MinStorageBufferOffsetAlignmentBytes,
            Features = FeaturesOf(capabilities),
            MatrixShapes = MatrixShapesOf(capabilities),
            WorkgroupMatrices = WorkgroupMatricesOf(capabilities),
            MaxWorkgroupMatrixLength = limits.MaxFlexibleMatrixLength,
            Tuning = s_tables.TryGetValue(capabilities, out KernelTable? table) ? table : KernelTable.Empty,
        };
    }

    private static readonly Version s_vulkan13 = new(1, 3);

    // What KernelFeatures.Subgroup stands for.
    private static readonly string[] s_subgroupOperations = { "Vote", "Arithmetic", "Ballot", "Shuffle" };

    private static KernelFeatures FeaturesOf(DeviceCapabilities capabilities)
    {
        DeviceFeatures features = capabilities.Features;
        KernelFeatures result = KernelFeatures.None;
        if (features.Float16) result |= KernelFeatures.Float16;
        if (features.Storage16Bit) result |= KernelFeatures.Storage16Bit;
        if (capabilities.Subgroup.InCompute && s_subgroupOperations.All(capabilities.Subgroup.Operations.Contains)) result |= KernelFeatures.Subgroup;
        if (features.BufferDeviceAddress) result |= KernelFeatures.BufferDeviceAddress;
        if (features.CooperativeMatrix) result |= KernelFeatures.CooperativeMatrix;
        if (HasCooperativeMatrix2(capabilities)) result |= KernelFeatures.CooperativeMatrix2;
        if (features.VulkanMemoryModel) result |= KernelFeatures.VulkanMemoryModel;
        if (features.BFloat16) result |= KernelFeatures.BFloat16;
        if (features.Int64) result |= KernelFeatures.Int64;
        return result;
    }

    // The parts of the extension that kernels are written with, and the version whose SPIR-V it asks for.
    private static bool HasCooperativeMatrix2(DeviceCapabilities capabilities)
    {
        DeviceFeatures features = capabilities.Features;
        return features is
            {
                CooperativeMatrix2: true, CooperativeMatrixWorkgroupScope: true, CooperativeMatrixFlexibleDimensions: true, CooperativeMatrixConversions: true,
                CooperativeMatrixPerElementOperations: true, CooperativeMatrixTensorAddressing: true, CooperativeMatrixBlockLoads: true,
            }
            && Version.TryParse(capabilities.ApiVersion, out Version? version) && version >= s_vulkan13;
    }

    // A matrix is spread over the lanes of whole subgroups: their size must be certain.
    private static bool HasMatrixUnits(DeviceCapabilities capabilities) =>
        capabilities.Features is { CooperativeMatrix: true, VulkanMemoryModel: true, ComputeFullSubgroups: true }
        && (capabilities.Subgroup.ComputeCanRequireSize || capabilities.Subgroup.MinSize == capabilities.Subgroup.MaxSize);

    private static MatrixShape[] MatrixShapesOf(DeviceCapabilities capabilities)
    {
        if (!HasMatrixUnits(capabilities)) return Array.Empty<MatrixShape>();
        return capabilities.CooperativeMatrixShapes
            .Where(shape => shape.Scope == "Subgroup" && shape.AType == shape.BType && shape.CType == "Float32" && shape.ResultType == "Float32" && HasProducts(shape.AType, capabilities.Features))
            .Select(shape => new MatrixShape(PrecisionOf(shape.AType), shape.M, shape.N, shape.K))
            .ToArray();
    }

    private static WorkgroupMatrix[] WorkgroupMatricesOf(DeviceCapabilities capabilities)
    {
        DeviceFeatures features = capabilities.Features;
        DeviceLimits limits = capabilities.Limits;
        if (!HasMatrixUnits(capabilities) || !HasCooperativeMatrix2(capabilities) || !features.BufferDeviceAddress || !features.Storage16Bit || !features.Float16) return Array.Empty<WorkgroupMatrix>();
        if (limits.ReservedMatrixSharedMemoryBytes > limits.MaxComputeSharedMemoryBytes) return Array.Empty<WorkgroupMatrix>();
        return capabilities.FlexibleMatrixShapes
            .Where(shape => shape.Scope == "Workgroup" && shape.AType == shape.BType && shape.CType == "Float32" && shape.ResultType == "Float32" && HasProducts(shape.AType, features)
                && shape is { M: > 0, N: > 0, K: > 0, SaturatingAccumulation: false }
                && shape.WorkgroupInvocations > 0 && shape.WorkgroupInvocations <= Math.Min(limits.MaxWorkgroupMatrixInvocations, limits.MaxComputeWorkGroupInvocations))
            .Select(shape => new WorkgroupMatrix(PrecisionOf(shape.AType), shape.M, shape.N, shape.K, shape.WorkgroupInvocations))
            .Distinct().ToArray();
    }

    private static bool HasProducts(string type, DeviceFeatures features) => (type == "Float16" && features.Float16) || (type == "BFloat16" && features.BFloat16CooperativeMatrix);

    private static Precision PrecisionOf(string type) => type == "Float16" ? Precision.Float16 : Precision.BFloat16;

    // Mesa's drivers say "Mesa 22.3.6 (…)"; nothing of the kind can be read off other vendors' texts.
    private static int MesaVersion(string driverInfo)
    {
        const string prefix = "Mesa ";
        if (!driverInfo.StartsWith(prefix, StringComparison.Ordinal)) return 0;
        string[] parts = driverInfo.Substring(prefix.Length).Split('.', ' ', '-');
        return parts.Length >= 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int minor)
            ? (major * 1000) + minor
            : 0;
    }
}
