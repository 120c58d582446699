using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Function of a <see cref="UnaryOp"/>.</summary>
public enum UnaryKind
{
    /// <summary>first * x + second</summary>
    Scale,

    /// <summary>x times the normal distribution function, with the exact error function.</summary>
    Gelu,

    /// <summary>max(x, 0)</summary>
    Relu,

    /// <summary>1 / (1 + exp(-x))</summary>
    Sigmoid,

    /// <summary>exp(x)</summary>
    Exp,

    /// <summary>Natural logarithm.</summary>
    Log,

    /// <summary>Square root.</summary>
    Sqrt,

    /// <summary>x * x</summary>
    Square,

    /// <summary>|x|</summary>
    Abs,

    /// <summary>x limited to [first, second].</summary>
    Clamp,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,
}

/// <summary>A function of one tensor, element by element. NaN stays NaN.</summary>
public sealed class UnaryOp : Op
{
    internal const int ElementsPerInvocation = 4;
    private readonly UnaryKind _kind;
    private readonly float _first;
    private readonly float _second;

    /// <summary>Applies a function.</summary>
    /// <param name="kind">The function.</param>
    /// <param name="input">Any shape.</param>
    /// <param name="first">The function's first constant; 0 where it has none.</param>
    /// <param name="second">The function's second constant; 0 where it has none.</param>
    public UnaryOp(UnaryKind kind, Tensor input, float first = 0f, float second = 0f)
        : base(NameOf(kind), new[] { input }, new TensorSpec(input.Shape))
    {
        if (input.ElementType != ElementType.Float32) throw Mismatch(Name, $"input must be Float32, got {input.ElementType} for {input}");
        if (kind == UnaryKind.Clamp && !(first <= second)) throw Mismatch(Name, $"the minimum {first} must not be above the maximum {second}");
        _kind = kind;
        _first = first;
        _second = second;
    }

    /// <summary>The function.</summary>
    public UnaryKind Kind => _kind;

    /// <summary>The function's first constant; 0 where it has none.</summary>
    public float First => _first;

    /// <summary>The function's second constant; 0 where it has none.</summary>
    public float Second => _second;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        if (!context.Needs(0)) return;
        Tensor grad = context.GradOutput;
        context.Set(0, _kind switch
        {
            UnaryKind.Scale => grad.Scale(_first),
            UnaryKind.Exp => grad.Multiply(Output),
            UnaryKind.Log => grad.Divide(Inputs[0]),
            UnaryKind.Relu or UnaryKind.Sigmoid or UnaryKind.Sqrt or UnaryKind.Tanh => Backward(Output, grad),
            UnaryKind.Gelu => MatMulOp.GeluGradient(grad, Inputs[0]) ?? Backward(Inputs[0], grad),
            _ => Backward(Inputs[0], grad),
        });
    }

    /// <inheritdoc/>
    protected internal override bool NeedsOneOrder => true;

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => IsActivation(_kind);

    /// <inheritdoc/>
    protected internal override bool WritesHalf(int output) => IsActivation(_kind);

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) =>
        lowering.LaunchLinear(
            UnaryKernel.Call(Inputs[0], Output, (uint)Output.Count, _first, _second, (UnaryKernel.Op)_kind, elements: ElementsPerInvocation,
                storageX: lowering.StorageOf(Inputs[0]), storageY: lowering.StorageOf(Output)),
            Lowering.DivideUp(Output.Count, ElementsPerInvocation), flops: Output.Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"first={FloatBits.Of(_first):x8} second={FloatBits.Of(_second):x8}";

    // What stands between two products; the other functions stand in losses.
    internal static bool IsActivation(UnaryKind kind) => kind is UnaryKind.Gelu or UnaryKind.Relu;

    private Tensor Backward(Tensor source, Tensor grad) =>
        source.Graph.Add(new UnaryBackwardOp(_kind, source, grad, _first, _second)).Output;

    private static string NameOf(UnaryKind kind) => kind switch
    {
        UnaryKind.Scale => "scale",
        UnaryKind.Gelu => "gelu",
        UnaryKind.Relu => "relu",
        UnaryKind.Sigmoid => "sigmoid",
        UnaryKind.Exp => "exp",
        UnaryKind.Log => "log",
        UnaryKind.Sqrt => "sqrt",
        UnaryKind.Square => "square",
        UnaryKind.Abs => "abs",
        UnaryKind.Clamp => "clamp",
        UnaryKind.Tanh => "tanh",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown function"),
    };
}

/// <summary>The gradient of a <see cref="UnaryOp"/>: from its output for relu, sigmoid, sqrt and tanh, else from its input.</summary>
public sealed class UnaryBackwardOp : Op
{
    private readonly UnaryBackwardKernel.Op _kernel;
    private readonly bool _isActivation;
    private readonly float _first;
    private readonly float _second;

