using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Data;

namespace Cim.Vulkan.Training;

/// <summary>Every picture of a data set once, in its order and in full batches: centre crops, in [0, 1]. Can be gone through again and again.</summary>
internal sealed class LabelledPictures : IDisposable
{
    private const long CacheLimitBytes = 128L << 20;

    private readonly ImageSource _source;
    private readonly BatchLoader _loader;
    private readonly HashSet<string> _named = [];

    /// <summary>Opens a data set.</summary>
    /// <param name="source">The pictures.</param>
    /// <param name="batch">Pictures of a batch.</param>
    /// <param name="imageSize">Side of the pictures.</param>
    /// <param name="log">Takes a line for each picture that cannot be decoded; null for none.</param>
    public LabelledPictures(ImageSource source, int batch, int imageSize, Action<string>? log)
    {
        _source = source;
        // The last batch is filled up with the first pictures, which are then not looked at.
        int filled = (source.Count + batch - 1) / batch * batch;
        var padded = new SubsetSource(source, Enumerable.Range(0, filled).Select(i => i % source.Count).ToArray());
        _loader = new BatchLoader(padded, new BatchLoaderOptions
        {
            BatchSize = batch,
            ImageSize = imageSize,
            Crop = new CenterCrop(),
            Shuffle = false,
            CacheLimitBytes = CacheLimitBytes,
            Skipped = error => Name(error, log),
        });
    }

    /// <summary>Batches that hold every picture.</summary>
    public int Batches => _loader.StepsPerEpoch;

    /// <summary>Pictures.</summary>
    public int Count => _source.Count;

    /// <summary>Goes back to the first batch.</summary>
    public void Restart() => _loader.StartAt(0, 0);

    /// <summary>The next batch; the one before is overwritten.</summary>
    public ImageBatch Next() => _loader.Next();

    /// <summary>The label of a row, or -1 where it is no picture of its own: filling, unlabelled, or another in place of one that cannot be decoded.</summary>
    public int LabelOf(ImageBatch batch, int row)
    {
        int place = (batch.Step * batch.BatchSize) + row;
        return place < _source.Count && batch.Indices[row] == place ? batch.Labels[row] : -1;
    }

    /// <inheritdoc/>
    public void Dispose() => _loader.Dispose();

    private void Name(ImageDecodeException error, Action<string>? log)
    {
        lock (_named)
        {
            if (_named.Add(error.Key)) log?.Invoke($"skipped: {error.Message}");
        }
    }
}
