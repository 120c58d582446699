using System;

namespace Cim.Vulkan.Graph;

internal static class Pending
{
    public static Tensor Scale(this Tensor input, float factor) => throw new NotSupportedException($"scale {factor} of {input}: pending");

    public static Tensor SumTo(this Tensor input, Shape shape) => input.Shape == shape ? input : throw new NotSupportedException("sum: pending");
}
