using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Batch normalization with given statistics (Ioffe and Szegedy 2015): relu((x - mean) / sqrt(variance + epsilon) * weight + bias).</summary>
public sealed class BatchNormOp : Op
{
    private readonly float _epsilon;
    private readonly bool _hasOwnStatistics;
    private readonly bool _hasRelu;

    /// <summary>Normalizes images channel by channel.</summary>
    /// <param name="input"><c>[batch, channels, height, width]</c>.</param>
    /// <param name="weight"><c>[channels]</c>.</param>
    /// <param name="bias"><c>[channels]</c>.</param>
    /// <param name="mean"><c>[channels]</c>, without a gradient of its own.</param>
    /// <param name="variance"><c>[channels]</c>, without a gradient of its own.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="hasOwnStatistics">Whether mean and variance are the input's, so that its gradient passes through them too.</param>
    /// <param name="activation">None or ReLU.</param>
    public BatchNormOp(
        Tensor input, Tensor weight, Tensor bias, Tensor mean, Tensor variance, float epsilon, bool hasOwnStatistics, Activation activation)
        : base("batch_norm", new[] { input, weight, bias, mean, variance }, new TensorSpec(PoolArguments.CheckImages("batch_norm", input)))
    {
        if (!(epsilon >= 0f)) throw Mismatch(Name, $"epsilon must not be negative, got {epsilon}");
        if (activation is not (Activation.None or Activation.Relu)) throw Mismatch(Name, $"the activation must be none or ReLU, got {activation}");
        OperandChecks.RequireFloat(Name, input, weight, bias, mean, variance);
        for (int i = 1; i < Inputs.Count; i++)
            if (Inputs[i].Shape != new Shape(input.Shape[1]))
                throw Mismatch(Name, $"{new[] { "weight", "bias", "mean", "variance" }[i - 1]} must be [{input.Shape[1]}] to match input {input.Shape}, got {Inputs[i].Shape}");
        _epsilon = epsilon;
        _hasOwnStatistics = hasOwnStatistics;
        _hasRelu = activation == Activation.Relu;
    }

    /// <summary>Added to the variance.</summary>
    public float Epsilon => _epsilon;

    /// <summary>Whether mean and variance are the input's, as in training.</summary>
    public bool HasOwnStatistics => _hasOwnStatistics;

    /// <summary>Applied last.</summary>
    public Activation Activation => _hasRelu ? Activation.Relu : Activation.None;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        if (context.Needs(3) || context.Needs(4)) throw new NotSupportedException("batch_norm: mean and variance have no gradient; call StopGradient() on them");
        TensorGraph graph = Output.Graph;
        BatchNormBackwardParametersOp? sums = context.Needs(1) || context.Needs(2) || _hasOwnStatistics
            ? graph.Add(new BatchNormBackwardParametersOp(this, context.GradOutput, _epsilon, _hasRelu)) : null;
        if (context.Needs(1)) context.Set(1, sums!.Outputs[0]);
        if (context.Needs(2)) context.Set(2, sums!.Outputs[1]);
        if (context.Needs(0)) context.Set(0, graph.Add(new BatchNormBackwardInputOp(this, context.GradOutput, _hasOwnStatistics ? sums : null, _epsilon, _hasRelu)).Output);
    }

    /// <inheritdoc/>
    protected internal override bool NeedsOneOrder => true;

    /// <inheritdoc/>
    protected internal override bool ReadsChannelsLast(int input) => input == 0;

    /// <inheritdoc/>
    protected internal override bool WritesChannelsLast(int output) => true;

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => input == 0;

    /// <inheritdoc/>
    protected internal override bool WritesHalf(int output) => true;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        bool isChannelsLast = lowering.IsChannelsLast(Output), isByFours = BatchNormChunks.IsByFours(Output.Shape, isChannelsLast);
        long invocations = isByFours ? Output.Count / 4 : Output.Count;
        lowering.LaunchLinear(
            BatchNormForwardKernel.Call(Inputs[0], Inputs[1], Inputs[2], Inputs[3], Inputs[4], Output,
                (uint)invocations, (uint)Output.Shape[1], BatchNormChunks.PlacesOf(Output.Shape), _epsilon,
                channelsLast: isChannelsLast, storageX: lowering.StorageOf(Inputs[0]), storageY: lowering.StorageOf(Output), hasRelu: _hasRelu, byFours: isByFours),
            invocations, flops: 4.0 * Output.Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"epsilon={FloatBits.Of(_epsilon):x8} own_statistics={_hasOwnStatistics} relu={_hasRelu}";
}
