using System;
using System.Linq;
using System.Threading;
using Cim.Vulkan.Data;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>What frozen features are worth.</summary>
/// <param name="LinearAccuracy">Share of the measured pictures that a linear classifier on standardised features tells right.</param>
/// <param name="KnnAccuracy">Share that their nearest neighbours tell right.</param>
/// <param name="Strength">The linear probe's penalty, as chosen on pictures held out of those to learn from.</param>
/// <param name="Chance">Share of the most frequent class among the measured pictures.</param>
/// <param name="TrainingPictures">Pictures learned from.</param>
/// <param name="MeasuredPictures">Pictures measured on.</param>
internal sealed record ProbeScores(double LinearAccuracy, double KnnAccuracy, double Strength, double Chance, int TrainingPictures, int MeasuredPictures);

/// <summary>Measures a network as it stands, as often as asked; it only reads the network's weights.</summary>
internal sealed class FrozenProbe : IDisposable
{
    private readonly ProbeData _data;
    private readonly ulong _seed;
    private readonly LabelledPictures _training;
    private readonly LabelledPictures _measured;
    private readonly FeatureExtractor _extractor;
    private readonly LinearProbe _linear;

    /// <summary>Plans the measuring, so that what does not fit the device is said at once.</summary>
    /// <param name="memory">Where the network's parameters lie.</param>
    /// <param name="trunk">The network.</param>
    /// <param name="imageSize">Side of its pictures in pixels.</param>
    /// <param name="data">The pictures.</param>
    /// <param name="seed">Of the linear probe.</param>
    /// <param name="batch">Pictures of a forward pass.</param>
    /// <param name="log">Takes a line for each picture that cannot be decoded; null for none.</param>
    /// <exception cref="OptionsException">So many features do not fit the device.</exception>
    public FrozenProbe(PersistentMemory memory, IVisionEncoder trunk, int imageSize, ProbeData data, ulong seed, int batch, Action<string>? log)
    {
        (_data, _seed) = (data, seed);
        int width = trunk.FeatureWidth, rows = data.Training.Count;
        long most = LinearProbe.MostRows(memory, width, data.Classes);
        if (rows > most) throw new OptionsException($"a linear probe on {rows} pictures does not fit {memory.Device.Capabilities.Name}: give at most {most} pictures");
        _extractor = new FeatureExtractor(memory, trunk, batch, imageSize);
        _linear = new LinearProbe(memory, rows, width, data.Classes);
        _training = new LabelledPictures(data.Training, batch, imageSize, log);
        _measured = new LabelledPictures(data.Measured, batch, imageSize, log);
    }

    /// <summary>Measures the network's present weights.</summary>
    /// <param name="cancellation">Stops the measuring.</param>
    /// <exception cref="DatasetException">Too few pictures can be used.</exception>
    public ProbeScores Measure(CancellationToken cancellation)
    {
        FeatureSet training = _extractor.Extract(_training, cancellation), measured = _extractor.Extract(_measured, cancellation);
        if (training.Labels.Distinct().Count() < 2 || measured.Count == 0)
            throw new DatasetException($"{_data.Training.Description}: of the pictures that can be decoded and have labels, too few remain to probe with; give more");
        double knn = measured.Accuracy(new NearestNeighbours(training, _data.Classes).Classify(measured, cancellation));
        FeatureScaler scaler = FeatureScaler.Of(training);
        (LinearClassifier classifier, double strength) = _linear.Fit(scaler.Apply(training), _seed, cancellation);
        double linear = measured.Accuracy(classifier.Classify(scaler.Apply(measured)));
        return new ProbeScores(linear, knn, strength, measured.LargestClassShare(_data.Classes), training.Count, measured.Count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _training.Dispose();
        _measured.Dispose();
        _linear.Dispose();
        _extractor.Dispose();
    }
}
