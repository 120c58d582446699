using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Data;

namespace Cim.Vulkan.Training;

/// <summary>Labelled pictures to probe with: some to learn from and others to measure on.</summary>
public sealed class ProbeData
{
    /// <summary>The fewest pictures that a probe can say anything with.</summary>
    public const int FewestPictures = 20;

    private const double MeasuredShare = 0.15;

    private ProbeData(ImageSource training, ImageSource measured) => (Training, Measured) = (training, measured);

    /// <summary>Pictures to learn from.</summary>
    public ImageSource Training { get; }

    /// <summary>Pictures to measure on, none of them among <see cref="Training"/>.</summary>
    public ImageSource Measured { get; }

    /// <summary>Number of classes.</summary>
    public int Classes => Training.ClassNames.Count;

    /// <summary>
    /// Opens pictures: to measure on, those of <paramref name="testData"/>, else the data set's own <c>val</c> or <c>test</c> split, else 15 % of the
    /// pictures, chosen by the seed.
    /// </summary>
    /// <param name="data">Where the pictures to learn from are.</param>
    /// <param name="testData">Where those to measure on are; null or empty for the rule above.</param>
    /// <param name="pictures">Most pictures in all; which ones follows from the seed.</param>
    /// <param name="seed">Chooses pictures.</param>
    /// <exception cref="DatasetException">A path cannot be opened, there are no labels, or the classes of both do not match.</exception>
    public static ProbeData Open(string data, string? testData, int pictures, ulong seed)
    {
        ImageSource whole = DatasetLocator.Open(data);
        RequireLabels(whole);
        ImageSource? apart = string.IsNullOrEmpty(testData) ? EvaluationSplit.TryOpen(data) : EvaluationSplit.TryOpen(testData) ?? DatasetLocator.Open(testData);
        if (apart is not null && apart.Description == whole.Description)
            throw new DatasetException($"{whole.Description}: the same pictures are given to learn from and to measure on; leave --test-data out, and a part is held out");
        return Choose(whole, apart, pictures, seed);
    }

    /// <summary>Chooses from open data sets.</summary>
    /// <param name="whole">Labelled pictures.</param>
    /// <param name="apart">Pictures set apart to measure on; null to hold out some of <paramref name="whole"/>.</param>
    /// <param name="pictures">Most pictures in all.</param>
    /// <param name="seed">Chooses pictures.</param>
    /// <exception cref="DatasetException">There are no labels, too few pictures, or the classes of both do not match.</exception>
    public static ProbeData Choose(ImageSource whole, ImageSource? apart, int pictures, ulong seed)
    {
        RequireLabels(whole);
        if (pictures < FewestPictures) throw new DatasetException($"{pictures} pictures are too few for a probe: give at least {FewestPictures}");
        if (whole.Count < FewestPictures) throw new DatasetException($"{whole.Description}: too few for a probe, which needs at least {FewestPictures} pictures");
        if (apart is null)
        {
            ImageSource chosen = Take(whole, pictures, seed);
            (SubsetSource training, SubsetSource measured) = SubsetSource.Split(chosen, chosen.Count - MeasuredOf(chosen.Count), seed);
            return new ProbeData(training, measured);
        }
        RequireSameClasses(whole, apart);
        return new ProbeData(Take(whole, pictures - MeasuredOf(pictures), seed), Take(apart, MeasuredOf(pictures), seed));
    }

    private static int MeasuredOf(int pictures) => (int)Math.Round(pictures * MeasuredShare);

    private static ImageSource Take(ImageSource source, int count, ulong seed) => count >= source.Count ? source : SubsetSource.Split(source, count, seed).First;

    private static void RequireLabels(ImageSource source)
    {
        if (source.ClassNames.Count == 0)
            throw new DatasetException($"{source.Description}: a probe needs labels, and these pictures have none; give class folders, CIFAR-10 binaries or tars with .cls members");
        if (source.ClassNames.Count == 1)
            throw new DatasetException($"{source.Description}: a probe tells classes apart, and there is only one ('{source.ClassNames[0]}'); give two class folders or more");
    }

    private static void RequireSameClasses(ImageSource training, ImageSource measured)
    {
        IReadOnlyList<string> expected = training.ClassNames, found = measured.ClassNames;
        if (expected.SequenceEqual(found, StringComparer.Ordinal)) return;
        string odd = expected.Except(found, StringComparer.Ordinal).Select(name => $"'{name}' is missing")
            .Concat(found.Except(expected, StringComparer.Ordinal).Select(name => $"'{name}' is unknown")).FirstOrDefault("their order differs");
        throw new DatasetException($"{measured.Description}: {found.Count} classes where the pictures to learn from have {expected.Count} ({odd}); give test data with the same class folders");
    }
}
