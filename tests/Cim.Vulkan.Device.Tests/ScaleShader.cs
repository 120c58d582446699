using System;
using System.IO;
using System.Runtime.InteropServices;

namespace Cim.Vulkan.Device.Tests;

/// <summary>The shader <c>Shaders/scale.comp</c>: y = factor * a * x.</summary>
internal static class ScaleShader
{
    public const int LocalSize = 64;

    private static readonly byte[] s_spirv = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Shaders", "scale.spv"));

    public static PipelineDescription Description(uint factor = 1, int requiredSubgroupSize = 0) => new()
    {
        Name = "scale",
        Spirv = s_spirv,
        StorageBufferCount = 2,
        PushConstantBytes = 8,
        SpecializationIds = [0, 1],
        SpecializationValues = [LocalSize, factor],
        RequiredSubgroupSize = requiredSubgroupSize,
    };

    public static void Record(CommandRecorder recorder, ComputePipeline pipeline, BufferRange x, BufferRange y, float a)
    {
        var count = (uint)(x.SizeBytes / sizeof(float));
        Span<byte> push = stackalloc byte[8];
        MemoryMarshal.Write(push, a);
        MemoryMarshal.Write(push[4..], count);
        recorder.BindAndDispatch(pipeline, [x, y], push, (count + LocalSize - 1) / LocalSize, 1, 1);
    }

    public static Span<float> Floats(GpuBuffer buffer) => MemoryMarshal.Cast<byte, float>(buffer.Mapped);
}
