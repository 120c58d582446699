using System.Collections.Generic;
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
        ReflectedBinding[] bindings = [.. BufferVariables(module).Select(pair => Binding(place, module, pair.Key))
            .GroupBy(binding => binding.Binding).OrderBy(group => group.Key).Select(group => JoinViews(place, [.. group]))];
        for (int i = 0; i < bindings.Length; i++)
            if (bindings[i].Binding != i)
                throw new KernelCompilerException(
                    $"{place}: bindings must be numbered 0, 1, 2, … without gaps; expected {i}, got {bindings[i].Binding} ({bindings[i].Name})");
        return bindings;
    }

    // One buffer may be declared several times, each time as an array of another type: x, x_as_fours, x_as_pairs.
    private static ReflectedBinding JoinViews(string place, ReflectedBinding[] views)
    {
        ReflectedBinding first = views.MinBy(view => view.Name.Length)!;
        foreach (ReflectedBinding view in views.Where(view => view != first))
        {
            if (!view.Name.StartsWith(first.Name + "_as_", System.StringComparison.Ordinal))
                throw new KernelCompilerException($"{place}: binding {first.Binding} is both {first.Name} and {view.Name}; another view of {first.Name} must be called {first.Name}_as_…, another buffer needs another number");
            if (view.Access != first.Access) throw new KernelCompilerException($"{place}: {first.Name} and {view.Name} are one buffer and must have the same qualifiers");
        }
        return first;
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
