using Cim.Vulkan.Graph;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.OpCases.Roof;

/// <summary>Multiply-adds on registers and nothing else: the roof of fp32 arithmetic. Only for measuring, so it has no gradient.</summary>
public sealed class RoofMultiplyAddOp : Op
{
    /// <summary>Independent chains of an element.</summary>
    public const int Chains = 8;

    private readonly int _rounds;
    private readonly float _factor, _addend;

    /// <summary>For each element the sum of eight chains of multiply-adds.</summary>
    /// <param name="input">Any shape; chain c starts at an element plus c.</param>
    /// <param name="rounds">Multiply-adds of a chain.</param>
    /// <param name="factor">Below 1, so that values stay finite.</param>
    /// <param name="addend">Added in each.</param>
    public RoofMultiplyAddOp(Tensor input, int rounds, float factor, float addend)
        : base("roof_multiply_add", [input], new TensorSpec(input.Shape))
    {
        (_rounds, _factor, _addend) = (rounds, factor, addend);
    }

    /// <inheritdoc/>
    protected override void Lower(Lowering lowering) =>
        lowering.LaunchLinear(RoofMultiplyAddKernel.Call(Inputs[0], Output, (uint)Output.Count, (uint)_rounds, _factor, _addend), Output.Count, flops: 2.0 * Chains * _rounds * Output.Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"rounds={_rounds} factor={_factor} addend={_addend}";
}

/// <summary>A copy in the widest loads: the roof of memory. Only for measuring, so it has no gradient.</summary>
public sealed class RoofCopyOp : Op
{
    private const int Vector = 4, VectorsPerInvocation = 4;

    /// <summary>Copies a tensor.</summary>
    /// <param name="input">A multiple of 4 elements.</param>
    public RoofCopyOp(Tensor input)
        : base("roof_copy", [input], new TensorSpec(input.Shape))
    {
        if (input.Count % Vector != 0) throw Mismatch(Name, $"input must have a multiple of {Vector} elements, got {input.Shape}");
    }

    /// <inheritdoc/>
    protected override void Lower(Lowering lowering) =>
        lowering.LaunchLinear(RoofCopyKernel.Call(Inputs[0], Output, (uint)(Output.Count / Vector)), Lowering.DivideUp(Output.Count / Vector, VectorsPerInvocation));

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";
}

/// <summary>Products of matrices in registers and nothing else: the roof of matrix units. Only for measuring, so it has no gradient.</summary>
public sealed class RoofMatrixOp : Op
{
    /// <summary>Independent chains of an element.</summary>
    public const int Chains = 8;

    private const int SubgroupsTogether = 4;

    private readonly int _rounds;
    private readonly float _addend;

    /// <summary>For each element the sum of eight chains of additions, each made by multiplying two matrices, in the precision that is planned for.</summary>
    /// <param name="input">Any shape; chain c starts at an element plus c.</param>
    /// <param name="rounds">Additions of a chain.</param>
    /// <param name="addend">Added in each; exact in 16 bits.</param>
    public RoofMatrixOp(Tensor input, int rounds, float addend)
        : base("roof_matrix", [input], new TensorSpec(input.Shape))
    {
        (_rounds, _addend) = (rounds, addend);
    }

    /// <summary>Floating-point operations of an element.</summary>
    /// <param name="matrix">What the device multiplies.</param>
    /// <param name="rounds">Products of a chain.</param>
    public static double FlopsOf(MatrixShape matrix, int rounds) => 2.0 * matrix.M * matrix.N * matrix.K * Chains * rounds;

    /// <inheritdoc/>
    protected override void Lower(Lowering lowering)
    {
        MatrixShape matrix = lowering.Device.MatrixOf(lowering.Precision) ?? throw new PlanException($"{Name}: {lowering.Device.Name} has no matrix units for {lowering.Precision}");
        int size = lowering.Device.MatrixSubgroupSize, together = System.Math.Max(1, System.Math.Min(SubgroupsTogether, lowering.Device.MaxWorkgroupInvocations / size));
        KernelCall<Tensor> call = RoofMatrixKernel.Call(Inputs[0], Output, (uint)Output.Count, (uint)_rounds, _addend,
            lowering.Precision == Precision.BFloat16 ? RoofMatrixKernel.Product.BFloat16 : RoofMatrixKernel.Product.Float16,
            localSizeX: (uint)(together * size), matrixM: (uint)matrix.M, matrixN: (uint)matrix.N, matrixK: (uint)matrix.K, subgroupSize: (uint)size);
        call.RequiredSubgroupSize = size;
        lowering.LaunchGroups(call, Lowering.DivideUp(Output.Count, together), FlopsOf(matrix, _rounds) * Output.Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"rounds={_rounds} addend={_addend}";
}
