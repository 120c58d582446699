using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Tokens with those at given positions replaced: by one shared token (masking), or by one value each (corruption).</summary>
public sealed class ReplaceTokensOp : Op
{
    /// <summary>Replaces tokens.</summary>
    /// <param name="input">Tokens, <c>[batch, tokens, width]</c>.</param>
    /// <param name="positions">Int32 <c>[batch, count]</c>, rising within an image.</param>
    /// <param name="values">One token for all, <c>[width]</c>, or one each, <c>[batch, count, width]</c>.</param>
    public ReplaceTokensOp(Tensor input, Tensor positions, Tensor values)
        : base("replace_tokens", new[] { input, positions, values }, input.Spec)
    {
        TokenArguments.CheckTokens(Name, "input", input);
        int count = TokenArguments.CheckPositions(Name, positions, input.Shape[0], input.Shape[1]);
        AxisArguments.RequireType(Name, "the replacement", values, input.ElementType);
        Shape shared = new(input.Shape[2]), own = input.Shape.With(1, count);
        if (values.Shape != shared && values.Shape != own)
            throw Mismatch(Name, $"the replacement must be {shared} or {own} to match input {input.Shape}, got {values.Shape}");
    }

    private bool IsShared => Inputs[2].Shape.Rank == 1;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        if (context.Needs(0)) context.Set(0, context.GradOutput.ClearTokens(Inputs[1]));
        if (context.Needs(2)) context.Set(2, context.GradOutput.GatherTokens(Inputs[1]).SumTo(Inputs[2].Shape));
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        uint width = (uint)Output.Shape[2];
        lowering.LaunchLinear(
            ReplaceTokensKernel.Call(Inputs[0], Inputs[1], Inputs[2], Output,
                (uint)Output.Count, (uint)Output.Shape[1], (uint)Inputs[1].Shape[1], width, IsShared ? 0 : width),
            Output.Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";
}

/// <summary>Tokens with those at given positions set to zero.</summary>
public sealed class ClearTokensOp : Op
{
    /// <summary>Zeroes tokens.</summary>
    /// <param name="input">Tokens, <c>[batch, tokens, width]</c>.</param>
    /// <param name="positions">Int32 <c>[batch, count]</c>, rising within an image.</param>
    public ClearTokensOp(Tensor input, Tensor positions)
        : base("clear_tokens", new[] { input, positions }, input.Spec)
    {
        TokenArguments.CheckTokens(Name, "input", input);
        TokenArguments.CheckPositions(Name, positions, input.Shape[0], input.Shape[1]);
    }

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context) => context.Set(0, context.GradOutput.ClearTokens(Inputs[1]));

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) =>
        lowering.LaunchLinear(
            ClearTokensKernel.Call(Inputs[0], Inputs[1], Output, (uint)Output.Count, (uint)Output.Shape[1], (uint)Inputs[1].Shape[1], (uint)Output.Shape[2]),
            Output.Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";
}

/// <summary>Replacing and clearing of tokens as methods of tensors.</summary>
public static class ReplaceTokensExtensions
{
    /// <summary>The tokens with those at the positions replaced by one shared token, such as the mask token.</summary>
    /// <param name="input">Tokens, <c>[batch, tokens, width]</c>.</param>
    /// <param name="positions">Int32 <c>[batch, count]</c>, rising within an image: each at most once.</param>
    /// <param name="token">The token, <c>[width]</c>; or one each, <c>[batch, count, width]</c>.</param>
    public static Tensor ReplaceTokens(this Tensor input, Tensor positions, Tensor token) =>
        input.Graph.Add(new ReplaceTokensOp(input, positions, token)).Output;

    /// <summary>The tokens with those at the positions set to zero.</summary>
    /// <param name="input">Tokens, <c>[batch, tokens, width]</c>.</param>
    /// <param name="positions">Int32 <c>[batch, count]</c>, rising within an image: each at most once.</param>
    public static Tensor ClearTokens(this Tensor input, Tensor positions) => input.Graph.Add(new ClearTokensOp(input, positions)).Output;

    /// <summary>Token numbers with those at the positions replaced, such as golden tokens by sampled ones: <c>[batch, tokens]</c>.</summary>
    /// <param name="tokens">Int32 <c>[batch, tokens]</c>.</param>
    /// <param name="positions">Int32 <c>[batch, count]</c>, rising within an image: each at most once.</param>
    /// <param name="values">Int32 <c>[batch, count]</c>.</param>
    public static Tensor ScatterIntoTokens(this Tensor tokens, Tensor positions, Tensor values)
    {
        AxisArguments.RequireRank("scatter_into_tokens", "tokens", tokens, 2, "[batch, tokens]");
        if (values.Shape != positions.Shape)
            throw new System.ArgumentException($"scatter_into_tokens: values must be {positions.Shape} to match positions, got {values.Shape}");
        return tokens.Reshape(tokens.Shape[0], tokens.Shape[1], 1).ReplaceTokens(positions, values.Reshape(values.Shape[0], -1, 1)).Reshape(tokens.Shape);
    }
}
