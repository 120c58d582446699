using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Onnx;

/// <summary>Self-attention in the products that it stands for.</summary>
internal static class AttentionForm
{
    public static string Of(OpWriter to, AttentionOp op)
    {
        Axis[] result = to.ShapeOf(op.Output);
        string[] parts = to.Node("Split", [to[op.Inputs[0]]], 3, new OnnxSetting("axis", 2L));
        string Heads(string part, params long[] order) =>
            LayoutForms.Transpose(to, to.Reshape(part, result[0], result[1], Axis.Fixed(op.Heads), Axis.Fixed(result[2].Length / op.Heads)), order);
        string queries = to.Node("Mul", [Heads(parts[0], 0, 2, 1, 3), to.Scalar(op.Scale)]);
        string scores = to.Node("MatMul", [queries, Heads(parts[1], 0, 2, 3, 1)]);
        if (op.Bias is not null) scores = to.Node("Add", [scores, to[op.Bias]]);
        string values = to.Node("MatMul", [to.Node("Softmax", [scores], new OnnxSetting("axis", 3L)), Heads(parts[2], 0, 2, 1, 3)]);
        return to.Reshape(LayoutForms.Transpose(to, values, 0, 2, 1, 3), result);
    }
}
