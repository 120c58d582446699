using System;

namespace Cim.Vulkan.Kernels;

/// <summary>A kernel with everything but its workgroup counts: operands, push constants, specialization. Built by generated <c>Call</c> methods.</summary>
/// <typeparam name="TOperand">What stands for a buffer: a symbolic tensor in the graph, a buffer range in a plan.</typeparam>
public sealed class KernelCall<TOperand>
{
    /// <summary>Joins a kernel with its arguments; called by generated code.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="operands">One operand a binding, in binding order.</param>
    /// <param name="pushConstants">The push constants as they lie in memory.</param>
    /// <param name="specialization">One 32-bit value for each of the kernel's specialization constants, in their order.</param>
    public KernelCall(Kernel kernel, TOperand[] operands, byte[] pushConstants, uint[] specialization)
    {
        Kernel = kernel;
        Operands = operands;
        PushConstants = pushConstants;
        Specialization = specialization;
        if (operands.Length != kernel.Bindings.Count)
            throw new ArgumentException($"{kernel.Name}: expected {kernel.Bindings.Count} operands, got {operands.Length}", nameof(operands));
        if (pushConstants.Length != kernel.PushConstantBytes)
            throw new ArgumentException($"{kernel.Name}: expected {kernel.PushConstantBytes} bytes of push constants, got {pushConstants.Length}", nameof(pushConstants));
    }

    /// <summary>The kernel.</summary>
    public Kernel Kernel { get; }

    /// <summary>One operand a binding, in binding order.</summary>
    public TOperand[] Operands { get; }

    /// <summary>The push constants as they lie in memory.</summary>
    public byte[] PushConstants { get; }

    /// <summary>One 32-bit value for each of the kernel's specialization constants, in their order.</summary>
    public uint[] Specialization { get; }

    /// <summary>The subgroup size this call must run with, or 0 for the driver's own choice.</summary>
    public int RequiredSubgroupSize { get; set; }

    /// <summary>Workgroup size along dimension 0, 1 or 2, with specialization applied.</summary>
    /// <param name="dimension">0, 1 or 2.</param>
    public uint WorkgroupSize(int dimension)
    {
        WorkgroupDimension size = Kernel.Workgroup[dimension];
        return size.SpecializationIndex < 0 ? size.Size : Specialization[size.SpecializationIndex];
    }
}
