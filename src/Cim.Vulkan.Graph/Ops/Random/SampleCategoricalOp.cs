using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Draws one class a row from softmax(logits / temperature) by the Gumbel-max method; the noise is never written. Int32; has no gradient.
/// </summary>
public sealed class SampleCategoricalOp : Op
{
    private readonly int _stream;
    private readonly int _temperatureSlot;

    /// <summary>Draws classes.</summary>
    /// <param name="logits"><c>[rows, classes]</c>.</param>
    /// <param name="stream">Tells this draw from the graph's others.</param>
    /// <param name="temperature">Above 0; null for 1.</param>
    public SampleCategoricalOp(Tensor logits, int stream, StepScalar? temperature)
        : base("sample_categorical", new[] { logits.Graph.Scalars.Tensor, logits }, SpecOf(logits))
    {
        OperandChecks.RequireFloat(Name, logits);
        _stream = stream;
        _temperatureSlot = temperature?.Slot ?? 0;
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Rows rows = Rows.Along(Inputs[1].Shape, -1);
        RowForm form = RowForm.For(lowering, rows);
        form.Launch(lowering,
            SampleCategoricalKernel.Call(Inputs[0], Inputs[1], Output, (uint)rows.Count, (uint)rows.Length, (uint)_stream, (uint)_temperatureSlot,
                (SampleCategoricalKernel.Form)form.Form, form.LocalSize),
            rows, flops: 4.0 * Inputs[1].Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"stream={_stream} temperature_slot={_temperatureSlot}";

    private static TensorSpec SpecOf(Tensor logits) => logits.Shape.Rank == 2
        ? new TensorSpec(new Shape(logits.Shape[0]), ElementType.Int32)
        : throw Mismatch("sample_categorical", $"logits must be [rows, classes], got {logits.Shape}");
}

/// <summary>Categorical sampling as methods of tensors.</summary>
public static class SampleCategoricalExtensions
{
    /// <summary>Draws one class a row from softmax(logits / temperature), new ones each step; Int32 <c>[rows]</c>.</summary>
    /// <param name="logits"><c>[rows, classes]</c>.</param>
    /// <param name="temperature">A step scalar above 0; null for 1.</param>
    public static Tensor SampleCategorical(this Tensor logits, StepScalar? temperature = null) =>
        logits.Graph.Add(new SampleCategoricalOp(logits, logits.Graph.NewRandomStream(), temperature)).Output;

    /// <summary>
    /// Relaxed samples softmax((logits + Gumbel noise) / temperature) along an axis, through which gradients flow (Jang et al. 2017).
    /// </summary>
    /// <param name="logits">Any shape.</param>
    /// <param name="temperature">A step scalar above 0; the smaller, the closer to one-hot.</param>
    /// <param name="axis">The axis of the classes; the last by default, 1 for <c>[batch, vocabularySize, height, width]</c>.</param>
    public static Tensor GumbelSoftmax(this Tensor logits, StepScalar temperature, int axis = -1) =>
        logits.Add(logits.Graph.GumbelNoise(logits.Shape)).DivideBy(temperature).Softmax(axis);
}
