using System.Linq;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// The gradient that reaches a linear layer's product through factors of rows, a scale of columns, or both. The first output has the factors alone where
/// there are any; the last one has the scale too.
/// </summary>
public sealed class LinearBranchGradientOp : Op
{
    private readonly bool _hasScale;

    internal LinearBranchGradientOp(Tensor gradOutput, Tensor? scale, Tensor? rowFactors)
        : base("linear_branch_gradient", new[] { gradOutput, scale, rowFactors }.OfType<Tensor>().ToArray(), SpecsOf(gradOutput, scale, rowFactors)) =>
        _hasScale = scale is not null;

    /// <inheritdoc/>
    protected internal override bool WritesHalf(int output) => true;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Tensor grad = Inputs[0], unscaled = Outputs[0], scaled = Outputs[Outputs.Count - 1];
        Tensor? factors = Inputs.Count == (_hasScale ? 3 : 2) ? Inputs[Inputs.Count - 1] : null;
        uint rowsPerFactor = factors is null ? 0 : (uint)(grad.Shape[0] / factors.Count);
        bool isByFours = grad.Shape[1] % 4 == 0;
        lowering.LaunchLinear(
            LinearBranchGradientKernel.Call(grad, _hasScale ? Inputs[1] : grad, factors ?? grad, unscaled, scaled, (uint)grad.Count, (uint)grad.Shape[1],
                hasScale: _hasScale, rowsPerFactor: rowsPerFactor, fours: isByFours, storageUnscaled: lowering.StorageOf(unscaled), storageScaled: lowering.StorageOf(scaled)),
            isByFours ? grad.Count / 4 : grad.Count, flops: (double)grad.Count * (Inputs.Count - 1));
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"scale={_hasScale}";

    private static TensorSpec[] SpecsOf(Tensor gradOutput, Tensor? scale, Tensor? rowFactors) =>
        Enumerable.Repeat(new TensorSpec(gradOutput.Shape), scale is not null && rowFactors is not null ? 2 : 1).ToArray();
}

/// <summary>
/// The gradients of a linear layer's weight (output 0), scale (output 1) and bias (output 2) from the product of the gradient before the scale with the
/// layer's input: what the layer computed is not kept, and a scale may be 0.
/// </summary>
public sealed class LinearScaleGradientOp : Op
{
    /// <summary>Takes the layer's operands and two sums over its rows.</summary>
    /// <param name="weight">The layer's weight, <c>[out, in]</c>.</param>
    /// <param name="product">Gradient before the scale, transposed, times the layer's input, <c>[out, in]</c>.</param>
    /// <param name="scale">The layer's scale, <c>[out]</c>.</param>
    /// <param name="bias">The layer's bias, <c>[out]</c>, or null.</param>
    /// <param name="sums">The gradient before the scale, summed over rows, <c>[out]</c>; null without a bias.</param>
    internal LinearScaleGradientOp(Tensor weight, Tensor product, Tensor scale, Tensor? bias, Tensor? sums)
        : base("linear_scale_gradient", new[] { weight, product, scale, bias, sums }.OfType<Tensor>().ToArray(),
            new[] { weight, scale, bias }.OfType<Tensor>().Select(tensor => new TensorSpec(tensor.Shape)).ToArray())
    {
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        bool hasBias = Outputs.Count > 2;
        Tensor scale = Inputs[2];
        Rows rows = Rows.Along(Inputs[0].Shape, -1);
        RowForm form = RowForm.For(lowering, rows);
        form.Launch(lowering,
            LinearScaleGradientKernel.Call(Inputs[0], Inputs[1], scale, hasBias ? Inputs[3] : scale, hasBias ? Inputs[4] : scale, Outputs[0], Outputs[1],
                Outputs[Outputs.Count - 1], (uint)rows.Count, (uint)rows.Length, (LinearScaleGradientKernel.Form)form.Form, form.LocalSize, hasBias),
            rows, flops: 3.0 * Inputs[0].Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";
}
