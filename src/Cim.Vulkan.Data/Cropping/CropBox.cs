namespace Cim.Vulkan.Data;

/// <summary>
/// The part of a picture that is resampled, in source pixels. It may reach over the edge, where the picture continues mirrored.
/// </summary>
/// <param name="Left">First column; negative beyond the left edge.</param>
/// <param name="Top">First row; negative beyond the top edge.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Flip">Whether left and right are exchanged.</param>
public readonly record struct CropBox(int Left, int Top, int Width, int Height, bool Flip);
