using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Cim.Vulkan.KernelCompiler.Spirv;

/// <summary>Reads a kernel's interface from its SPIR-V.</summary>
public static class SpirvReflector
{
    /// <summary>Joins what the module with debug names declares with what the embedded module uses.</summary>
    /// <param name="place">The kernel, for messages.</param>
    /// <param name="named">The module compiled with names and without optimization: every declaration is in it.</param>
    /// <param name="embedded">The module that is shipped: what it does not use is an error.</param>
    /// <exception cref="KernelCompilerException">The shader breaks one of the conventions.</exception>
    public static KernelInterface Reflect(string place, SpirvModule named, SpirvModule embedded)
    {
        IReadOnlyList<ReflectedBinding> bindings = Bindings(place, named);
        HashSet<uint> used = [.. BufferVariables(embedded).Where(pair => embedded.IsUsedInFunctions(pair.Key))
            .Select(pair => embedded.Decoration(pair.Key, SpirvDecoration.Binding) ?? uint.MaxValue)];
        foreach (ReflectedBinding binding in bindings)
            if (!used.Contains(binding.Binding))
                throw new KernelCompilerException($"{place}: binding {binding.Binding} ({binding.Name}) is declared but never used; use it or remove it");
        IReadOnlyList<ReflectedSpecialization> specializations = WorkgroupReflector.Specializations(place, named);
        (IReadOnlyList<ReflectedPushConstant> pushConstants, int pushConstantBytes) = PushConstantReflector.Reflect(place, named);
        return new KernelInterface(bindings, pushConstants, pushConstantBytes, specializations,
            WorkgroupReflector.Workgroup(named, specializations), SpirvFeatures.Of(embedded));
    }

    private static IEnumerable<KeyValuePair<uint, SpirvInstruction>> BufferVariables(SpirvModule module) =>
        module.Variables.Where(pair => (SpirvStorageClass)pair.Value.Operands[2] is SpirvStorageClass.StorageBuffer);

    private static ReflectedBinding[] Bindings(string place, SpirvModule module)
    {
        if (module.Variables.Any(pair => (SpirvStorageClass)pair.Value.Operands[2] is SpirvStorageClass.Uniform or SpirvStorageClass.UniformConstant))
            throw new KernelCompilerException($"{place}: uniform buffers, images and samplers are not supported; use storage buffers and push constants");
        ReflectedBinding[] bindings = [.. BufferVariables(module).Select(pair => Binding(place, module, pair.Key)).OrderBy(binding => binding.Binding)];
        for (int i = 0; i < bindings.Length; i++)
            if (bindings[i].Binding != i)
                throw new KernelCompilerException($"{place}: bindings must be numbered 0, 1, 2, … without gaps or repeats; expected {i}, got {bindings[i].Binding} ({bindings[i].Name})");
        return bindings;
    }

    private static ReflectedBinding Binding(string place, SpirvModule module, uint variable)
    {
        uint binding = module.Decoration(variable, SpirvDecoration.Binding) ?? 0;
        if (module.Decoration(variable, SpirvDecoration.DescriptorSet) is { } set and not 0)
            throw new KernelCompilerException($"{place}: binding {binding} is in descriptor set {set}; all bindings belong to set 0");
        uint block = module.Definition(module.Definition(variable).Operands[0]).Operands[2];
        SpirvInstruction definition = module.Definition(block);
        if (definition.Opcode != SpirvOpcode.TypeStruct)
            throw new KernelCompilerException($"{place}: binding {binding} is an array of buffers; declare one buffer a binding");
        if (definition.Operands.Length != 2 || module.Definition(definition.Operands[1]).Opcode != SpirvOpcode.TypeRuntimeArray)
            throw new KernelCompilerException($"{place}: binding {binding} must hold one runtime array, such as buffer X {{ float x[]; }};");
        string name = module.MemberName(block, 0);
        if (!Naming.IsSnakeCase(name)) throw new KernelCompilerException($"{place}: binding {binding}: the array's name '{name}' must be snake_case");
        return new ReflectedBinding(binding, name, Access(place, module, variable, block, name));
    }

    private static BindingAccess Access(string place, SpirvModule module, uint variable, uint block, string name)
    {
        bool Has(SpirvDecoration decoration) => module.Decoration(variable, decoration) is not null || module.MemberDecoration(block, 0, decoration) is not null;
        return (Has(SpirvDecoration.NonWritable), Has(SpirvDecoration.NonReadable)) switch
        {
            (true, false) => BindingAccess.Read,
            (false, true) => BindingAccess.Write,
            (false, false) => BindingAccess.ReadWrite,
            _ => throw new KernelCompilerException($"{place}: {name} is readonly and writeonly at once; keep one"),
        };
    }
}

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
        if (bytes > guaranteedBytes) throw new KernelCompilerException($"{place}: push constants take {bytes} bytes, Vulkan guarantees {guaranteedBytes}; move some to a buffer");
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
                    ?? throw new KernelCompilerException($"{place}: the push constant {at.Declaration} must be uint, int, float, uint64_t, or a vector or array of 32-bit ones");
                members.Add(at with { Kind = kind });
                break;
        }
    }
}
