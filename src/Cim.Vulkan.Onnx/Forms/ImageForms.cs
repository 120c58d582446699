using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Onnx;

/// <summary>Convolutions, pooling and resizing of images.</summary>
internal static class ImageForms
{
    public static string Of(OpWriter to, Conv2dOp op)
    {
        Shape weight = op.Inputs[1].Shape;
        string result = to.Node("Conv", [.. op.Inputs.Take(op.Bias is null ? 2 : 3).Select(input => to[input])],
            Both("kernel_shape", weight[2], weight[3]), Both("strides", op.Stride), Both("dilations", op.Dilation), AllSides(op.Padding));
        return ElementwiseForms.Activate(to, op.Residual is null ? result : to.Node("Add", [result, to[op.Residual]]), op.Activation);
    }

    public static string Of(OpWriter to, MaxPool2dOp op) =>
        to.Node("MaxPool", [to[op.Inputs[0]]], Both("kernel_shape", op.KernelSize), Both("strides", op.Stride), AllSides(op.Padding));

    public static string Of(OpWriter to, AveragePool2dOp op)
    {
        string mean = to.Node("AveragePool", [to[op.Inputs[0]]], Both("kernel_shape", op.KernelSize), Both("strides", op.Stride));
        float factor = op.Scale * op.KernelSize * op.KernelSize;
        return op.Scale == 1f / ((float)op.KernelSize * op.KernelSize) ? mean : to.Node("Mul", [mean, to.Scalar(factor)]);
    }

    // Of all that the op can do, inference needs the repetition of pixels.
    public static string Of(OpWriter to, SpreadWindowsOp op)
    {
        Shape from = op.Inputs[0].Shape, wanted = op.Output.Shape;
        bool repeats = op.KernelSize == op.Stride && op.Scale == 1f && from[2] * op.Stride == wanted[2] && from[3] * op.Stride == wanted[3];
        if (!repeats) throw new OnnxException($"{op.Name}: has a form in ONNX only where it repeats every pixel, not as the gradient of a pooling");
        return Resize(to, op, "nearest", new OnnxSetting("coordinate_transformation_mode", "asymmetric"), new OnnxSetting("nearest_mode", "floor"));
    }

    public static string Of(OpWriter to, ResampleOp op)
    {
        var centres = new OnnxSetting("coordinate_transformation_mode", "half_pixel");
        return op.Filter == ResampleFilter.Bilinear ? Resize(to, op, "linear", centres) : Resize(to, op, "cubic", centres, new OnnxSetting("cubic_coeff_a", -0.75f));
    }

    private static string Resize(OpWriter to, Op op, string mode, params OnnxSetting[] attributes) =>
        to.Node("Resize", [to[op.Inputs[0]], "", "", to.ShapeValue(to.ShapeOf(op.Output))], [new OnnxSetting("mode", mode), .. attributes]);

    private static OnnxSetting Both(string name, long value) => Both(name, value, value);

    private static OnnxSetting Both(string name, long vertical, long horizontal) => new(name, new[] { vertical, horizontal });

    private static OnnxSetting AllSides(long padding) => new("pads", new[] { padding, padding, padding, padding });
}
