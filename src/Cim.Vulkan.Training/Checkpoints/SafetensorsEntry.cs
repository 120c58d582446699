namespace Cim.Vulkan.Training;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The extents, outermost first; empty for a scalar.</param>
/// <param name="OffsetBytes">Where the tensor starts in the file.</param>
/// <param name="LengthBytes">How many bytes it takes.</param>
public sealed record SafetensorsEntry(string Name, SafetensorsType Type, int[] Shape, long OffsetBytes, long LengthBytes)
{
    /// <summary>Elements of the tensor.</summary>
    public long ElementCount => LengthBytes / Type.SizeBytes();

    /// <summary>The shape as text, <c>[64, 197, 768]</c>.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
