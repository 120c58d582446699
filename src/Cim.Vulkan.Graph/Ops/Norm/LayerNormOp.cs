using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Layer normalization over the last axis (Ba et al. 2016). Outputs: result, mean and inverse standard deviation of each row.</summary>
public sealed class LayerNormOp : Op
{
    private readonly float _epsilon;

    /// <summary>Normalizes the rows of a tensor.</summary>
    /// <param name="input">Any shape; its last axis is normalized.</param>
    /// <param name="weight"><c>[length of the last axis]</c>.</param>
    /// <param name="bias"><c>[length of the last axis]</c>.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public LayerNormOp(Tensor input, Tensor weight, Tensor bias, float epsilon)
        : base("layer_norm", new[] { input, weight, bias }, new TensorSpec(input.Shape), SpecOfRows(input), SpecOfRows(input))
    {
        if (!(epsilon >= 0f)) throw Mismatch(Name, $"epsilon must not be negative, got {epsilon}");
        OperandChecks.RequireFloat(Name, input, weight, bias);
        RequireVector("weight", input, weight);
        RequireVector("bias", input, bias);
        _epsilon = epsilon;
    }

    /// <summary>Added to the variance.</summary>
    public float Epsilon => _epsilon;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        Tensor input = Inputs[0], weight = Inputs[1];
        TensorGraph graph = input.Graph;
        if (context.Needs(0)) context.Set(0, graph.Add(new LayerNormBackwardInputOp(input, context.GradOutput, weight, Outputs[1], Outputs[2])).Output);
        if (!context.Needs(1) && !context.Needs(2)) return;
        var parameters = graph.Add(new LayerNormBackwardParametersOp(input, context.GradOutput, weight.Shape, Outputs[1], Outputs[2]));
        if (context.Needs(1)) context.Set(1, parameters.Outputs[0]);
        if (context.Needs(2)) context.Set(2, parameters.Outputs[1]);
    }

    /// <inheritdoc/>
    protected internal override bool WritesHalf(int output) => output == 0;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Rows rows = Rows.Along(Inputs[0].Shape, -1);
        RowForm form = RowForm.For(lowering, rows);
        form.Launch(lowering,
            LayerNormForwardKernel.Call(Inputs[0], Inputs[1], Inputs[2], Outputs[0], Outputs[1], Outputs[2], (uint)rows.Count, (uint)rows.Length, _epsilon,
                form: (LayerNormForwardKernel.Form)form.Form, localSizeX: form.LocalSize, storageY: lowering.StorageOf(Outputs[0])),
            rows, flops: 8.0 * Output.Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"epsilon={FloatBits.Of(_epsilon):x8}";

    private static TensorSpec SpecOfRows(Tensor input)
    {
        if (input.Shape.Rank == 0) throw Mismatch("layer_norm", "input must have at least one axis, got []");
        return new TensorSpec(Rows.Without(input.Shape, -1));
    }

    private void RequireVector(string role, Tensor input, Tensor vector)
    {
        if (vector.Shape != new Shape(input.Shape[-1]))
            throw Mismatch(Name, $"{role} must be [{input.Shape[-1]}] to match input {input.Shape}, got {vector.Shape}");
    }
}

