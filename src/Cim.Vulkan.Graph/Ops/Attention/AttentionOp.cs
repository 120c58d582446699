using System;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Self-attention over packed queries, keys and values. Keeps the logarithm of each row's sum of exponentials for the gradient, never the scores.
/// </summary>
public sealed class AttentionOp : Op
{
    private readonly AttentionGeometry _geometry;

    /// <summary>Attends.</summary>
    /// <param name="qkv"><c>[batch, tokens, 3 * heads * headDim]</c>: queries, then keys, then values, each <c>[heads, headDim]</c>.</param>
    /// <param name="heads">Heads.</param>
    /// <param name="bias">Added to the scaled scores, <c>[heads, tokens, tokens]</c>, or null.</param>
    /// <param name="scale">Factor of the scores.</param>
    public AttentionOp(Tensor qkv, int heads, Tensor? bias, float scale)
        : this(qkv, bias, GeometryOf(qkv.Shape, heads, scale))
    {
    }

    private AttentionOp(Tensor qkv, Tensor? bias, AttentionGeometry geometry)
        : base("attention", new[] { qkv, bias }.OfType<Tensor>().ToArray(), new TensorSpec(geometry.Result), new TensorSpec(geometry.LogSumExp))
    {
        foreach (Tensor operand in Inputs)
            if (operand.ElementType != ElementType.Float32) throw Mismatch(Name, $"operands must be Float32, got {operand.ElementType} for {operand}");
        if (bias is not null && bias.Shape != geometry.Bias)
            throw Mismatch(Name, $"bias must be {geometry.Bias} to match qkv {qkv.Shape} with {geometry.Heads} heads, got {bias.Shape}");
        _geometry = geometry;
    }

    /// <summary>Heads.</summary>
    public int Heads => _geometry.Heads;

    /// <summary>Factor of the scores.</summary>
    public float Scale => _geometry.Scale;

    /// <summary>Added to the scaled scores, <c>[heads, tokens, tokens]</c>; null for none.</summary>
    public Tensor? Bias => Inputs.Count > 1 ? Inputs[1] : null;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        bool needsBias = Bias is not null && context.Needs(1);
        AttentionBackwardOp backward = Output.Graph.Add(
            new AttentionBackwardOp(Inputs[0], Bias, Outputs[0], Outputs[1], context.GradOutput, needsBias, _geometry));
        if (context.Needs(0)) context.Set(0, backward.Outputs[0]);
        if (needsBias) context.Set(1, backward.Outputs[1]);
    }

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => _geometry.MayBeHalf && input == 0;

    /// <inheritdoc/>
    protected internal override bool WritesHalf(int output) => _geometry.MayBeHalf && output == 0;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        if (CooperativeAttention.Suits(lowering, _geometry))
        {
            CooperativeAttention.LaunchForward(lowering, _geometry, Inputs[0], Bias, Outputs[0], Outputs[1]);
            return;
        }
        // The forms for CPU drivers read fp32 only.
        if (!DirectForm.Suits(lowering.Device) || (lowering.Precision != Precision.Float32 && _geometry.MayBeHalf))
        {
            FusedAttention.LaunchForward(lowering, _geometry, Inputs[0], Bias, Outputs[0], Outputs[1]);
            return;
        }
        if (DirectAttention.Suits(_geometry))
        {
            DirectAttention.LaunchForward(lowering, _geometry, Inputs[0], Bias, Outputs[0], Outputs[1]);
            return;
        }
        DecomposedAttention.LaunchForward(lowering, _geometry, Inputs[0], Bias, Outputs[0]);
        // The gradient on CPU drivers forms the probabilities again from the scores.
        lowering.Fill(Outputs[1], 0);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => _geometry.ToString();

    private static AttentionGeometry GeometryOf(Shape qkv, int heads, float scale)
    {
        if (heads < 1) throw Mismatch("attention", $"heads must be at least 1, got {heads}");
        if (qkv.Rank != 3 || qkv[2] % (3 * heads) != 0)
            throw Mismatch("attention", $"qkv must be [batch, tokens, 3 * {heads} * headDim], got {qkv}");
        int headDim = qkv[2] / (3 * heads);
        if (headDim % 4 != 0) throw Mismatch("attention", $"headDim must be a multiple of 4, got {headDim} of qkv {qkv} with {heads} heads");
        return new AttentionGeometry(qkv[0], qkv[1], heads, headDim, scale);
    }
}

