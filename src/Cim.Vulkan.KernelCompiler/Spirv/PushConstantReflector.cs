using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Cim.Vulkan.KernelCompiler.Spirv;

/// <summary>Takes the push constant block apart into scalars.</summary>
public static class PushConstantReflector
{
    /// <summary>The scalars in offset order, and the size of the block in bytes.</summary>
    /// <param name="place">The kernel, for messages.</param>
    /// <param name="module">The module with names.</param>
    /// <exception cref="KernelCompilerException">A member's type is not supported, or the block is too large.</exception>
    public static (IReadOnlyList<ReflectedPushConstant> Members, int Bytes) Reflect(string place, SpirvModule module)
    {
        const int guaranteedBytes = 128;
        var members = new List<ReflectedPushConstant>();
        foreach (KeyValuePair<uint, SpirvInstruction> variable in module.Variables.Where(pair => (SpirvStorageClass)pair.Value.Operands[2] == SpirvStorageClass.PushConstant))
        {
            uint block = module.Definition(variable.Value.Operands[0]).Operands[2];
            uint[] types = module.Definition(block).Operands[1..];
            for (uint i = 0; i < types.Length; i++)
            {
                string name = module.MemberName(block, i);
                if (!Naming.IsSnakeCase(name)) throw new KernelCompilerException($"{place}: the push constant '{name}' must be snake_case");
                int offset = (int)(module.MemberDecoration(block, i, SpirvDecoration.Offset) ?? 0);
                AddScalars(place, module, new ReflectedPushConstant(name, name, ScalarKind.UInt, offset), types[i], members);
            }
        }
        ReflectedPushConstant[] sorted = [.. members.OrderBy(member => member.OffsetBytes)];
        int bytes = sorted.Length == 0 ? 0 : sorted.Max(member => member.OffsetBytes + (member.Kind == ScalarKind.UInt64 ? 8 : 4));
        if (bytes > guaranteedBytes)
            throw new KernelCompilerException($"{place}: push constants take {bytes} bytes, Vulkan guarantees {guaranteedBytes}; move some to a buffer");
        return (sorted, bytes);
    }

    private static void AddScalars(string place, SpirvModule module, ReflectedPushConstant at, uint type, List<ReflectedPushConstant> members)
    {
        SpirvInstruction definition = module.Definition(type);
        switch (definition.Opcode)
        {
            case SpirvOpcode.TypeVector:
                for (int i = 0; i < definition.Operands[2]; i++)
                    AddScalars(place, module, at with { Name = $"{at.Name}_{"xyzw"[i]}", OffsetBytes = at.OffsetBytes + 4 * i }, definition.Operands[1], members);
                break;
            case SpirvOpcode.TypeArray:
                uint length = module.Definition(definition.Operands[2]).Operands[2];
                int stride = (int)(module.Decoration(type, SpirvDecoration.ArrayStride) ?? 4);
                for (int i = 0; i < length; i++)
                    AddScalars(place, module, at with { Name = at.Name + i.ToString(CultureInfo.InvariantCulture), OffsetBytes = at.OffsetBytes + stride * i }, definition.Operands[1], members);
                break;
            default:
                ScalarKind kind = WorkgroupReflector.Kind(module, type)
                    ?? throw new KernelCompilerException(
                        $"{place}: the push constant {at.Declaration} must be uint, int, float, uint64_t, or a vector or array of 32-bit ones");
                members.Add(at with { Kind = kind });
                break;
        }
    }
}
