namespace Cim.Vulkan.Device;

/// <summary>The optional features of a device that this library enables where they exist.</summary>
public sealed record DeviceFeatures
{
    /// <summary>Timeline semaphores; needed to open the device.</summary>
    public bool TimelineSemaphore { get; init; }

    /// <summary>16-bit float arithmetic in shaders.</summary>
    public bool Float16 { get; init; }

    /// <summary>16-bit values in storage buffers.</summary>
    public bool Storage16Bit { get; init; }

    /// <summary>8-bit values in storage buffers.</summary>
    public bool Storage8Bit { get; init; }

    /// <summary>8-bit integer arithmetic in shaders.</summary>
    public bool Int8 { get; init; }

    /// <summary>16-bit integer arithmetic in shaders.</summary>
    public bool Int16 { get; init; }

    /// <summary>64-bit integer arithmetic in shaders.</summary>
    public bool Int64 { get; init; }

    /// <summary>Buffers by device address.</summary>
    public bool BufferDeviceAddress { get; init; }

    /// <summary>The Vulkan memory model, which cooperative matrices need.</summary>
    public bool VulkanMemoryModel { get; init; }

    /// <summary>bfloat16 in shaders by VK_KHR_shader_bfloat16.</summary>
    public bool BFloat16 { get; init; }

    /// <summary>bfloat16 in cooperative matrices.</summary>
    public bool BFloat16CooperativeMatrix { get; init; }

    /// <summary>A pipeline can require its subgroup size.</summary>
    public bool SubgroupSizeControl { get; init; }

    /// <summary>A pipeline can require full subgroups.</summary>
    public bool ComputeFullSubgroups { get; init; }

    /// <summary>maintenance4: workgroup sizes by specialization constant (LocalSizeId).</summary>
    public bool Maintenance4 { get; init; }

    /// <summary>VK_KHR_cooperative_matrix.</summary>
    public bool CooperativeMatrix { get; init; }

    /// <summary>VK_NV_cooperative_matrix2 is there; its parts are the features that follow, and a driver may have some of them only.</summary>
    public bool CooperativeMatrix2 { get; init; }

    /// <summary>Cooperative matrices that a whole workgroup holds.</summary>
    public bool CooperativeMatrixWorkgroupScope { get; init; }

    /// <summary>Cooperative matrices of many sizes, see <see cref="DeviceCapabilities.FlexibleMatrixShapes"/>.</summary>
    public bool CooperativeMatrixFlexibleDimensions { get; init; }

    /// <summary>Reductions over rows and columns of cooperative matrices.</summary>
    public bool CooperativeMatrixReductions { get; init; }

    /// <summary>Conversions between the uses of cooperative matrices.</summary>
    public bool CooperativeMatrixConversions { get; init; }

    /// <summary>A function on every element of a cooperative matrix.</summary>
    public bool CooperativeMatrixPerElementOperations { get; init; }

    /// <summary>Loads and stores of cooperative matrices through tensor layouts.</summary>
    public bool CooperativeMatrixTensorAddressing { get; init; }

    /// <summary>Such loads through a function that decodes each element.</summary>
    public bool CooperativeMatrixBlockLoads { get; init; }

    /// <summary>VK_KHR_pipeline_executable_properties: the compiler tells registers, spills and instructions of a pipeline, see <see cref="GpuDevice.InspectPipeline"/>.</summary>
    public bool PipelineExecutables { get; init; }

    /// <summary>VK_EXT_memory_budget: the heaps tell what is free.</summary>
    public bool MemoryBudget { get; init; }
}
