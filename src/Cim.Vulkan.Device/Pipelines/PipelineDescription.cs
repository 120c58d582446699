using System;

namespace Cim.Vulkan.Device;

/// <summary>What a compute pipeline is made of; equal descriptions give the same pipeline.</summary>
public readonly struct PipelineDescription
{
    /// <summary>Name in messages and captures.</summary>
    public required string Name { get; init; }

    /// <summary>The SPIR-V module, entry point <c>main</c>.</summary>
    public required ReadOnlyMemory<byte> Spirv { get; init; }

    /// <summary>Storage buffers, bound at set 0, bindings 0 to this number less one.</summary>
    public required int StorageBufferCount { get; init; }

    /// <summary>Size of the push-constant block; 0 for none.</summary>
    public int PushConstantBytes { get; init; }

    /// <summary>Ids of the specialization constants; null for none.</summary>
    public uint[]? SpecializationIds { get; init; }

    /// <summary>Bits of the specialization constants, 32 each, in the order of the ids.</summary>
    public uint[]? SpecializationValues { get; init; }

    /// <summary>Subgroup size that the pipeline requires, every subgroup full where the device can promise it; 0 leaves it to the driver.</summary>
    public int RequiredSubgroupSize { get; init; }
}
