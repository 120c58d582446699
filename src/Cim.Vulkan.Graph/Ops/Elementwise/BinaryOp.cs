using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Arithmetic of a <see cref="BinaryOp"/>.</summary>
public enum BinaryKind
{
    /// <summary>left + right</summary>
    Add,

    /// <summary>left - right</summary>
    Subtract,

    /// <summary>left * right</summary>
    Multiply,

    /// <summary>left / right</summary>
    Divide,
}

/// <summary>Arithmetic on two tensors, element by element, with NumPy's broadcasting.</summary>
public sealed class BinaryOp : Op
{
    private readonly BinaryKind _kind;

    /// <summary>Joins two tensors.</summary>
    /// <param name="kind">The arithmetic.</param>
    /// <param name="left">Left operand.</param>
    /// <param name="right">Right operand; axes of length 1 stretch on either side.</param>
    public BinaryOp(BinaryKind kind, Tensor left, Tensor right)
        : base(NameOf(kind), new[] { left, right }, new TensorSpec(Broadcasting.Join(NameOf(kind), left.Shape, right.Shape)))
    {
        _kind = kind;
        foreach (Tensor operand in Inputs)
            if (operand.ElementType != ElementType.Float32) throw Mismatch(Name, $"operands must be Float32, got {operand.ElementType} for {operand}");
    }

    /// <summary>The arithmetic.</summary>
    public BinaryKind Kind => _kind;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        Tensor left = Inputs[0], right = Inputs[1], grad = context.GradOutput;
        if (context.Needs(0))
        {
            Tensor gradLeft = _kind switch
            {
                BinaryKind.Multiply => grad.Multiply(right),
                BinaryKind.Divide => grad.Divide(right),
                _ => grad,
            };
            context.Set(0, gradLeft.SumTo(left.Shape));
        }
        if (context.Needs(1))
        {
            Tensor gradRight = _kind switch
            {
                BinaryKind.Subtract => grad.Scale(-1f),
                BinaryKind.Multiply => grad.Multiply(left),
                BinaryKind.Divide => grad.Multiply(Output).Divide(right).Scale(-1f),
                _ => grad,
            };
            context.Set(1, gradRight.SumTo(right.Shape));
        }
    }

    /// <inheritdoc/>
    protected internal override bool IsResidualSum => true;

    /// <inheritdoc/>
    protected internal override bool NeedsOneOrder => Inputs[0].Shape == Inputs[1].Shape;

    /// <inheritdoc/>
    protected internal override bool ReadsChannelsLast(int input) => NeedsOneOrder;

    /// <inheritdoc/>
    protected internal override bool WritesChannelsLast(int output) => NeedsOneOrder;

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => NeedsOneOrder;

    /// <inheritdoc/>
    protected internal override bool WritesHalf(int output) => NeedsOneOrder && _kind is (BinaryKind.Add or BinaryKind.Subtract);

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        (int[] lengths, uint[][] strides) = Broadcasting.Merge(Output.Shape, Inputs[0].Shape, Inputs[1].Shape);
        bool equal = Inputs[0].Shape.Count == Output.Count && Inputs[1].Shape.Count == Output.Count;
        if (lengths.Length > Broadcasting.MaxRank)
            throw new NotSupportedException($"{Name}: broadcasting {Inputs[0].Shape} with {Inputs[1].Shape} needs more than {Broadcasting.MaxRank} axes");
        uint left = lowering.StorageOf(Inputs[0]), right = lowering.StorageOf(Inputs[1]), result = lowering.StorageOf(Output);
        uint Length(int axis) => axis < lengths.Length ? (uint)lengths[axis] : 1;
        uint Stride(int operand, int axis) => axis < lengths.Length ? strides[operand][axis] : 0;
        lowering.LaunchLinear(
            BinaryKernel.Call(Inputs[0], Inputs[1], Output, (uint)Output.Count, Length(1), Length(2), Length(3),
                Stride(0, 0), Stride(0, 1), Stride(0, 2), Stride(0, 3), Stride(1, 0), Stride(1, 1), Stride(1, 2), Stride(1, 3),
                (BinaryKernel.Op)_kind, rank: equal ? 0 : (uint)lengths.Length, storageA: left, storageB: right, storageY: result),
            (left | right | result) == 0 ? Output.Count : Output.Count / 4, flops: Output.Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";

    private static string NameOf(BinaryKind kind) => kind switch
    {
        BinaryKind.Add => "add",
        BinaryKind.Subtract => "subtract",
        BinaryKind.Multiply => "multiply",
        BinaryKind.Divide => "divide",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown arithmetic"),
    };
}

/// <summary>Arithmetic as methods of tensors.</summary>
public static class BinaryExtensions
{
    /// <summary>left + right, with broadcasting.</summary>
    /// <param name="left">Any shape.</param>
    /// <param name="right">A shape that matches or broadcasts.</param>
    public static Tensor Add(this Tensor left, Tensor right) => left.Graph.Add(new BinaryOp(BinaryKind.Add, left, right)).Output;

    /// <summary>left - right, with broadcasting.</summary>
    /// <param name="left">Any shape.</param>
    /// <param name="right">A shape that matches or broadcasts.</param>
    public static Tensor Subtract(this Tensor left, Tensor right) => left.Graph.Add(new BinaryOp(BinaryKind.Subtract, left, right)).Output;

    /// <summary>left * right, with broadcasting.</summary>
    /// <param name="left">Any shape.</param>
    /// <param name="right">A shape that matches or broadcasts.</param>
    public static Tensor Multiply(this Tensor left, Tensor right) => left.Graph.Add(new BinaryOp(BinaryKind.Multiply, left, right)).Output;

    /// <summary>left / right, with broadcasting.</summary>
    /// <param name="left">Any shape.</param>
    /// <param name="right">A shape that matches or broadcasts.</param>
    public static Tensor Divide(this Tensor left, Tensor right) => left.Graph.Add(new BinaryOp(BinaryKind.Divide, left, right)).Output;
}
