using System;
using System.Collections.Generic;
using System.Threading;
using Cim.Vulkan.Data;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>Runs a network forward: a picture's features are the mean over its places, of a transformer its patch tokens after the final norm.</summary>
internal sealed class FeatureExtractor : IDisposable
{
    private readonly Program _program;
    private readonly int _batch;
    private readonly int _width;

    /// <summary>Plans the forward pass.</summary>
    /// <param name="memory">Where the network's parameters lie.</param>
    /// <param name="trunk">The network.</param>
    /// <param name="batch">Pictures of a pass.</param>
    /// <param name="imageSize">Side of a picture in pixels.</param>
    public FeatureExtractor(PersistentMemory memory, IVisionEncoder trunk, int batch, int imageSize)
    {
        (_batch, _width) = (batch, trunk.FeatureWidth);
        var graph = new TensorGraph();
        Tensor images = graph.Input("images", new Shape(batch, 3, imageSize, imageSize));
        graph.Output("features", trunk.Pool(PretrainStepGraph.Normalize(images)));
        var options = new ProgramOptions { Name = "features", MetricBytes = batch * _width * sizeof(float) };
        _program = Program.Load(memory, Planner.Plan(graph, DeviceProfiles.Of(memory.Device.Capabilities)), options);
    }

    /// <summary>Features of all labelled pictures that can be decoded.</summary>
    /// <param name="pictures">From their first batch on.</param>
    /// <param name="cancellation">Stops before the next batch.</param>
    public FeatureSet Extract(LabelledPictures pictures, CancellationToken cancellation)
    {
        var values = new List<float>(pictures.Count * _width);
        var labels = new List<int>(pictures.Count);
        var rows = new int[Program.SlotCount][];
        StepTicket pending = default;
        pictures.Restart();
        for (int i = 0; i <= pictures.Batches; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            StepTicket ticket = i < pictures.Batches ? Submit(pictures, rows[i % rows.Length] = new int[_batch]) : default;
            // The device works on one batch while the host takes in the one before.
            if (i > 0) Collect(pending, rows[(i - 1) % rows.Length], values, labels);
            pending = ticket;
        }
        return new FeatureSet(values.ToArray(), labels.ToArray(), _width);
    }

    /// <inheritdoc/>
    public void Dispose() => _program.Dispose();

    private StepTicket Submit(LabelledPictures pictures, int[] labels)
    {
        ImageBatch batch = pictures.Next();
        _program.BeginStep();
        batch.Images.CopyTo(_program.Input<float>("images"));
        for (int row = 0; row < labels.Length; row++) labels[row] = pictures.LabelOf(batch, row);
        return _program.Submit();
    }

    private void Collect(StepTicket ticket, int[] rowLabels, List<float> values, List<int> labels)
    {
        ReadOnlySpan<float> features = _program.Metric<float>(ticket, "features");
        for (int row = 0; row < _batch; row++)
        {
            if (rowLabels[row] < 0) continue;
            values.AddRange(features.Slice(row * _width, _width));
            labels.Add(rowLabels[row]);
        }
    }
}
