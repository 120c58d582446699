namespace Cim.Vulkan.KernelCompiler.Spirv;

/// <summary>The opcodes that reflection looks at, numbered as in the SPIR-V specification.</summary>
public enum SpirvOpcode
{
#pragma warning disable CS1591 // The names are the specification's.
    Name = 5,
    MemberName = 6,
    EntryPoint = 15,
    ExecutionMode = 16,
    Capability = 17,
    TypeVoid = 19,
    TypeBool = 20,
    TypeInt = 21,
    TypeFloat = 22,
    TypeVector = 23,
    TypeArray = 28,
    TypeRuntimeArray = 29,
    TypeStruct = 30,
    TypePointer = 32,
    TypeFunction = 33,
    ConstantTrue = 41,
    Constant = 43,
    ConstantComposite = 44,
    SpecConstantTrue = 48,
    SpecConstantFalse = 49,
    SpecConstant = 50,
    SpecConstantComposite = 51,
    SpecConstantOp = 52,
    Function = 54,
    FunctionEnd = 56,
    FunctionCall = 57,
    Variable = 59,
    Load = 61,
    AccessChain = 65,
    InBoundsAccessChain = 66,
    ArrayLength = 68,
    Decorate = 71,
    MemberDecorate = 72,
    CopyObject = 83,
    ExecutionModeId = 331,
}

/// <summary>The decorations that reflection looks at.</summary>
public enum SpirvDecoration
{
    SpecId = 1,
    ArrayStride = 6,
    BuiltIn = 11,
    NonWritable = 24,
    NonReadable = 25,
    Binding = 33,
    DescriptorSet = 34,
    Offset = 35,
}

/// <summary>The storage classes that reflection looks at.</summary>
public enum SpirvStorageClass
{
    UniformConstant = 0,
    Uniform = 2,
    PushConstant = 9,
    StorageBuffer = 12,
#pragma warning restore CS1591
}
