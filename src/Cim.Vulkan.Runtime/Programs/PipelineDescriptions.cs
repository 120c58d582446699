using System.Linq;
using Cim.Vulkan.Device;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Runtime;

/// <summary>Tells the device layer how to build the pipeline of a kernel call.</summary>
public static class PipelineDescriptions
{
    /// <summary>The pipeline of a call.</summary>
    /// <typeparam name="T">What stands for a buffer.</typeparam>
    /// <param name="call">Kernel and specialization.</param>
    public static PipelineDescription Of<T>(KernelCall<T> call)
    {
        Kernel kernel = call.Kernel;
        return new PipelineDescription
        {
            Name = kernel.Name,
            Spirv = kernel.LoadSpirv(),
            StorageBufferCount = kernel.Bindings.Count,
            PushConstantBytes = kernel.PushConstantBytes,
            SpecializationIds = kernel.SpecializationConstants.Select(constant => constant.Id).ToArray(),
            SpecializationValues = call.Specialization,
            RequiredSubgroupSize = call.RequiredSubgroupSize,
        };
    }
}
