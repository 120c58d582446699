using System.Collections.Generic;

namespace Cim.Vulkan.KernelCompiler.Spirv;

/// <summary>How a shader touches a storage buffer.</summary>
public enum BindingAccess
{
    /// <summary>Qualified <c>readonly</c>.</summary>
    Read,

    /// <summary>Qualified <c>writeonly</c>.</summary>
    Write,

    /// <summary>Not qualified.</summary>
    ReadWrite,
}

/// <summary>A 32-bit or 64-bit scalar of the interface.</summary>
public enum ScalarKind
{
    /// <summary>Unsigned, 32 bits.</summary>
    UInt,

    /// <summary>Signed, 32 bits.</summary>
    Int,

    /// <summary>Floating point, 32 bits.</summary>
    Float,

    /// <summary>Boolean; a specialization constant only.</summary>
    Bool,

    /// <summary>Unsigned, 64 bits; a push constant only.</summary>
    UInt64,
}

/// <summary>One storage buffer.</summary>
/// <param name="Binding">Its binding number in set 0.</param>
/// <param name="Name">The name of the runtime array inside.</param>
/// <param name="Access">How it is touched.</param>
public sealed record ReflectedBinding(uint Binding, string Name, BindingAccess Access);

/// <summary>One scalar of the push constant block; vectors and arrays are taken apart.</summary>
/// <param name="Name">The member's name; elements get a suffix.</param>
/// <param name="Declaration">The member's name as declared.</param>
/// <param name="Kind">Its type.</param>
/// <param name="OffsetBytes">Where it lies.</param>
public sealed record ReflectedPushConstant(string Name, string Declaration, ScalarKind Kind, int OffsetBytes);

/// <summary>One specialization constant.</summary>
/// <param name="Id">Its <c>constant_id</c>.</param>
/// <param name="Name">Its name, UPPER_CASE.</param>
/// <param name="Kind">Its type.</param>
/// <param name="DefaultBits">The default's 32 bits.</param>
public sealed record ReflectedSpecialization(uint Id, string Name, ScalarKind Kind, uint DefaultBits);

/// <summary>One dimension of the workgroup.</summary>
/// <param name="Size">The literal size where there is no constant.</param>
/// <param name="SpecializationIndex">Index into the specialization constants, or -1.</param>
public readonly record struct ReflectedDimension(uint Size, int SpecializationIndex);

/// <summary>What the host must know about one compiled kernel.</summary>
/// <param name="Bindings">Storage buffers, in binding order.</param>
/// <param name="PushConstants">Scalars, in offset order.</param>
/// <param name="PushConstantBytes">Size of the block, 0 without one.</param>
/// <param name="Specializations">Specialization constants, in id order.</param>
/// <param name="Workgroup">Three dimensions.</param>
/// <param name="Features">Members of KernelFeatures, in the enum's order.</param>
public sealed record KernelInterface(
    IReadOnlyList<ReflectedBinding> Bindings,
    IReadOnlyList<ReflectedPushConstant> PushConstants,
    int PushConstantBytes,
    IReadOnlyList<ReflectedSpecialization> Specializations,
    IReadOnlyList<ReflectedDimension> Workgroup,
    IReadOnlyList<string> Features);