/// <summary>Gradient of a <see cref="LayerNormOp"/> with respect to its input.</summary>
public sealed class LayerNormBackwardInputOp : Op
{
    /// <summary>Takes what the forward op read and saved.</summary>
    /// <param name="input">The forward input.</param>
    /// <param name="gradOutput">Gradient of the forward result.</param>
    /// <param name="weight">The forward weight.</param>
    /// <param name="mean">Mean of each row.</param>
    /// <param name="inverseStd">Inverse standard deviation of each row.</param>
    public LayerNormBackwardInputOp(Tensor input, Tensor gradOutput, Tensor weight, Tensor mean, Tensor inverseStd)
        : base("layer_norm_backward_input", new[] { input, gradOutput, weight, mean, inverseStd }, new TensorSpec(input.Shape))
    {
    }

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => input == 1;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Rows rows = Rows.Along(Inputs[0].Shape, -1);
        RowForm form = RowForm.For(lowering, rows);
        form.Launch(lowering,
            LayerNormBackwardInputKernel.Call(Inputs[0], Inputs[1], Inputs[2], Inputs[3], Inputs[4], Output, (uint)rows.Count, (uint)rows.Length,
                (LayerNormBackwardInputKernel.Form)form.Form, form.LocalSize, lowering.StorageOf(Inputs[1])),
            rows, flops: 12.0 * Output.Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";
}

/// <summary>Gradients of a <see cref="LayerNormOp"/> with respect to weight (output 0) and bias (output 1).</summary>
public sealed class LayerNormBackwardParametersOp : Op
{
    private const long CpuInvocations = 512, GpuInvocations = 65536;
    private const int FewestChunkRows = 16, MostChunkRows = 512;

    /// <summary>Takes what the forward op read and saved.</summary>
    /// <param name="input">The forward input.</param>
    /// <param name="gradOutput">Gradient of the forward result.</param>
    /// <param name="shape">Shape of weight and bias.</param>
    /// <param name="mean">Mean of each row.</param>
    /// <param name="inverseStd">Inverse standard deviation of each row.</param>
    public LayerNormBackwardParametersOp(Tensor input, Tensor gradOutput, Shape shape, Tensor mean, Tensor inverseStd)
        : base("layer_norm_backward_parameters", new[] { input, gradOutput, mean, inverseStd }, new TensorSpec(shape), new TensorSpec(shape))
    {
    }

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => input == 1;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Rows rows = Rows.Along(Inputs[0].Shape, -1);
        (long chunkRows, long chunks) = ChunksOf(rows, lowering.Device.IsCpu ? CpuInvocations : GpuInvocations);
        bool isWhole = chunks == 1;
        var partial = new Shape((int)chunks, rows.Length);
        Tensor weight = isWhole ? Outputs[0] : lowering.Scratch(partial), bias = isWhole ? Outputs[1] : lowering.Scratch(partial);
        lowering.LaunchLinear(
            LayerNormBackwardParametersKernel.Call(Inputs[0], Inputs[1], Inputs[2], Inputs[3], weight, bias,
                (uint)rows.Count, (uint)rows.Length, (uint)chunkRows, (uint)chunks, storageGradOutput: lowering.StorageOf(Inputs[1])),
            chunks * rows.Length, flops: 5.0 * Inputs[0].Count);
        if (isWhole) return;
        lowering.LaunchLinear(LayerNormReduceParametersKernel.Call(weight, bias, Outputs[0], Outputs[1], (uint)rows.Length, (uint)chunks), rows.Length,
            flops: 2.0 * chunks * rows.Length);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";

    private static (long ChunkRows, long Chunks) ChunksOf(Rows rows, long invocations)
    {
        long wanted = Math.Min(Lowering.DivideUp(invocations, rows.Length), Lowering.DivideUp(rows.Count, FewestChunkRows));
        long chunkRows = Math.Min(Lowering.DivideUp(rows.Count, wanted), MostChunkRows);
        return (chunkRows, Lowering.DivideUp(rows.Count, chunkRows));
    }
}

/// <summary>Layer normalization as a method of tensors.</summary>
public static class LayerNormExtensions
{
    /// <summary>Layer normalization over the last axis: (x - mean) / sqrt(variance + epsilon) * weight + bias.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="weight"><c>[length of the last axis]</c>.</param>
    /// <param name="bias"><c>[length of the last axis]</c>.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static Tensor LayerNorm(this Tensor input, Tensor weight, Tensor bias, float epsilon = 1e-6f) =>
        input.Graph.Add(new LayerNormOp(input, weight, bias, epsilon)).Output;
}
