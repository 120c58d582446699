namespace Cim.Vulkan.Graph;

/// <summary>The sum over one axis, scaled. The order of additions depends on the shape and the kind of device alone.</summary>
public sealed class SumOp : Op
{
    private readonly float _factor;

    /// <summary>Sums the middle axis.</summary>
    /// <param name="input"><c>[outer, length, inner]</c></param>
    /// <param name="factor">Multiplies every sum: 1 / length makes a mean.</param>
    public SumOp(Tensor input, float factor = 1f)
        : base("sum", new[] { input }, new TensorSpec(input.Shape.Rank == 3 ? new Shape(input.Shape[0], input.Shape[2]) : input.Shape))
    {
        if (input.Shape.Rank != 3) throw Mismatch(Name, $"input must be [outer, length, inner], got {input.Shape}");
        if (input.ElementType != ElementType.Float32) throw Mismatch(Name, $"input must be Float32, got {input.ElementType} for {input}");
        _factor = factor;
    }

    private int Outer => Inputs[0].Shape[0];

    private int Length => Inputs[0].Shape[1];

    private int Inner => Inputs[0].Shape[2];

    /// <summary>Multiplies every sum.</summary>
    public float Factor => _factor;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        if (context.Needs(0)) context.Set(0, Inputs[0].Graph.Add(new BroadcastOp(context.GradOutput.Reshape(Outer, 1, Inner), Inputs[0].Shape, _factor)).Output);
    }

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => Inner > 1;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) => AxisSum.Launch(lowering, Inputs[0], Output, Outer, Length, Inner, _factor);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"factor={FloatBits.Of(_factor):x8}";
}
