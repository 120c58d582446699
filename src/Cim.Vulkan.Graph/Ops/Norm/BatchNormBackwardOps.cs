using System;
using System.Linq;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Gradients of a <see cref="BatchNormOp"/> with respect to weight (output 0) and bias (output 1), summed in fixed order.</summary>
public sealed class BatchNormBackwardParametersOp : Op
{
    private readonly float _epsilon;
    private readonly bool _hasRelu;

    internal BatchNormBackwardParametersOp(BatchNormOp forward, Tensor gradOutput, float epsilon, bool hasRelu)
        : base("batch_norm_backward_parameters", forward.Inputs.Append(gradOutput).ToArray(), new TensorSpec(forward.Inputs[1].Shape), new TensorSpec(forward.Inputs[2].Shape))
    {
        _epsilon = epsilon;
        _hasRelu = hasRelu;
    }

    /// <inheritdoc/>
    protected internal override bool NeedsOneOrder => true;

    /// <inheritdoc/>
    protected internal override bool ReadsChannelsLast(int input) => input is 0 or 5;

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => input is 0 or 5;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Tensor input = Inputs[0], grad = Inputs[5];
        Shape shape = input.Shape;
        BatchNormChunks chunks = BatchNormChunks.Of(lowering, input);
        Tensor weights = lowering.Scratch(chunks.Partials), biases = lowering.Scratch(chunks.Partials);
        lowering.LaunchLinear(
            BatchNormBackwardParametersKernel.Call(input, grad, Inputs[1], Inputs[2], Inputs[3], Inputs[4], weights, biases,
                (uint)shape[0], (uint)shape[1], BatchNormChunks.PlacesOf(shape), (uint)chunks.Count, _epsilon,
                channelsLast: lowering.IsChannelsLast(input), storageX: lowering.StorageOf(input), storageGradOutput: lowering.StorageOf(grad), hasRelu: _hasRelu),
            chunks.Invocations, flops: 5.0 * input.Count);
        RowForm form = RowForm.For(lowering, chunks.Rows);
        form.Launch(lowering,
            BatchNormReduceParametersKernel.Call(weights, biases, Outputs[0], Outputs[1], (uint)shape[1], (uint)chunks.Count,
                (BatchNormReduceParametersKernel.Form)form.Form, form.LocalSize),
            chunks.Rows, flops: 2.0 * weights.Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"epsilon={FloatBits.Of(_epsilon):x8} relu={_hasRelu}";
}

/// <summary>Gradient of a <see cref="BatchNormOp"/> with respect to its input.</summary>
public sealed class BatchNormBackwardInputOp : Op
{
    private readonly float _epsilon;
    private readonly bool _hasRelu;

    // The sums go in where the statistics are the input's own; else it hangs on them not at all.
    internal BatchNormBackwardInputOp(BatchNormOp forward, Tensor gradOutput, BatchNormBackwardParametersOp? sums, float epsilon, bool hasRelu)
        : base("batch_norm_backward_input", forward.Inputs.Append(gradOutput).Concat(sums?.Outputs ?? Array.Empty<Tensor>()).ToArray(), new TensorSpec(forward.Inputs[0].Shape))
    {
        _epsilon = epsilon;
        _hasRelu = hasRelu;
    }

    /// <inheritdoc/>
    protected internal override bool NeedsOneOrder => true;

    /// <inheritdoc/>
    protected internal override bool ReadsChannelsLast(int input) => input is 0 or 5;

    /// <inheritdoc/>
    protected internal override bool WritesChannelsLast(int output) => true;

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => input is 0 or 5;

    /// <inheritdoc/>
    protected internal override bool WritesHalf(int output) => true;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Tensor input = Inputs[0], grad = Inputs[5];
        bool hasSums = Inputs.Count > 6, isChannelsLast = lowering.IsChannelsLast(Output), isByFours = BatchNormChunks.IsByFours(Output.Shape, isChannelsLast);
        long invocations = isByFours ? Output.Count / 4 : Output.Count;
        lowering.LaunchLinear(
            BatchNormBackwardInputKernel.Call(input, grad, Inputs[1], Inputs[2], Inputs[3], Inputs[4], hasSums ? Inputs[6] : Inputs[1], hasSums ? Inputs[7] : Inputs[2], Output,
                (uint)invocations, (uint)Output.Shape[1], BatchNormChunks.PlacesOf(Output.Shape), _epsilon, hasSums ? 1f / BatchNormChunks.ElementsOf(Output.Shape) : 0f,
                channelsLast: isChannelsLast, storageX: lowering.StorageOf(input), storageGradOutput: lowering.StorageOf(grad),
                storageGradInput: lowering.StorageOf(Output), hasRelu: _hasRelu, byFours: isByFours),
            invocations, flops: 8.0 * Output.Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"epsilon={FloatBits.Of(_epsilon):x8} relu={_hasRelu}";
}