/// <summary>The gradients of self-attention: of the packed queries, keys and values, and of the bias where it is wanted.</summary>
public sealed class AttentionBackwardOp : Op
{
    private readonly AttentionGeometry _geometry;

    internal AttentionBackwardOp(
        Tensor qkv, Tensor? bias, Tensor result, Tensor logSumExp, Tensor gradOutput, bool needsBias, AttentionGeometry geometry)
        : base("attention_backward", new[] { qkv, result, logSumExp, gradOutput, bias }.OfType<Tensor>().ToArray(), Specs(geometry, needsBias)) =>
        _geometry = geometry;

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => _geometry.MayBeHalf && (input is 0 or 1 or 3);

    /// <inheritdoc/>
    protected internal override bool WritesHalf(int output) => _geometry.MayBeHalf && output == 0;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        var call = new AttentionGradients(
            _geometry, Inputs[0], Inputs.Count > 4 ? Inputs[4] : null, Inputs[1], Inputs[2], Inputs[3], Outputs[0], Outputs.Count > 1 ? Outputs[1] : null);
        if (CooperativeAttention.Suits(lowering, _geometry)) CooperativeAttention.LaunchBackward(lowering, call);
        else if (DirectForm.Suits(lowering.Device) && (lowering.Precision == Precision.Float32 || !_geometry.MayBeHalf)) DecomposedAttention.LaunchBackward(lowering, call);
        else FusedAttention.LaunchBackward(lowering, call);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"{_geometry} outputs={OutputSpecs.Count}";

    private static TensorSpec[] Specs(AttentionGeometry geometry, bool needsBias) =>
        needsBias ? new[] { new TensorSpec(geometry.Packed), new TensorSpec(geometry.Bias) } : new[] { new TensorSpec(geometry.Packed) };
}

/// <summary>Operands of attention's gradient.</summary>
internal sealed record AttentionGradients(
    AttentionGeometry Geometry, Tensor Qkv, Tensor? Bias, Tensor Result, Tensor LogSumExp, Tensor GradOutput, Tensor GradQkv, Tensor? GradBias);

/// <summary>Self-attention as a method of tensors.</summary>
public static class AttentionExtensions
{
    /// <summary>softmax(scale * queries keysᵀ + bias) values for every head (Vaswani et al., 2017).</summary>
    /// <param name="qkv">
    /// <c>[batch, tokens, 3 * heads * headDim]</c>: queries, then keys, then values, each <c>[heads, headDim]</c>; headDim a multiple of 4.
    /// </param>
    /// <param name="heads">Heads.</param>
    /// <param name="bias">Added to the scaled scores, <c>[heads, tokens, tokens]</c>, or null.</param>
    /// <param name="scale">Factor of the scores; null for 1 / sqrt(headDim).</param>
    /// <returns><c>[batch, tokens, heads * headDim]</c></returns>
    /// <exception cref="ArgumentException">Shapes do not match.</exception>
    public static Tensor Attention(this Tensor qkv, int heads, Tensor? bias = null, float? scale = null)
    {
        float factor = scale ?? (float)(1.0 / Math.Sqrt(Math.Max(1, qkv.Shape.Rank == 0 ? 1 : qkv.Shape[-1] / Math.Max(1, 3 * heads))));
        return qkv.Graph.Add(new AttentionOp(qkv, heads, bias, factor)).Output;
    }
}
