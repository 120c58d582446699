using System;

namespace Cim.Vulkan.Models;

/// <summary>Checks that all transformers share.</summary>
internal static class TransformerSizes
{
    /// <summary>Refuses sizes that make no model.</summary>
    public static void Validate(string model, int imageSize, int patchSize, int embedDim, int depth, int heads, int mlpRatio)
    {
        Require(model, imageSize >= 1 && patchSize >= 1, $"imageSize and patchSize must be at least 1, got {imageSize} and {patchSize}");
        Require(model, imageSize % patchSize == 0, $"imageSize {imageSize} is not a multiple of patchSize {patchSize}");
        Require(model, depth >= 1, $"depth must be at least 1, got {depth}");
        Require(model, heads >= 1 && embedDim >= 1 && embedDim % heads == 0, $"embedDim {embedDim} is not a multiple of heads {heads}");
        Require(model, mlpRatio >= 1, $"mlpRatio must be at least 1, got {mlpRatio}");
    }

    /// <summary>Refuses a probability that is none, or 1.</summary>
    public static void ValidateDropPathRate(string model, double rate) => Require(model, rate >= 0.0 && rate < 1.0, $"dropPathRate must lie in [0, 1), got {rate}");

    /// <summary>The rate of one block: it rises linearly from 0 in the first block to the whole rate in the last.</summary>
    public static double DropPathRate(double rate, int block, int depth) => depth == 1 ? 0.0 : rate * block / (depth - 1);

    private static void Require(string model, bool holds, string message)
    {
        if (!holds) throw new ArgumentException($"{model}: {message}");
    }
}
