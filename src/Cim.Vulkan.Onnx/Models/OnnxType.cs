using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Onnx;

/// <summary>Element types of ONNX that are written here; the values are those of <c>TensorProto.DataType</c>.</summary>
public enum OnnxType
{
    /// <summary>32-bit IEEE floating point.</summary>
    Float = 1,

    /// <summary>32-bit signed integer.</summary>
    Int32 = 6,

    /// <summary>64-bit signed integer: shapes and indices.</summary>
    Int64 = 7,
}

/// <summary>Element types of the graph in ONNX.</summary>
internal static class OnnxTypes
{
    /// <summary>The type of a tensor.</summary>
    /// <param name="tensor">Any tensor.</param>
    /// <exception cref="OnnxException">It is neither float nor Int32.</exception>
    public static OnnxType Of(Tensor tensor) => tensor.ElementType switch
    {
        ElementType.Float32 => OnnxType.Float,
        ElementType.Int32 => OnnxType.Int32,
        _ => throw new OnnxException($"{tensor.Name}: elements of the type {tensor.ElementType} are not exported to ONNX"),
    };
}
