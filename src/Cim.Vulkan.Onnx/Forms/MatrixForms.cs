using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Onnx;

/// <summary>Matrix products, and what is looked up in their results.</summary>
internal static class MatrixForms
{
    public static string Of(OpWriter to, LinearOp op)
    {
        string product = Linear(to, op.Inputs[0], op.Inputs[1], op.Bias);
        product = ElementwiseForms.Activate(to, product, op.Activation);
        if (op.Scale is not null) product = to.Node("Mul", [product, to[op.Scale]]);
        return op.Residual is null ? product : to.Node("Add", [product, to[op.Residual]]);
    }

    public static string Of(OpWriter to, LinearArgMaxOp op)
    {
        Tensor input = op.Inputs[0], weight = op.Inputs[1];
        Tensor? bias = op.Inputs.Count > 2 ? op.Inputs[2] : null;
        if (input.Shape.Rank == 2) return ArgMax(to, Linear(to, input, weight, bias), 1);
        string product = to.Node("MatMul", [to[weight], to[input]]);
        if (bias is not null) product = to.Node("Add", [product, to.Reshape(to[bias], Axis.Fixed(bias.Shape[0]), Axis.Fixed(1))]);
        return ArgMax(to, product, 1);
    }

    public static string Of(OpWriter to, MatMulOp op)
    {
        string left = to[op.Inputs[0]], right = to[op.Inputs[1]];
        if (op.TransposesLeft) left = Transposed(to, left, op.Inputs[0].Shape.Rank);
        if (op.TransposesRight) right = Transposed(to, right, op.Inputs[1].Shape.Rank);
        return to.Node("MatMul", [left, right]);
    }

    public static string Of(OpWriter to, SoftmaxOp op) => to.Node(op.IsLogarithm ? "LogSoftmax" : "Softmax", [to[op.Inputs[0]]], new OnnxSetting("axis", (long)op.Axis));

    /// <summary>The place of the largest value, which ONNX tells in 64 bits.</summary>
    public static string ArgMax(OpWriter to, string value, int axis) =>
        TokenForms.Cast(to, to.Node("ArgMax", [value], new OnnxSetting("axis", (long)axis), new OnnxSetting("keepdims", 0L)), OnnxType.Int32);

    private static string Linear(OpWriter to, Tensor input, Tensor weight, Tensor? bias)
    {
        string[] operands = [to[input], to[weight], .. bias is null ? [] : new[] { to[bias] }];
        return to.Node("Gemm", operands, new OnnxSetting("transB", 1L));
    }

    private static string Transposed(OpWriter to, string value, int rank)
    {
        long[] order = [.. Enumerable.Range(0, rank).Select(axis => (long)axis)];
        (order[^1], order[^2]) = (order[^2], order[^1]);
        return LayoutForms.Transpose(to, value, order);
    }
}
