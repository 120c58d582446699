using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>The picture that logit-Laplace statistics stand for: the pixel map's inverse of the sigmoid of their locations. Has no gradient.</summary>
public sealed class LaplaceMeanImageOp : Op
{
    /// <summary>Makes pictures of statistics.</summary>
    /// <param name="statistics"><c>[batch, 2 * channels, height, width]</c>; the first half of the channels is mu.</param>
    public LaplaceMeanImageOp(Tensor statistics)
        : base("laplace_mean_image", new[] { statistics }, SpecOf(statistics)) => OperandChecks.RequireFloat(Name, statistics);

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) => lowering.LaunchLinear(
        LaplaceMeanImageKernel.Call(Inputs[0], Output, (uint)Output.Count, (uint)Output.Shape.Stride(0), PixelExtensions.PixelEpsilon),
        Output.Count, flops: 6.0 * Output.Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";

    private static TensorSpec SpecOf(Tensor statistics) => statistics.Shape.Rank == 4 && statistics.Shape[1] % 2 == 0
        ? new TensorSpec(statistics.Shape.With(1, statistics.Shape[1] / 2))
        : throw Mismatch("laplace_mean_image", $"statistics must be [batch, 2 * channels, height, width], got {statistics.Shape}");
}
