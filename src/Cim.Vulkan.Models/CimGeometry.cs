using System;

namespace Cim.Vulkan.Models;

/// <summary>
/// How the pictures of a CIM run fit together: one visual token of the tokenizer for every patch of the generator and the enhancer
/// (224 pixels in 16x16 patches, and 112 pixels for a tokenizer that divides by 8, are both 14x14).
/// </summary>
public sealed record CimGeometry
{
    /// <summary>States and checks the sizes.</summary>
    /// <param name="imageSize">Side in pixels of what generator and enhancer see.</param>
    /// <param name="patchSize">Side of a patch in pixels.</param>
    /// <param name="tokenizerImageSize">Side in pixels of what the tokenizer sees, and of what it decodes.</param>
    /// <param name="tokenizerDownsampling">Pixels along one side of the square that a visual token stands for.</param>
    /// <exception cref="ArgumentException">The sizes do not fit; the message says which would.</exception>
    public CimGeometry(int imageSize, int patchSize, int tokenizerImageSize, int tokenizerDownsampling)
    {
        Require(imageSize > 0 && patchSize > 0 && tokenizerImageSize > 0 && tokenizerDownsampling > 0,
            $"all sizes must be at least 1, got image {imageSize}, patch {patchSize}, tokenizer image {tokenizerImageSize}, " +
            $"tokenizer downsampling {tokenizerDownsampling}");
        Require(imageSize % patchSize == 0,
            $"image {imageSize} is not a multiple of patch {patchSize}; use --image-size {NearestMultiple(imageSize, patchSize)}");
        int side = imageSize / patchSize, fitting = side * tokenizerDownsampling;
        Require(tokenizerImageSize % tokenizerDownsampling == 0,
            $"the tokenizer divides by {tokenizerDownsampling}, but its image {tokenizerImageSize} is not a multiple of that; " +
            $"use --tokenizer-image-size {fitting}");
        int tokenizerSide = tokenizerImageSize / tokenizerDownsampling;
        Require(side == tokenizerSide,
            $"image {imageSize} with patch {patchSize} gives {side}x{side} tokens, " +
            $"but the tokenizer makes {tokenizerSide}x{tokenizerSide} of {tokenizerImageSize}; use --tokenizer-image-size {fitting}");
        ImageSize = imageSize;
        PatchSize = patchSize;
        TokenizerImageSize = tokenizerImageSize;
        TokenizerDownsampling = tokenizerDownsampling;
    }

    /// <summary>Side in pixels of what generator and enhancer see.</summary>
    public int ImageSize { get; }

    /// <summary>Side of a patch in pixels.</summary>
    public int PatchSize { get; }

    /// <summary>Side in pixels of what the tokenizer sees, and of what it decodes.</summary>
    public int TokenizerImageSize { get; }

    /// <summary>Pixels along one side of the square that a visual token stands for.</summary>
    public int TokenizerDownsampling { get; }

    /// <summary>Tokens, and patches, along one side.</summary>
    public int GridSide => ImageSize / PatchSize;

    /// <summary>Tokens, and patches, of an image.</summary>
    public int TokenCount => GridSide * GridSide;

    private static int NearestMultiple(int size, int of) => Math.Max(1, (size + (of / 2)) / of) * of;

    private static void Require(bool holds, string message)
    {
        if (!holds) throw new ArgumentException(message);
    }
}
