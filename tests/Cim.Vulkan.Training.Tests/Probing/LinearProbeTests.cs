using System;
using System.Linq;
using System.Threading;
using Cim.Vulkan.Runtime;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Probing;

public sealed class LinearProbeTests : GpuTest
{
    private const int Classes = 4, Width = 12;

    [Test]
    public void Separable_classes_are_told_apart()
    {
        (FeatureSet known, FeatureSet asked) = (DrawnFeatures.Clusters(200, Classes, Width, seed: 1), DrawnFeatures.Clusters(300, Classes, Width, seed: 2));
        Assert.That(AccuracyOf(known, asked), Is.EqualTo(1));
    }

    [Test]
    public void Shuffled_labels_give_chance()
    {
        (FeatureSet known, FeatureSet asked) = (DrawnFeatures.Clusters(200, Classes, Width, seed: 1, spread: 8), DrawnFeatures.Clusters(1000, Classes, Width, seed: 2, spread: 8));
        Assert.That(AccuracyOf(DrawnFeatures.Shuffled(known, seed: 3), asked), Is.EqualTo(1.0 / Classes).Within(0.06));
    }

    // Classes that overlap: their optimum is no longer at infinity, and Newton's method finds it exactly.
    [Test]
    public void Reaches_the_optimum()
    {
        FeatureSet known = Scaled(DrawnFeatures.Clusters(240, Classes, Width, seed: 4, spread: 2));
        (LinearClassifier classifier, double strength) = Fit(known, rows: 250);
        double[] gradient = GradientOf(classifier, known, strength);
        Assert.That(Math.Sqrt(gradient.Sum(value => value * value)), Is.LessThan(2e-3), $"norm of the gradient at strength {strength}");
    }

    [Test]
    public void The_same_seed_gives_the_same_bits()
    {
        FeatureSet known = Scaled(DrawnFeatures.Clusters(120, Classes, Width, seed: 5, spread: 2));
        using var memory = new PersistentMemory(Device);
        using var probe = new LinearProbe(memory, known.Count, Width, Classes);
        (LinearClassifier first, double strength) = probe.Fit(known, 7, CancellationToken.None);
        probe.Fit(DrawnFeatures.Shuffled(known, seed: 6), 8, CancellationToken.None);
        (LinearClassifier again, double strengthAgain) = probe.Fit(known, 7, CancellationToken.None);
        Assert.That((again.Weight, again.Bias, strengthAgain), Is.EqualTo((first.Weight, first.Bias, strength)), "whatever was trained between");
    }

    // Many features, few pictures, labels mostly noise: without a penalty the probe learns them by heart.
    [Test]
    public void Noise_is_penalised_more_than_a_clear_case()
    {
        double Strength(double spread) => Fit(Scaled(DrawnFeatures.Clusters(120, Classes, 60, seed: 8, spread)), rows: 120).Strength;
        Assert.That(Strength(spread: 8), Is.GreaterThan(Strength(spread: 0.5)));
    }

    private static double AccuracyOf(FeatureSet known, FeatureSet asked)
    {
        FeatureScaler scaler = FeatureScaler.Of(known);
        return asked.Accuracy(Fit(scaler.Apply(known), known.Count).Classifier.Classify(scaler.Apply(asked)));
    }

    private static (LinearClassifier Classifier, double Strength) Fit(FeatureSet features, int rows)
    {
        using var memory = new PersistentMemory(Device);
        using var probe = new LinearProbe(memory, rows, features.Width, Classes);
        return probe.Fit(features, seed: 1, CancellationToken.None);
    }

    private static FeatureSet Scaled(FeatureSet features) => FeatureScaler.Of(features).Apply(features);

    // Of the mean cross-entropy plus half the strength times the squared weights, weights first and then biases.
    private static double[] GradientOf(LinearClassifier classifier, FeatureSet features, double strength)
    {
        int width = features.Width;
        var gradient = new double[classifier.Weight.Length + classifier.Bias.Length];
        for (int i = 0; i < features.Count; i++)
        {
            float[] row = features.Row(i).ToArray();
            double[] scores = classifier.Bias.Select((bias, label) => Math.Exp(bias + row.Select((value, j) => (double)value * classifier.Weight[(label * width) + j]).Sum())).ToArray();
            for (int label = 0; label < scores.Length; label++)
            {
                double error = ((scores[label] / scores.Sum()) - (label == features.Labels[i] ? 1 : 0)) / features.Count;
                for (int j = 0; j < width; j++) gradient[(label * width) + j] += error * row[j];
                gradient[classifier.Weight.Length + label] += error;
            }
        }
        for (int j = 0; j < classifier.Weight.Length; j++) gradient[j] += strength * classifier.Weight[j];
        return gradient;
    }
}
