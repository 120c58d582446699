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
        if (gridPath is not null) WriteGrid(gridPath, evaluation, loader.Next());
        return evaluation.Measure(loader, Math.Clamp(pictures / batch, 1, loader.StepsPerEpoch), out _);
    }

    private static void WriteGrid(string path, TokenizerEvaluation evaluation, ImageBatch batch)
    {
        (float[] decoded, _) = evaluation.Run(batch);
        ImageGrid grid = TokenizerPictures.Draw(batch.Images, decoded, batch.ImageSize, Math.Min(GridPictures, batch.BatchSize), across: true);
        AtomicFiles.WriteBytes(new PhysicalFileSystem(), path, grid.ToPng());
    }
}
