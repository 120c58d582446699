using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Mean (output 0) and variance (output 1) of every channel over all images and places, and the unbiased variance (output 2), which is n / (n - 1) times
/// as large: what running statistics keep. All are fp32 and summed in fixed order.
/// </summary>
public sealed class BatchNormStatisticsOp : Op
{
    /// <summary>Looks at images.</summary>
    /// <param name="input"><c>[batch, channels, height, width]</c> with two elements a channel or more.</param>
    public BatchNormStatisticsOp(Tensor input)
        : base("batch_norm_statistics", new[] { input }, SpecOfChannels(input), SpecOfChannels(input), SpecOfChannels(input))
    {
        if (BatchNormChunks.ElementsOf(input.Shape) < 2) throw Mismatch(Name, $"a channel needs at least 2 elements to have a variance, got {input.Shape}");
    }

    /// <inheritdoc/>
    protected internal override bool ReadsChannelsLast(int input) => true;

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => true;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Tensor input = Inputs[0];
        Shape shape = input.Shape;
        BatchNormChunks chunks = BatchNormChunks.Of(lowering, input);
        Tensor means = lowering.Scratch(chunks.Partials), squares = lowering.Scratch(chunks.Partials);
        lowering.LaunchLinear(
            BatchNormStatisticsKernel.Call(input, means, squares, (uint)shape[0], (uint)shape[1], BatchNormChunks.PlacesOf(shape), (uint)chunks.Count,
                channelsLast: lowering.IsChannelsLast(input), storageX: lowering.StorageOf(input)),
            chunks.Invocations, flops: 4.0 * input.Count);
        RowForm form = RowForm.For(lowering, chunks.Rows);
        form.Launch(lowering,
            BatchNormStatisticsFinishKernel.Call(means, squares, Outputs[0], Outputs[1], Outputs[2],
                (uint)shape[1], (uint)chunks.Count, (uint)BatchNormChunks.ElementsOf(shape), (BatchNormStatisticsFinishKernel.Form)form.Form, form.LocalSize),
            chunks.Rows, flops: 8.0 * means.Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";

    private static TensorSpec SpecOfChannels(Tensor input) => new(new Shape(PoolArguments.CheckImages("batch_norm_statistics", input)[1]));
}
