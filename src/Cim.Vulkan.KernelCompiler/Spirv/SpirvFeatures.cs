using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.KernelCompiler.Spirv;

/// <summary>SPIR-V capabilities as members of KernelFeatures.</summary>
public static class SpirvFeatures
{
    private static readonly string[] _order =
    [
        "Float16", "Storage16Bit", "Subgroup", "BufferDeviceAddress", "CooperativeMatrix", "CooperativeMatrix2", "BFloat16", "Int64",
        "Int16", "Int8", "Storage8Bit", "VulkanMemoryModel",
    ];

    /// <summary>The features that a module's capabilities ask for, in the order of the enum.</summary>
    /// <param name="module">The module.</param>
    /// <exception cref="KernelCompilerException">A capability has no feature.</exception>
    public static IReadOnlyList<string> Of(SpirvModule module)
    {
        var found = new HashSet<string>();
        foreach (SpirvInstruction instruction in module.Instructions.Where(instruction => instruction.Opcode == SpirvOpcode.Capability))
            if (Feature(instruction.Operands[0]) is { } feature)
                found.Add(feature);
        return [.. _order.Where(found.Contains)];
    }

    private static string? Feature(uint capability) => capability switch
    {
        0 or 1 or 61 => null, // Matrix, Shader, GroupNonUniform: every Vulkan 1.2 compute queue
        9 => "Float16",
        11 => "Int64",
        22 => "Int16",
        39 => "Int8",
        >= 62 and <= 68 => "Subgroup",
        4433 or 4434 => "Storage16Bit",
        4448 or 4449 => "Storage8Bit",
        5116 or 5117 or 5118 => "BFloat16",
        5345 => "VulkanMemoryModel",
        5347 => "BufferDeviceAddress",
        >= 5430 and <= 5440 => "CooperativeMatrix2",
        6022 => "CooperativeMatrix",
        _ => throw new KernelCompilerException(
            $"the shader needs SPIR-V capability {capability}, which no member of KernelFeatures stands for; avoid it, or add the feature to KernelFeatures and SpirvFeatures"),
    };
}
