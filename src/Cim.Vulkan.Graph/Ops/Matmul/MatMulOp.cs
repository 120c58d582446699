using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>
/// The product of two batches of matrices. The gradients are products of the same kind: no transposed copy is ever made. A product that is the gradient of a
/// GELU's result becomes that of its argument in the same kernel.
/// </summary>
public sealed class MatMulOp : Op
{
    private readonly MatmulLayout _layout;
    private readonly int _m, _n, _k;

    internal MatMulOp(Tensor left, Tensor right, MatmulLayout layout, Tensor? geluArgument = null)
        : base("matmul", geluArgument is null ? new[] { left, right } : new[] { left, right, geluArgument }, new TensorSpec(OutputShape(left.Shape, right.Shape, layout)))
    {
        RequireFloat(left, "left");
        RequireFloat(right, "right");
        _layout = layout;
        (_m, _k) = layout == MatmulLayout.Tn ? (left.Shape[-1], left.Shape[-2]) : (left.Shape[-2], left.Shape[-1]);
        _n = InnerAndColumns(right.Shape, layout).Columns;
    }

    /// <summary>Whether the left matrices are stored transposed.</summary>
    public bool TransposesLeft => _layout == MatmulLayout.Tn;

    /// <summary>Whether the right matrices are stored transposed.</summary>
    public bool TransposesRight => _layout == MatmulLayout.Nt;

    /// <summary>Whether the product is multiplied by GELU's derivative at the third operand.</summary>
    public bool IsGeluGradient => Inputs.Count > 2;

    /// <summary>The gradient of a GELU's argument where that of its result is a product: made by that product's kernel. Null where it is none.</summary>
    /// <param name="gradOutput">Gradient of the result.</param>
    /// <param name="argument">The argument.</param>
    internal static Tensor? GeluGradient(Tensor gradOutput, Tensor argument)
    {
        Tensor product = gradOutput;
        while (product.Producer is { ViewOfInput: >= 0 } view) product = view.Inputs[view.ViewOfInput];
        if (product.Producer is not MatMulOp { IsGeluGradient: false } op) return null;
        // The product by itself is left to whoever else wants it, mostly nobody.
        return product.Graph.Add(new MatMulOp(op.Inputs[0], op.Inputs[1], op._layout, argument.Reshape(product.Shape))).Output.Reshape(argument.Shape);
    }

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        if (IsGeluGradient)
        {
            base.Differentiate(context);
            return;
        }
        Tensor a = Inputs[0], b = Inputs[1], grad = context.GradOutput;
        if (context.Needs(0))
            context.Set(0, _layout switch
            {
                MatmulLayout.Nn => Multiply(grad, b, MatmulLayout.Nt),
                MatmulLayout.Nt => Multiply(grad, b, MatmulLayout.Nn),
                _ => Multiply(b, grad, MatmulLayout.Nt),
            });
        if (context.Needs(1))
            context.Set(1, _layout switch
            {
                MatmulLayout.Nn => Multiply(a, grad, MatmulLayout.Tn),
                MatmulLayout.Nt => Multiply(grad, a, MatmulLayout.Tn),
                _ => Multiply(a, grad, MatmulLayout.Nn),
            });
    }

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => true;

    /// <inheritdoc/>
    protected internal override bool WritesHalf(int output) => true;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) => MatmulChoice.Launch(lowering, new MatmulProblem
    {
        Layout = _layout,
        M = _m,
        N = _n,
        K = _k,
        OuterCount = Output.Count / ((long)_m * _n),
        A = Packed(Inputs[0]),
        B = Packed(Inputs[1]),
        C = Packed(Output),
        Residual = IsGeluGradient ? Inputs[2] : null,
        IsGeluGradient = IsGeluGradient,
    });

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"layout={_layout} gelu_gradient={IsGeluGradient}";

    private static Tensor Multiply(Tensor left, Tensor right, MatmulLayout layout) => left.Graph.Add(new MatMulOp(left, right, layout)).Output;

    private static MatmulOperand Packed(Tensor tensor) => new(tensor, tensor.Shape[-1], (long)tensor.Shape[-2] * tensor.Shape[-1]);

    private static (int Inner, int Columns) InnerAndColumns(Shape right, MatmulLayout layout) =>
        layout == MatmulLayout.Nt ? (right[-1], right[-2]) : (right[-2], right[-1]);

    private void RequireFloat(Tensor tensor, string side)
    {
        if (tensor.ElementType != ElementType.Float32) throw Mismatch(Name, $"the {side} operand must be Float32, got {tensor.ElementType} for {tensor}");
    }

    private static Shape OutputShape(Shape left, Shape right, MatmulLayout layout)
    {
        if (left.Rank < 2 || right.Rank < 2) throw Mismatch("matmul", $"operands need two axes at least, got {left} and {right}");
        if (left.Rank != right.Rank || Enumerable.Range(0, left.Rank - 2).Any(axis => left[axis] != right[axis]))
            throw Mismatch("matmul", $"batch axes of {left} and {right} must be equal");
        (int inner, int columns) = InnerAndColumns(right, layout);
        (int rows, int leftInner) = layout == MatmulLayout.Tn ? (left[-1], left[-2]) : (left[-2], left[-1]);
        if (inner != leftInner)
            throw Mismatch("matmul", $"inner dimensions must be equal, got {leftInner} of {left} and {inner} of {right} ({layout})");
        return left.With(-2, rows).With(-1, columns);
    }
}

/// <summary>Matrix products as methods of tensors.</summary>
public static class MatMulExtensions
{
    /// <summary>op(left) op(right) over the two innermost axes. The axes before must be equal, or the right operand has none.</summary>
    /// <param name="left"><c>[..., m, k]</c>, or <c>[..., k, m]</c> where transposed.</param>
    /// <param name="right"><c>[..., k, n]</c>, or <c>[..., n, k]</c> where transposed.</param>
    /// <param name="transposeA">Whether the left operand is stored transposed.</param>
    /// <param name="transposeB">Whether the right operand is stored transposed; not together with the left one.</param>
    /// <returns><c>[..., m, n]</c></returns>
    /// <exception cref="System.ArgumentException">Shapes do not match, or both operands are transposed.</exception>
    public static Tensor MatMul(this Tensor left, Tensor right, bool transposeA = false, bool transposeB = false)
    {
        if (transposeA && transposeB)
            throw new System.ArgumentException("matmul: both operands cannot be transposed; multiply them the other way round and transpose the result");
        MatmulLayout layout = transposeA ? MatmulLayout.Tn : transposeB ? MatmulLayout.Nt : MatmulLayout.Nn;
        if (left.Shape.Rank <= 2 || right.Shape.Rank != 2 || transposeA) return left.Graph.Add(new MatMulOp(left, right, layout)).Output;
        Tensor rows = left.Reshape(-1, left.Shape[-1]);
        Tensor product = left.Graph.Add(new MatMulOp(rows, right, layout)).Output;
        return product.Reshape(left.Shape.With(-1, product.Shape[-1]));
    }
}
