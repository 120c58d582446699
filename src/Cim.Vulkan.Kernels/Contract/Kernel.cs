using System;
using System.Collections.Generic;
using System.IO;

namespace Cim.Vulkan.Kernels;

/// <summary>What a kernel does with one of its bindings; barriers are derived from this and from nothing else.</summary>
public enum KernelAccess
{
    /// <summary>Only read (<c>restrict readonly</c> in the shader).</summary>
    Read,

    /// <summary>Every element of the bound range is overwritten, none is read (<c>restrict writeonly</c>).</summary>
    Write,

    /// <summary>Read and written (no qualifier but <c>restrict</c>): updates in place, accumulation.</summary>
    ReadWrite,
}

/// <summary>Device features that a kernel's SPIR-V declares; a device without them must not be given the kernel.</summary>
[Flags]
public enum KernelFeatures
{
    /// <summary>Core Vulkan 1.2 only.</summary>
    None = 0,

    /// <summary>16-bit floating-point arithmetic (<c>shaderFloat16</c>).</summary>
    Float16 = 1,

    /// <summary>16-bit values in storage buffers (<c>storageBuffer16BitAccess</c>).</summary>
    Storage16Bit = 2,

    /// <summary>Subgroup operations beyond the basic ones (vote, arithmetic, ballot, shuffle).</summary>
    Subgroup = 4,

    /// <summary>Buffers by device address (<c>bufferDeviceAddress</c>).</summary>
    BufferDeviceAddress = 8,

    /// <summary><c>VK_KHR_cooperative_matrix</c>.</summary>
    CooperativeMatrix = 16,

    /// <summary><c>VK_NV_cooperative_matrix2</c> with all parts but reductions, and Vulkan 1.3, whose SPIR-V it asks for.</summary>
    CooperativeMatrix2 = 32,

    /// <summary>bfloat16 values (<c>VK_KHR_shader_bfloat16</c>).</summary>
    BFloat16 = 64,

    /// <summary>64-bit integer arithmetic (<c>shaderInt64</c>).</summary>
    Int64 = 128,

    /// <summary>16-bit integer arithmetic (<c>shaderInt16</c>).</summary>
    Int16 = 256,

    /// <summary>8-bit integer arithmetic (<c>shaderInt8</c>).</summary>
    Int8 = 512,

    /// <summary>8-bit values in storage buffers (<c>storageBuffer8BitAccess</c>).</summary>
    Storage8Bit = 1024,

    /// <summary>The Vulkan memory model (<c>vulkanMemoryModel</c>).</summary>
    VulkanMemoryModel = 2048,
}

/// <summary>One storage buffer of a kernel: binding number is the position in <see cref="Kernel.Bindings"/>, descriptor set 0.</summary>
/// <param name="Name">The shader's own name of the buffer's array, in snake_case.</param>
/// <param name="Access">What the kernel does with it.</param>
public sealed record KernelBinding(string Name, KernelAccess Access);

/// <summary>One specialization constant of a kernel.</summary>
/// <param name="Id">The <c>constant_id</c>.</param>
/// <param name="Name">The shader's name, UPPER_CASE.</param>
/// <param name="DefaultBits">The default value's 32 bits.</param>
public sealed record SpecializationConstant(uint Id, string Name, uint DefaultBits);

/// <summary>One dimension of a workgroup: a literal size, or a specialization constant that holds it.</summary>
/// <param name="Size">The literal size; unused where <paramref name="SpecializationIndex"/> is not negative.</param>
/// <param name="SpecializationIndex">Index into <see cref="Kernel.SpecializationConstants"/>, or -1.</param>
public readonly record struct WorkgroupDimension(uint Size, int SpecializationIndex);

/// <summary>One compiled variant of a shader: SPIR-V and what the host must know to run it. Made by generated code only.</summary>
public sealed class Kernel
{
    private byte[]? _spirv;

    /// <summary>Describes a kernel; called by generated code.</summary>
    /// <param name="name">Unique name: the shader's file name, a dot, and the variant where there is one.</param>
    /// <param name="bindings">Storage buffers in binding order.</param>
    /// <param name="pushConstantBytes">Size of the push constants, 0 where there are none.</param>
    /// <param name="specializationConstants">Specialization constants in the order of their ids.</param>
    /// <param name="workgroup">Three workgroup dimensions.</param>
    /// <param name="features">Device features that the SPIR-V needs.</param>
    public Kernel(string name, KernelBinding[] bindings, int pushConstantBytes, SpecializationConstant[] specializationConstants,
        WorkgroupDimension[] workgroup, KernelFeatures features)
    {
        Name = name;
        Bindings = bindings;
        PushConstantBytes = pushConstantBytes;
        SpecializationConstants = specializationConstants;
        Workgroup = workgroup;
        Features = features;
    }

    /// <summary>Unique name: the shader's file name, a dot, and the variant where there is one.</summary>
    public string Name { get; }

    /// <summary>Storage buffers in binding order, all in descriptor set 0.</summary>
    public IReadOnlyList<KernelBinding> Bindings { get; }

    /// <summary>Size of the push constants in bytes, 0 where there are none.</summary>
    public int PushConstantBytes { get; }

    /// <summary>Specialization constants in the order of their ids.</summary>
    public IReadOnlyList<SpecializationConstant> SpecializationConstants { get; }

    /// <summary>Three workgroup dimensions.</summary>
    public IReadOnlyList<WorkgroupDimension> Workgroup { get; }

    /// <summary>Device features that the SPIR-V needs.</summary>
    public KernelFeatures Features { get; }

    /// <summary>The SPIR-V module, read from this assembly's resources at the first call.</summary>
    public ReadOnlyMemory<byte> LoadSpirv()
    {
        if (_spirv is not null) return _spirv;
        using Stream stream = typeof(Kernel).Assembly.GetManifestResourceStream(Name + ".spv")
            ?? throw new InvalidOperationException($"kernel {Name}: its SPIR-V is not in the assembly; run `cim kernels` and build again");
        var bytes = new byte[stream.Length];
        int read = 0;
        while (read < bytes.Length)
        {
            int count = stream.Read(bytes, read, bytes.Length - read);
            if (count == 0) throw new EndOfStreamException($"kernel {Name}: SPIR-V resource ends after {read} of {bytes.Length} bytes");
            read += count;
        }
        return _spirv = bytes;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
