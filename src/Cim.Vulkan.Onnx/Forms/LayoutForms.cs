using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Onnx;

/// <summary>Elements moved, cut and joined.</summary>
internal static class LayoutForms
{
    public static string Of(OpWriter to, PermuteOp op) => Transpose(to, to[op.Inputs[0]], [.. op.Order.Select(axis => (long)axis)]);

    public static string Of(OpWriter to, SliceOp op) => Slice(to, to[op.Inputs[0]], op.Axis, op.Start, op.Output.Shape[op.Axis]);

    public static string Of(OpWriter to, PadZeroOp op)
    {
        int rank = op.Output.Shape.Rank;
        var pads = new long[2 * rank];
        pads[op.Axis] = op.Start;
        pads[rank + op.Axis] = op.Output.Shape[op.Axis] - op.Inputs[0].Shape[op.Axis] - op.Start;
        return to.Node("Pad", [to[op.Inputs[0]], to.Vector(pads)]);
    }

    public static string Of(OpWriter to, ConcatOp op) => to.Node("Concat", [.. op.Inputs.Select(input => to[input])], new OnnxSetting("axis", (long)op.Axis));

    public static string Of(OpWriter to, FilledOp op) => to.Node("Expand", [to.Scalar(op.Value), to.ShapeValue(to.ShapeOf(op.Output))]);

    /// <summary>The axes in another order.</summary>
    public static string Transpose(OpWriter to, string value, params long[] order) => to.Node("Transpose", [value], new OnnxSetting("perm", order));

    /// <summary>A range of one axis.</summary>
    public static string Slice(OpWriter to, string value, int axis, long start, long length) =>
        to.Node("Slice", [value, to.Vector(start), to.Vector(start + length), to.Vector(axis)]);
}
