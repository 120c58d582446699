using System;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Probing;

public sealed class NearestNeighboursTests
{
    [Test]
    public void The_most_similar_direction_wins_whatever_its_length()
    {
        var known = new FeatureSet([10f, 0f, 0f, 0.1f], [0, 1], 2);
        int[] guesses = new NearestNeighbours(known, 2) { Neighbours = 1 }.Classify(new FeatureSet([0.2f, 0.1f, 1f, 9f, -1f, 0.5f], [0, 1, 1], 2));
        Assert.That(guesses, Is.EqualTo(new[] { 0, 1, 1 }));
    }

    [Test]
    public void A_similar_picture_outvotes_two_that_are_less_so()
    {
        // Cosines 0.99 against 0.8 twice: exp(0.99 / 0.07) is 15 times exp(0.8 / 0.07); at a high temperature the two win.
        var known = new FeatureSet([0.99f, MathF.Sqrt(1 - (0.99f * 0.99f)), 0.8f, 0.6f, 0.8f, -0.6f], [1, 0, 0], 2);
        var asked = new FeatureSet([1f, 0f], [1], 2);
        Assert.That(new NearestNeighbours(known, 2).Classify(asked), Is.EqualTo(new[] { 1 }));
        Assert.That(new NearestNeighbours(known, 2) { Temperature = 10 }.Classify(asked), Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public void Only_the_nearest_vote()
    {
        // Two of class 0 are nearest; all others are of class 1 and would outvote them.
        float[] values = [1f, 0f, 1f, 0.01f, .. Enumerable.Repeat(new[] { 0.9f, 0.4f }, 30).SelectMany(pair => pair)];
        var known = new FeatureSet(values, [0, 0, .. Enumerable.Repeat(1, 30)], 2);
        var asked = new FeatureSet([1f, 0f], [0], 2);
        Assert.That(new NearestNeighbours(known, 2) { Neighbours = 2, Temperature = 10 }.Classify(asked), Is.EqualTo(new[] { 0 }));
        Assert.That(new NearestNeighbours(known, 2) { Neighbours = 32, Temperature = 10 }.Classify(asked), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void Separable_classes_are_told_apart()
    {
        (FeatureSet known, FeatureSet asked) = (DrawnFeatures.Clusters(400, 5, 24, seed: 1), DrawnFeatures.Clusters(600, 5, 24, seed: 2));
        Assert.That(asked.Accuracy(new NearestNeighbours(known, 5).Classify(asked)), Is.EqualTo(1));
    }

    // Spread out, for pictures of a tight class have the same neighbours and would all be guessed alike.
    [Test]
    public void Shuffled_labels_give_chance()
    {
        (FeatureSet known, FeatureSet asked) = (DrawnFeatures.Clusters(400, 5, 24, seed: 1, spread: 8), DrawnFeatures.Clusters(1000, 5, 24, seed: 2, spread: 8));
        Assert.That(asked.Accuracy(new NearestNeighbours(DrawnFeatures.Shuffled(known, seed: 3), 5).Classify(asked)), Is.EqualTo(0.2).Within(0.06));
    }

    [Test]
    public void Features_of_zero_and_more_neighbours_than_pictures_are_no_trouble()
    {
        var known = new FeatureSet([0f, 0f, 0f, 1f, 2f, 0f], [0, 1, 1], 3 - 1);
        Assert.That(new NearestNeighbours(known, 2).Classify(new FeatureSet([0f, 0f, 3f, 1f], [0, 1], 2)), Is.EqualTo(new[] { 1, 1 }));
    }
}
