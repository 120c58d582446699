using System;

namespace Cim.Vulkan.Graph;

/// <summary>Checks and sizes of ops on <c>[batch, channels, height, width]</c> images.</summary>
internal static class PoolArguments
{
    /// <summary>Refuses anything but float images.</summary>
    public static Shape CheckImages(string name, Tensor input)
    {
        AxisArguments.RequireRank(name, "input", input, 4, "[batch, channels, height, width]");
        AxisArguments.RequireType(name, "input", input, ElementType.Float32);
        return input.Shape;
    }

    /// <summary>The shape after pooling.</summary>
    public static Shape Pooled(string name, Tensor input, int kernelSize, int stride, int padding)
    {
        Shape shape = CheckImages(name, input);
        AxisArguments.RequirePositive(name, "kernel size", kernelSize);
        AxisArguments.RequirePositive(name, "stride", stride);
        if (padding < 0 || padding > kernelSize / 2)
            throw new ArgumentException($"{name}: padding must be in [0, {kernelSize / 2}] for a kernel of {kernelSize}, got {padding}");
        if (kernelSize > shape[2] + (2 * padding) || kernelSize > shape[3] + (2 * padding))
            throw new ArgumentException($"{name}: a kernel of {kernelSize} does not fit into {shape} with padding {padding}");
        return shape.With(2, ((shape[2] + (2 * padding) - kernelSize) / stride) + 1).With(3, ((shape[3] + (2 * padding) - kernelSize) / stride) + 1);
    }
}
