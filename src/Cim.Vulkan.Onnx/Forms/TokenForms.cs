using System;
using System.Linq;
using System.Runtime.InteropServices;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Onnx;

/// <summary>Look-ups, and tokens picked and replaced by their positions.</summary>
internal static class TokenForms
{
    public static string Of(OpWriter to, GatherRowsOp op) => to.Node("Gather", [to[op.Inputs[0]], Within(to, op.Inputs[1], op.Inputs[0].Shape[0])], new OnnxSetting("axis", 0L));

    public static string Of(OpWriter to, GatherTokensOp op)
    {
        string places = to.Node("Unsqueeze", [Cast(to, to[op.Inputs[1]], OnnxType.Int64), to.Vector(2)]);
        return to.Node("GatherND", [to[op.Inputs[0]], places], new OnnxSetting("batch_dims", 1L));
    }

    public static string Of(OpWriter to, ScatterTokensOp op) =>
        Scatter(to, Zeros(to, op.Output), op.Inputs[1], to.ShapeOf(op.Inputs[0]), to[op.Inputs[0]]);

    public static string Of(OpWriter to, ReplaceTokensOp op)
    {
        Axis[] replaced = Replaced(to, op.Inputs[0], op.Inputs[1]);
        string values = to[op.Inputs[2]];
        if (op.Inputs[2].Shape.Rank == 1) values = to.Node("Expand", [values, to.ShapeValue(replaced)]);
        return Scatter(to, to[op.Inputs[0]], op.Inputs[1], replaced, values);
    }

    public static string Of(OpWriter to, ClearTokensOp op)
    {
        Axis[] cleared = Replaced(to, op.Inputs[0], op.Inputs[1]);
        return Scatter(to, to[op.Inputs[0]], op.Inputs[1], cleared, to.Node("Expand", [Zero(to, op.Output), to.ShapeValue(cleared)]));
    }

    public static string Of(OpWriter to, PositionsToMaskOp op)
    {
        string ones = to.Node("Expand", [to.Scalar(1f), to.ShapeValue(to.ShapeOf(op.Inputs[0]))]);
        return to.Node("ScatterElements", [Zeros(to, op.Output), Cast(to, to[op.Inputs[0]], OnnxType.Int64), ones], new OnnxSetting("axis", 1L));
    }

    public static string Of(OpWriter to, EmbedChannelsOp op)
    {
        Tensor weight = op.Inputs[1];
        string looked = to.Node("Gather", [to[weight], Within(to, op.Inputs[0], weight.Shape[1])], new OnnxSetting("axis", 1L));
        return to.Node("Add", [LayoutForms.Transpose(to, looked, 1, 0, 2, 3), to.Reshape(to[op.Inputs[2]], Axis.Fixed(weight.Shape[0]), Axis.Fixed(1), Axis.Fixed(1))]);
    }

    // By comparison, since ONNX's own one-hot counts negative indices from the end.
    public static string Of(OpWriter to, OneHotOp op)
    {
        int[] classes = [.. Enumerable.Range(0, op.Classes)];
        long[] shape = [op.Classes, .. Enumerable.Repeat(1L, op.Output.Shape.Rank - 1 - op.Axis)];
        string all = to.Tensor("classes", OnnxType.Int32, shape, () => MemoryMarshal.AsBytes<int>(classes).ToArray(), isConstant: true);
        return Cast(to, to.Node("Equal", [to.Node("Unsqueeze", [to[op.Inputs[0]], to.Vector(op.Axis)]), all]), OnnxType.Float);
    }

    public static string Of(OpWriter to, NotEqualOp op) => Cast(to, to.Node("Not", [to.Node("Equal", [to[op.Inputs[0]], to[op.Inputs[1]]])]), OnnxTypes.Of(op.Output));

    /// <summary>The values as another type.</summary>
    public static string Cast(OpWriter to, string value, OnnxType type) => to.Node("Cast", [value], new OnnxSetting("to", (long)type));

    // An index outside means the nearest row here, and an error or a row from the end there.
    private static string Within(OpWriter to, Tensor indices, int rows)
    {
        bool isSafe = indices.ConstantBytes is { } bytes && !MemoryMarshal.Cast<byte, int>(bytes).ContainsAnyExceptInRange(0, rows - 1);
        return isSafe ? to[indices] : to.Node("Min", [to.Node("Max", [to[indices], to.Int32(0)]), to.Int32(rows - 1)]);
    }

    private static Axis[] Replaced(OpWriter to, Tensor tokens, Tensor positions)
    {
        Axis[] all = to.ShapeOf(tokens), some = to.ShapeOf(positions);
        return [some[0], some[1], all[2]];
    }

    private static string Scatter(OpWriter to, string tokens, Tensor positions, Axis[] shape, string values)
    {
        string places = to.Node("Expand", [to.Node("Unsqueeze", [Cast(to, to[positions], OnnxType.Int64), to.Vector(2)]), to.ShapeValue(shape)]);
        return to.Node("ScatterElements", [tokens, places, values], new OnnxSetting("axis", 1L));
    }

    private static string Zeros(OpWriter to, Tensor like) => to.Node("Expand", [Zero(to, like), to.ShapeValue(to.ShapeOf(like))]);

    private static string Zero(OpWriter to, Tensor of) => of.ElementType == ElementType.Int32 ? to.Int32(0) : to.Scalar(0f);
}
