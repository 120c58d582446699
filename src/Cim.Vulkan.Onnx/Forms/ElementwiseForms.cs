using System;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Onnx;

/// <summary>Functions element by element, and sums.</summary>
internal static class ElementwiseForms
{
    public static string Of(OpWriter to, UnaryOp op)
    {
        string x = to[op.Inputs[0]];
        return op.Kind switch
        {
            UnaryKind.Scale => Affine(to, x, op.First, op.Second),
            UnaryKind.Gelu => Gelu(to, x),
            UnaryKind.Square => to.Node("Mul", [x, x]),
            UnaryKind.Clamp => to.Node("Clip", [x, to.Scalar(op.First), to.Scalar(op.Second)]),
            // Relu, Sigmoid, Exp, Log, Sqrt, Abs and Tanh are called the same there.
            _ => to.Node(op.Kind.ToString(), [x]),
        };
    }

    public static string Of(OpWriter to, BinaryOp op) => to.Node(op.Kind switch
    {
        BinaryKind.Add => "Add",
        BinaryKind.Subtract => "Sub",
        BinaryKind.Multiply => "Mul",
        _ => "Div",
    }, [to[op.Inputs[0]], to[op.Inputs[1]]]);

    public static string Of(OpWriter to, BroadcastOp op) =>
        Affine(to, to.Node("Expand", [to[op.Inputs[0]], to.ShapeValue(to.ShapeOf(op.Output))]), op.Factor, 0f);

    public static string Of(OpWriter to, SumOp op)
    {
        string x = to[op.Inputs[0]];
        bool isMean = op.Factor == (float)(1.0 / op.Inputs[0].Shape[1]);
        if (isMean) return to.Node("ReduceMean", [x], new OnnxSetting("axes", new[] { 1L }), new OnnxSetting("keepdims", 0L));
        return Affine(to, to.Node("ReduceSum", [x, to.Vector(1)], new OnnxSetting("keepdims", 0L)), op.Factor, 0f);
    }

    public static string Of(OpWriter to, LaplaceMeanImageOp op)
    {
        string locations = LayoutForms.Slice(to, to[op.Inputs[0]], 1, 0, op.Output.Shape[1]);
        const float Range = 1f - (2f * PixelExtensions.PixelEpsilon);
        string pixels = Affine(to, to.Node("Sigmoid", [locations]), 1f / Range, -PixelExtensions.PixelEpsilon / Range);
        return to.Node("Clip", [pixels, to.Scalar(0f), to.Scalar(1f)]);
    }

    /// <summary>A function that a product ends with.</summary>
    public static string Activate(OpWriter to, string x, Activation activation) => activation switch
    {
        Activation.Relu => to.Node("Relu", [x]),
        Activation.Gelu => Gelu(to, x),
        _ => x,
    };

    private static string Affine(OpWriter to, string x, float factor, float offset)
    {
        if (factor != 1f) x = to.Node("Mul", [x, to.Scalar(factor)]);
        return offset == 0f ? x : to.Node("Add", [x, to.Scalar(offset)]);
    }

    // As exporters wrote it before there was an operator for it, so that runtimes recognise and fuse it.
    private static string Gelu(OpWriter to, string x)
    {
        string error = to.Node("Erf", [to.Node("Div", [x, to.Scalar((float)Math.Sqrt(2.0))])]);
        return to.Node("Mul", [to.Node("Mul", [x, to.Node("Add", [error, to.Scalar(1f)])]), to.Scalar(0.5f)]);
    }
}