    internal UnaryBackwardOp(UnaryKind kind, Tensor source, Tensor gradOutput, float first, float second)
        : base("unary_backward", new[] { source, gradOutput }, new TensorSpec(source.Shape))
    {
        _kernel = KernelOf(kind);
        _isActivation = UnaryOp.IsActivation(kind);
        _first = first;
        _second = second;
    }

    /// <inheritdoc/>
    protected internal override bool NeedsOneOrder => true;

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => _isActivation;

    /// <inheritdoc/>
    protected internal override bool WritesHalf(int output) => _isActivation;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) =>
        lowering.LaunchLinear(
            UnaryBackwardKernel.Call(Inputs[0], Inputs[1], Output, (uint)Output.Count, _first, _second, _kernel, elements: UnaryOp.ElementsPerInvocation,
                storageSource: lowering.StorageOf(Inputs[0]), storageGradY: lowering.StorageOf(Inputs[1]), storageGradX: lowering.StorageOf(Output)),
            Lowering.DivideUp(Output.Count, UnaryOp.ElementsPerInvocation), flops: 2.0 * Output.Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"of={_kernel} first={FloatBits.Of(_first):x8} second={FloatBits.Of(_second):x8}";

    private static UnaryBackwardKernel.Op KernelOf(UnaryKind kind) => kind switch
    {
        UnaryKind.Gelu => UnaryBackwardKernel.Op.GeluExact,
        UnaryKind.Relu => UnaryBackwardKernel.Op.Relu,
        UnaryKind.Sigmoid => UnaryBackwardKernel.Op.Sigmoid,
        UnaryKind.Sqrt => UnaryBackwardKernel.Op.SquareRoot,
        UnaryKind.Square => UnaryBackwardKernel.Op.Square,
        UnaryKind.Abs => UnaryBackwardKernel.Op.Absolute,
        UnaryKind.Clamp => UnaryBackwardKernel.Op.Clamped,
        UnaryKind.Tanh => UnaryBackwardKernel.Op.HyperbolicTangent,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "has no backward kernel of its own"),
    };
}

/// <summary>Functions of one tensor as methods of tensors.</summary>
public static class UnaryExtensions
{
    /// <summary>factor * x + offset.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="factor">Multiplies every element.</param>
    /// <param name="offset">Is then added to every element.</param>
    public static Tensor Scale(this Tensor input, float factor, float offset = 0f) =>
        factor == 1f && offset == 0f ? input : Apply(UnaryKind.Scale, input, factor, offset);

    /// <summary>x times the normal distribution function at x, exact (not the tanh form).</summary>
    /// <param name="input">Any shape.</param>
    public static Tensor Gelu(this Tensor input) => Apply(UnaryKind.Gelu, input);

    /// <summary>max(x, 0); its gradient at 0 is 0.</summary>
    /// <param name="input">Any shape.</param>
    public static Tensor Relu(this Tensor input) => Apply(UnaryKind.Relu, input);

    /// <summary>1 / (1 + exp(-x)).</summary>
    /// <param name="input">Any shape.</param>
    public static Tensor Sigmoid(this Tensor input) => Apply(UnaryKind.Sigmoid, input);

    /// <summary>exp(x).</summary>
    /// <param name="input">Any shape.</param>
    public static Tensor Exp(this Tensor input) => Apply(UnaryKind.Exp, input);

    /// <summary>Natural logarithm.</summary>
    /// <param name="input">Any shape, positive values.</param>
    public static Tensor Log(this Tensor input) => Apply(UnaryKind.Log, input);

    /// <summary>Square root.</summary>
    /// <param name="input">Any shape, values not below 0.</param>
    public static Tensor Sqrt(this Tensor input) => Apply(UnaryKind.Sqrt, input);

    /// <summary>x * x.</summary>
    /// <param name="input">Any shape.</param>
    public static Tensor Square(this Tensor input) => Apply(UnaryKind.Square, input);

    /// <summary>|x|; its gradient at 0 is 0.</summary>
    /// <param name="input">Any shape.</param>
    public static Tensor Abs(this Tensor input) => Apply(UnaryKind.Abs, input);

    /// <summary>x limited to a range; the gradient passes where x lies in it, the ends included.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="minimum">Lower end.</param>
    /// <param name="maximum">Upper end.</param>
    public static Tensor Clamp(this Tensor input, float minimum, float maximum) => Apply(UnaryKind.Clamp, input, minimum, maximum);

    /// <summary>Hyperbolic tangent.</summary>
    /// <param name="input">Any shape.</param>
    public static Tensor Tanh(this Tensor input) => Apply(UnaryKind.Tanh, input);

    private static Tensor Apply(UnaryKind kind, Tensor input, float first = 0f, float second = 0f) =>
        input.Graph.Add(new UnaryOp(kind, input, first, second)).Output;
}
