using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Cim.Vulkan.KernelCompiler.Spirv;

/// <summary>One instruction: its opcode and the words behind it.</summary>
/// <param name="Opcode">The opcode.</param>
/// <param name="Operands">The words without the first.</param>
public readonly record struct SpirvInstruction(SpirvOpcode Opcode, uint[] Operands);

/// <summary>A SPIR-V module as tables: types, constants, names, decorations, variables.</summary>
public sealed class SpirvModule
{
    private readonly Dictionary<uint, SpirvInstruction> _definitions = [];
    private readonly Dictionary<uint, string> _names = [];
    private readonly Dictionary<(uint Type, uint Member), string> _memberNames = [];
    private readonly Dictionary<(uint Target, SpirvDecoration Decoration), uint> _decorations = [];
    private readonly Dictionary<(uint Type, uint Member, SpirvDecoration Decoration), uint> _memberDecorations = [];
    private readonly HashSet<uint> _usedInFunctions = [];

    private SpirvModule(IReadOnlyList<SpirvInstruction> instructions) => Instructions = instructions;

    /// <summary>All instructions in order.</summary>
    public IReadOnlyList<SpirvInstruction> Instructions { get; }

    /// <summary>Module-level variables: result id and instruction.</summary>
    public IEnumerable<KeyValuePair<uint, SpirvInstruction>> Variables =>
        _definitions.Where(pair => pair.Value.Opcode == SpirvOpcode.Variable).OrderBy(pair => pair.Key);

    /// <summary>Scalar specialization constants: result id and instruction.</summary>
    public IEnumerable<KeyValuePair<uint, SpirvInstruction>> SpecializationConstants =>
        _definitions.Where(pair => pair.Value.Opcode is SpirvOpcode.SpecConstant or SpirvOpcode.SpecConstantTrue or SpirvOpcode.SpecConstantFalse).OrderBy(pair => pair.Key);

    /// <summary>Reads a module.</summary>
    /// <param name="bytes">A SPIR-V binary, little-endian.</param>
    /// <exception cref="KernelCompilerException">Not SPIR-V, or cut short.</exception>
    public static SpirvModule Parse(ReadOnlySpan<byte> bytes)
    {
        const uint magic = 0x07230203;
        const int headerBytes = 20;
        if (bytes.Length < headerBytes || bytes.Length % 4 != 0 || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != magic)
            throw new KernelCompilerException($"not a SPIR-V module: {bytes.Length} bytes without the SPIR-V magic number; compile the shader again");
        var instructions = new List<SpirvInstruction>();
        for (int offset = headerBytes; offset < bytes.Length;)
        {
            uint first = BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
            int words = (int)(first >> 16);
            if (words == 0 || offset + words * 4 > bytes.Length)
                throw new KernelCompilerException($"SPIR-V module is cut short at byte {offset} of {bytes.Length}; compile the shader again");
            var operands = new uint[words - 1];
            for (int i = 0; i < operands.Length; i++) operands[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(offset + 4 * (i + 1))..]);
            instructions.Add(new SpirvInstruction((SpirvOpcode)(first & 0xFFFF), operands));
            offset += words * 4;
        }
        if (instructions.Count == 0 || instructions[^1].Opcode != SpirvOpcode.FunctionEnd)
            throw new KernelCompilerException($"SPIR-V module is cut short at byte {bytes.Length}, in the middle of a function; compile the shader again");
        var module = new SpirvModule(instructions);
        module.Index();
        return module;
    }

    /// <summary>The instruction that defines an id.</summary>
    /// <param name="id">A result id of a type, constant or variable.</param>
    public SpirvInstruction Definition(uint id) =>
        _definitions.TryGetValue(id, out SpirvInstruction instruction) ? instruction : throw new KernelCompilerException(
            $"SPIR-V id %{id} is not a type, constant or variable");

    /// <summary>The debug name of an id, or an empty text.</summary>
    /// <param name="id">Any id.</param>
    public string Name(uint id) => _names.GetValueOrDefault(id, "");

    /// <summary>The debug name of a struct's member, or an empty text.</summary>
    /// <param name="type">The struct's id.</param>
    /// <param name="member">The member's index.</param>
    public string MemberName(uint type, uint member) => _memberNames.GetValueOrDefault((type, member), "");

    /// <summary>A decoration's value (0 where it has none), or null where it is absent.</summary>
    /// <param name="id">The decorated id.</param>
    /// <param name="decoration">The decoration.</param>
    public uint? Decoration(uint id, SpirvDecoration decoration) => _decorations.TryGetValue((id, decoration), out uint value) ? value : null;

    /// <summary>A member decoration's value (0 where it has none), or null where it is absent.</summary>
    /// <param name="type">The struct's id.</param>
    /// <param name="member">The member's index.</param>
    /// <param name="decoration">The decoration.</param>
    public uint? MemberDecoration(uint type, uint member, SpirvDecoration decoration) =>
        _memberDecorations.TryGetValue((type, member, decoration), out uint value) ? value : null;

    /// <summary>True where an instruction inside a function names the id.</summary>
    /// <param name="id">A module-level variable.</param>
    public bool IsUsedInFunctions(uint id) => _usedInFunctions.Contains(id);

    private void Index()
    {
        bool insideFunction = false;
        foreach (SpirvInstruction instruction in Instructions)
        {
            uint[] operands = instruction.Operands;
            insideFunction |= instruction.Opcode == SpirvOpcode.Function;
            if (insideFunction) IndexUse(instruction);
            else IndexDeclaration(instruction, operands);
        }
    }

    private void IndexUse(SpirvInstruction instruction)
    {
        // Only memory instructions can name a buffer, and none of their literals is taken for an id at the positions read here.
        if (instruction.Opcode is SpirvOpcode.AccessChain or SpirvOpcode.InBoundsAccessChain or SpirvOpcode.ArrayLength or SpirvOpcode.Load or SpirvOpcode.CopyObject)
            _usedInFunctions.Add(instruction.Operands[2]);
        else if (instruction.Opcode == SpirvOpcode.FunctionCall)
            _usedInFunctions.UnionWith(instruction.Operands[3..]);
    }

    private void IndexDeclaration(SpirvInstruction instruction, uint[] operands)
    {
        switch (instruction.Opcode)
        {
            case SpirvOpcode.Name:
                _names[operands[0]] = ReadText(operands.AsSpan(1));
                break;
            case SpirvOpcode.MemberName:
                _memberNames[(operands[0], operands[1])] = ReadText(operands.AsSpan(2));
                break;
            case SpirvOpcode.Decorate:
                _decorations[(operands[0], (SpirvDecoration)operands[1])] = operands.Length > 2 ? operands[2] : 0;
                break;
            case SpirvOpcode.MemberDecorate:
                _memberDecorations[(operands[0], operands[1], (SpirvDecoration)operands[2])] = operands.Length > 3 ? operands[3] : 0;
                break;
            case >= SpirvOpcode.TypeVoid and <= SpirvOpcode.TypeFunction:
                _definitions[operands[0]] = instruction;
                break;
            case >= SpirvOpcode.ConstantTrue and <= SpirvOpcode.SpecConstantOp or SpirvOpcode.Variable:
                _definitions[operands[1]] = instruction;
                break;
        }
    }

    private static string ReadText(ReadOnlySpan<uint> words)
    {
        var bytes = new byte[words.Length * 4];
        for (int i = 0; i < words.Length; i++) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), words[i]);
        return Encoding.UTF8.GetString(bytes, 0, Array.IndexOf(bytes, (byte)0));
    }
}
