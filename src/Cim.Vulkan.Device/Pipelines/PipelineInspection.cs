using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>Compiles a pipeline with its statistics and texts captured, and reads them by VK_KHR_pipeline_executable_properties.</summary>
internal static unsafe class PipelineInspection
{
    private const PipelineCreateFlags Capture = PipelineCreateFlags.CreateCaptureStatisticsBitKhr | PipelineCreateFlags.CreateCaptureInternalRepresentationsBitKhr;

    public static IReadOnlyList<PipelineExecutable> Run(GpuDevice device, in PipelineDescription description)
    {
        if (!device.Capabilities.Features.PipelineExecutables)
        {
            throw new VulkanException($"{device.Capabilities.Name} ({device.Capabilities.DriverName}) has no VK_KHR_pipeline_executable_properties, so its compiler tells nothing of a pipeline.");
        }
        // Drivers keep no texts in their caches, so none is given.
        var pipeline = ComputePipeline.Create(device, description, default, Capture);
        try
        {
            var properties = device.Api.PipelineExecutables(device.Handle, pipeline.Handle);
            return properties.Select((p, index) => Read(device, pipeline.Handle, p, (uint)index)).ToArray();
        }
        finally
        {
            pipeline.Destroy();
        }
    }

    private static PipelineExecutable Read(GpuDevice device, Pipeline pipeline, PipelineExecutablePropertiesKHR properties, uint index) => new(
        VulkanApi.Text(properties.Name), VulkanApi.Text(properties.Description), (int)properties.SubgroupSize,
        Array.ConvertAll(device.Api.ExecutableStatistics(device.Handle, pipeline, index), Statistic),
        ReadTexts(device, pipeline, index));

    private static ExecutableStatistic Statistic(PipelineExecutableStatisticKHR s) => new(
        VulkanApi.Text(s.Name), VulkanApi.Text(s.Description), s.Format switch
        {
            PipelineExecutableStatisticFormatKHR.Bool32Khr => s.Value.B32 ? 1 : 0,
            PipelineExecutableStatisticFormatKHR.Int64Khr => s.Value.I64,
            PipelineExecutableStatisticFormatKHR.Uint64Khr => s.Value.U64,
            _ => s.Value.F64,
        });

    // Asked twice: first for the sizes, then with room for the texts.
    private static ExecutableText[] ReadTexts(GpuDevice device, Pipeline pipeline, uint index)
    {
        var sizes = device.Api.ExecutableTexts(device.Handle, pipeline, index, null);
        var bytes = new byte[sizes.Sum(text => (int)text.DataSize)];
        fixed (byte* room = bytes)
        {
            var place = room;
            for (var i = 0; i < sizes.Length; i++)
            {
                sizes[i].PData = place;
                place += (int)sizes[i].DataSize;
            }
            return device.Api.ExecutableTexts(device.Handle, pipeline, index, sizes).Where(text => text.IsText)
                .Select(text => new ExecutableText(VulkanApi.Text(text.Name), Encoding.UTF8.GetString((byte*)text.PData, (int)text.DataSize).TrimEnd('\0'))).ToArray();
        }
    }
}
