using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>A mask of tokens from their positions.</summary>
public sealed class PositionsToMaskOp : Op
{
    /// <summary>Marks tokens.</summary>
    /// <param name="positions">Int32 <c>[batch, count]</c>, rising within an image.</param>
    /// <param name="tokens">Tokens of an image.</param>
    public PositionsToMaskOp(Tensor positions, int tokens)
        : base("positions_to_mask", new[] { positions }, new TensorSpec(Marked(positions, tokens)))
    {
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) =>
        lowering.LaunchLinear(PositionsToMaskKernel.Call(Inputs[0], Output, (uint)Output.Count, (uint)Output.Shape[1], (uint)Inputs[0].Shape[1]), Output.Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";

    private static Shape Marked(Tensor positions, int tokens)
    {
        AxisArguments.RequireRank("positions_to_mask", "positions", positions, 2, "[batch, count]");
        TokenArguments.CheckPositions("positions_to_mask", positions, positions.Shape[0], tokens);
        return positions.Shape.With(1, tokens);
    }
}

/// <summary>Masks from positions.</summary>
public static class PositionsToMaskExtensions
{
    /// <summary>1 for the tokens at the positions, 0 for the others: float <c>[batch, tokens]</c>.</summary>
    /// <param name="positions">Int32 <c>[batch, count]</c>, rising within an image.</param>
    /// <param name="tokens">Tokens of an image.</param>
    public static Tensor PositionsToMask(this Tensor positions, int tokens) => positions.Graph.Add(new PositionsToMaskOp(positions, tokens)).Output;
}
