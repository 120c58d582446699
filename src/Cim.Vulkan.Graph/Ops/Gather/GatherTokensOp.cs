using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Tokens of each image picked by their positions.</summary>
public sealed class GatherTokensOp : Op
{
    /// <summary>Picks tokens.</summary>
    /// <param name="input">Tokens, <c>[batch, tokens, width]</c>.</param>
    /// <param name="positions">Int32 <c>[batch, count]</c>, rising within an image.</param>
    public GatherTokensOp(Tensor input, Tensor positions)
        : base("gather_tokens", new[] { input, positions }, Picked(input, positions))
    {
    }

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context) =>
        context.Set(0, context.GradOutput.ScatterTokens(Inputs[1], Inputs[0].Shape[1]));

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) =>
        lowering.LaunchLinear(
            GatherTokensKernel.Call(Inputs[0], Inputs[1], Output, (uint)Output.Count, (uint)Inputs[0].Shape[1], (uint)Output.Shape[1], (uint)Output.Shape[2]),
            Output.Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";

    private static TensorSpec Picked(Tensor input, Tensor positions)
    {
        TokenArguments.CheckTokens("gather_tokens", "input", input);
        int count = TokenArguments.CheckPositions("gather_tokens", positions, input.Shape[0], input.Shape[1]);
        return new TensorSpec(input.Shape.With(1, count), input.ElementType);
    }
}

/// <summary>Picked tokens put back to their positions among zeros.</summary>
public sealed class ScatterTokensOp : Op
{
    /// <summary>Puts tokens back.</summary>
    /// <param name="values">Picked tokens, <c>[batch, count, width]</c>.</param>
    /// <param name="positions">Int32 <c>[batch, count]</c>, rising within an image.</param>
    /// <param name="tokens">Tokens of an image of the result.</param>
    public ScatterTokensOp(Tensor values, Tensor positions, int tokens)
        : base("scatter_tokens", new[] { values, positions }, Spread(values, positions, tokens))
    {
    }

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context) => context.Set(0, context.GradOutput.GatherTokens(Inputs[1]));

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) =>
        lowering.LaunchLinear(
            ScatterTokensKernel.Call(Inputs[0], Inputs[1], Output, (uint)Output.Count, (uint)Output.Shape[1], (uint)Inputs[1].Shape[1], (uint)Output.Shape[2]),
            Output.Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";

    private static TensorSpec Spread(Tensor values, Tensor positions, int tokens)
    {
        TokenArguments.CheckTokens("scatter_tokens", "values", values);
        int count = TokenArguments.CheckPositions("scatter_tokens", positions, values.Shape[0], tokens);
        if (values.Shape[1] != count)
            throw Mismatch("scatter_tokens", $"values must be {values.Shape.With(1, count)} to match positions {positions.Shape}, got {values.Shape}");
        return new TensorSpec(values.Shape.With(1, tokens), values.ElementType);
    }
}

/// <summary>Picking tokens and putting them back, as methods of tensors.</summary>
public static class GatherTokensExtensions
{
    /// <summary>Tokens of each image by their positions: <c>[batch, count, width]</c>.</summary>
    /// <param name="input">Tokens, <c>[batch, tokens, width]</c>.</param>
    /// <param name="positions">Int32 <c>[batch, count]</c>, rising within an image: each at most once.</param>
    public static Tensor GatherTokens(this Tensor input, Tensor positions) => input.Graph.Add(new GatherTokensOp(input, positions)).Output;

    /// <summary>Picked tokens at their positions, zeros elsewhere: <c>[batch, tokens, width]</c>.</summary>
    /// <param name="values">Picked tokens, <c>[batch, count, width]</c>.</param>
    /// <param name="positions">Int32 <c>[batch, count]</c>, rising within an image: each at most once.</param>
    /// <param name="tokens">Tokens of an image of the result.</param>
    public static Tensor ScatterTokens(this Tensor values, Tensor positions, int tokens) =>
        values.Graph.Add(new ScatterTokensOp(values, positions, tokens)).Output;
}
