namespace Cim.Vulkan.Onnx;

/// <summary>The length of an axis: a number, or a multiple of the number of pictures, which is open.</summary>
/// <param name="Length">The length; 0 where it is open.</param>
/// <param name="PerImage">How many times the number of pictures it is; 0 where the length is fixed.</param>
public readonly record struct Axis(long Length, long PerImage)
{
    /// <summary>Whether the length is open.</summary>
    public bool IsOpen => PerImage > 0;

    /// <summary>An axis of fixed length.</summary>
    /// <param name="length">The length.</param>
    public static Axis Fixed(long length) => new(length, 0);

    /// <inheritdoc/>
    public override string ToString() => !IsOpen ? Length.ToString() : PerImage == 1 ? OnnxModel.BatchName : $"{PerImage} * {OnnxModel.BatchName}";
}
