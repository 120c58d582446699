using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.KernelCompiler.Spirv;

/// <summary>Reads specialization constants and the workgroup size, which may be made of them.</summary>
public static class WorkgroupReflector
{
    private const uint WorkgroupSizeBuiltIn = 25;
    private const uint LocalSizeMode = 17;
    private const uint LocalSizeIdMode = 38;

    /// <summary>The scalar kind of a type, or null for any other type.</summary>
    /// <param name="module">The module.</param>
    /// <param name="type">A type's id.</param>
    public static ScalarKind? Kind(SpirvModule module, uint type)
    {
        SpirvInstruction definition = module.Definition(type);
        return definition.Opcode switch
        {
            SpirvOpcode.TypeBool => ScalarKind.Bool,
            SpirvOpcode.TypeFloat when definition.Operands[1] == 32 => ScalarKind.Float,
            SpirvOpcode.TypeInt when definition.Operands[1] == 32 => definition.Operands[2] == 0 ? ScalarKind.UInt : ScalarKind.Int,
            SpirvOpcode.TypeInt when definition.Operands[1] == 64 && definition.Operands[2] == 0 => ScalarKind.UInt64,
            _ => null,
        };
    }

    /// <summary>The specialization constants in the order of their ids.</summary>
    /// <param name="place">The kernel, for messages.</param>
    /// <param name="module">The module with names.</param>
    /// <exception cref="KernelCompilerException">A constant has an unsupported type or no name.</exception>
    public static IReadOnlyList<ReflectedSpecialization> Specializations(string place, SpirvModule module)
    {
        uint[] dimensions = SizeConstants(module);
        var result = new SortedDictionary<uint, ReflectedSpecialization>();
        foreach ((uint id, SpirvInstruction definition) in module.SpecializationConstants)
        {
            if (module.Decoration(id, SpirvDecoration.SpecId) is not { } specId) continue;
            string name = module.Name(id);
            // local_size_x_id makes a nameless constant of its own; a declared constant with the same id is the same to the host.
            if (name.Length == 0)
            {
                int dimension = System.Array.IndexOf(dimensions, id);
                if (result.ContainsKey(specId)) continue;
                if (dimension >= 0) name = "LOCAL_SIZE_" + "XYZ"[dimension];
            }
            result[specId] = Constant(place, module, definition, specId, name);
        }
        return [.. result.Values];
    }

    /// <summary>The three dimensions of the workgroup.</summary>
    /// <param name="module">The module.</param>
    /// <param name="specializations">Its specialization constants.</param>
    public static IReadOnlyList<ReflectedDimension> Workgroup(SpirvModule module, IReadOnlyList<ReflectedSpecialization> specializations)
    {
        uint[] constants = SizeConstants(module);
        if (constants.Length > 0) return [.. constants.Select(id => Dimension(module, id, specializations))];
        SpirvInstruction mode = module.Instructions.First(instruction => instruction.Opcode == SpirvOpcode.ExecutionMode && instruction.Operands[1] == LocalSizeMode);
        return [.. mode.Operands[2..5].Select(size => new ReflectedDimension(size, -1))];
    }

    private static uint[] SizeConstants(SpirvModule module)
    {
        foreach (SpirvInstruction instruction in module.Instructions)
        {
            bool isComposite = instruction.Opcode is SpirvOpcode.SpecConstantComposite or SpirvOpcode.ConstantComposite;
            if (isComposite && module.Decoration(instruction.Operands[1], SpirvDecoration.BuiltIn) == WorkgroupSizeBuiltIn) return instruction.Operands[2..];
            if (instruction.Opcode == SpirvOpcode.ExecutionModeId && instruction.Operands[1] == LocalSizeIdMode) return instruction.Operands[2..];
        }
        return [];
    }

    private static ReflectedDimension Dimension(SpirvModule module, uint id, IReadOnlyList<ReflectedSpecialization> specializations)
    {
        if (module.Decoration(id, SpirvDecoration.SpecId) is not { } specId) return new ReflectedDimension(module.Definition(id).Operands[2], -1);
        int index = specializations.TakeWhile(constant => constant.Id != specId).Count();
        return new ReflectedDimension(0, index);
    }

    private static ReflectedSpecialization Constant(string place, SpirvModule module, SpirvInstruction definition, uint specId, string name)
    {
        if (!Naming.IsIdentifier(name) || name.Any(char.IsAsciiLetterLower))
            throw new KernelCompilerException($"{place}: the specialization constant '{name}' (constant_id {specId}) must have an UPPER_CASE name");
        if (Kind(module, definition.Operands[0]) is not { } kind || kind == ScalarKind.UInt64)
            throw new KernelCompilerException($"{place}: the specialization constant {name} must be uint, int, float or bool");
        uint bits = definition.Opcode switch
        {
            SpirvOpcode.SpecConstantTrue => 1,
            SpirvOpcode.SpecConstantFalse => 0,
            _ => definition.Operands[2],
        };
        return new ReflectedSpecialization(specId, name, kind, bits);
    }
}
