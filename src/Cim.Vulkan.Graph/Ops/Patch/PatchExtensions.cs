using System;

namespace Cim.Vulkan.Graph;

/// <summary>Images to patches and back, and channels to pixels: permutations, whose gradients are their inverses.</summary>
public static class PatchExtensions
{
    /// <summary>
    /// Images cut into patches: <c>[batch, (height / patchSize) * (width / patchSize), patchSize * patchSize * channels]</c>.
    /// Within a patch the order is row, column, channel (He et al. 2022, Masked Autoencoders).
    /// </summary>
    /// <param name="images">Images, <c>[batch, channels, height, width]</c>.</param>
    /// <param name="patchSize">Side of a patch; divides height and width.</param>
    public static Tensor Patchify(this Tensor images, int patchSize)
    {
        AxisArguments.RequireRank("patchify", "input", images, 4, "[batch, channels, height, width]");
        AxisArguments.RequirePositive("patchify", "patch size", patchSize);
        Shape shape = images.Shape;
        if (shape[2] % patchSize != 0 || shape[3] % patchSize != 0)
            throw new ArgumentException($"patchify: patch size {patchSize} must divide height and width of {shape}");
        int rows = shape[2] / patchSize, columns = shape[3] / patchSize;
        return images.Reshape(shape[0], shape[1], rows, patchSize, columns, patchSize)
            .Permute(0, 2, 4, 3, 5, 1)
            .Reshape(shape[0], rows * columns, patchSize * patchSize * shape[1]);
    }

    /// <summary>Patches put together to images, the inverse of <see cref="Patchify"/>: <c>[batch, channels, height, width]</c>.</summary>
    /// <param name="patches">Patches, <c>[batch, (height / patchSize) * (width / patchSize), patchSize * patchSize * channels]</c>.</param>
    /// <param name="patchSize">Side of a patch; divides height and width.</param>
    /// <param name="channels">Channels of the images.</param>
    /// <param name="height">Height of the images.</param>
    /// <param name="width">Width of the images.</param>
    public static Tensor Unpatchify(this Tensor patches, int patchSize, int channels, int height, int width)
    {
        AxisArguments.RequireRank("unpatchify", "input", patches, 3, "[batch, patches, patchSize * patchSize * channels]");
        AxisArguments.RequirePositive("unpatchify", "patch size", patchSize);
        if (height % patchSize != 0 || width % patchSize != 0)
            throw new ArgumentException($"unpatchify: patch size {patchSize} must divide height {height} and width {width}");
        int batch = patches.Shape[0], rows = height / patchSize, columns = width / patchSize;
        var expected = new Shape(batch, rows * columns, patchSize * patchSize * channels);
        if (patches.Shape != expected) throw new ArgumentException($"unpatchify: input must be {expected}, got {patches.Shape}");
        return patches.Reshape(batch, rows, columns, patchSize, patchSize, channels)
            .Permute(0, 5, 1, 3, 2, 4)
            .Reshape(batch, channels, height, width);
    }

    /// <summary>Channels spread over blocks of pixels (Shi et al. 2016): <c>[batch, channels / factor², height * factor, width * factor]</c>.</summary>
    /// <param name="input">Images, <c>[batch, channels, height, width]</c>.</param>
    /// <param name="factor">Side of a block; its square divides channels.</param>
    public static Tensor PixelShuffle(this Tensor input, int factor)
    {
        AxisArguments.RequireRank("pixel_shuffle", "input", input, 4, "[batch, channels, height, width]");
        AxisArguments.RequirePositive("pixel_shuffle", "factor", factor);
        Shape shape = input.Shape;
        if (shape[1] % (factor * factor) != 0)
            throw new ArgumentException($"pixel_shuffle: factor {factor} squared must divide the channels of {shape}");
        int channels = shape[1] / (factor * factor);
        return input.Reshape(shape[0], channels, factor, factor, shape[2], shape[3])
            .Permute(0, 1, 4, 2, 5, 3)
            .Reshape(shape[0], channels, shape[2] * factor, shape[3] * factor);
    }

    /// <summary>
    /// Blocks of pixels gathered into channels, the inverse of <see cref="PixelShuffle"/>:
    /// <c>[batch, channels * factor², height / factor, width / factor]</c>.
    /// </summary>
    /// <param name="input">Images, <c>[batch, channels, height, width]</c>.</param>
    /// <param name="factor">Side of a block; divides height and width.</param>
    public static Tensor PixelUnshuffle(this Tensor input, int factor)
    {
        AxisArguments.RequireRank("pixel_unshuffle", "input", input, 4, "[batch, channels, height, width]");
        AxisArguments.RequirePositive("pixel_unshuffle", "factor", factor);
        Shape shape = input.Shape;
        if (shape[2] % factor != 0 || shape[3] % factor != 0)
            throw new ArgumentException($"pixel_unshuffle: factor {factor} must divide height and width of {shape}");
        int height = shape[2] / factor, width = shape[3] / factor;
        return input.Reshape(shape[0], shape[1], height, factor, width, factor)
            .Permute(0, 1, 3, 5, 2, 4)
            .Reshape(shape[0], shape[1] * factor * factor, height, width);
    }

    /// <summary>Images with each channel's mean taken off and divided by its standard deviation.</summary>
    /// <param name="images">Images, <c>[batch, channels, height, width]</c>.</param>
    /// <param name="mean">One value a channel.</param>
    /// <param name="std">One value a channel, not 0.</param>
    public static Tensor NormalizeChannels(this Tensor images, float[] mean, float[] std)
    {
        AxisArguments.RequireRank("normalize_channels", "input", images, 4, "[batch, channels, height, width]");
        int channels = images.Shape[1];
        if (mean.Length != channels || std.Length != channels)
            throw new ArgumentException($"normalize_channels: input {images.Shape} needs {channels} means and deviations, got {mean.Length} and {std.Length}");
        if (Array.IndexOf(std, 0f) >= 0) throw new ArgumentException("normalize_channels: a standard deviation of 0 cannot be divided by");
        var shape = new Shape(channels, 1, 1);
        Tensor offset = images.Graph.Constant<float>("channel_mean", shape, mean);
        Tensor factor = images.Graph.Constant<float>("channel_scale", shape, Array.ConvertAll(std, deviation => 1f / deviation));
        return images.Subtract(offset).Multiply(factor);
    }
}
