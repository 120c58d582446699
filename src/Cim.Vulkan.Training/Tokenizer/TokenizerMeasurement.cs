using System;
using Cim.Vulkan.Data;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>Measures a finished tokenizer on pictures of any data set.</summary>
public static class TokenizerMeasurement
{
    private const int Batch = 32;
    private const int GridPictures = 10;
    private const int MinimumCellPixels = 64;

    /// <summary>Measures on the first pictures of a data set, in their order and as they are but for a centre crop.</summary>
    /// <param name="device">Where it is computed.</param>
    /// <param name="tokenizer">The trained tokenizer.</param>
    /// <param name="source">The pictures.</param>
    /// <param name="imageSize">Side of the pictures in pixels.</param>
    /// <param name="pictures">The most pictures to look at.</param>
    /// <param name="gridPath">Where to draw some pictures above what their tokens say; null for nowhere.</param>
    public static TokenizerQuality Measure(GpuDevice device, WeightsFile tokenizer, ImageSource source, int imageSize, int pictures, string? gridPath = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        int batch = Math.Min(Batch, Math.Min(pictures, source.Count));
        using var memory = new PersistentMemory(device);
        var network = new DiscreteVae(new ParameterSet("tokenizer"), TokenizerFile.OptionsOf(tokenizer));
        TrainedWeights.Load(memory, network.Parameters, network.Parameters.Values, tokenizer.Tensors);
        using var evaluation = new TokenizerEvaluation(memory, DeviceProfiles.Of(device.Capabilities), network, batch, imageSize);
        using var loader = new BatchLoader(source, new BatchLoaderOptions { BatchSize = batch, ImageSize = imageSize, Crop = new CenterCrop(), Shuffle = false });
        if (gridPath is not null) WriteGrid(gridPath, evaluation, loader.Next(), imageSize);
        return evaluation.Measure(loader, Math.Clamp(pictures / batch, 1, loader.StepsPerEpoch), out _);
    }

    private static void WriteGrid(string path, TokenizerEvaluation evaluation, ImageBatch batch, int size)
    {
        (float[] decoded, _) = evaluation.Run(batch);
        int pictures = Math.Min(GridPictures, batch.BatchSize), values = 3 * size * size, cell = Math.Max(size, MinimumCellPixels);
        var grid = new ImageGrid(2, pictures, cell, cell);
        for (int i = 0; i < pictures; i++)
        {
            grid.SetImage(0, i, batch.Images.AsSpan(i * values, values), size, size);
            grid.SetImage(1, i, decoded.AsSpan(i * values, values), size, size);
        }
        grid.WritePng(path);
    }
}
