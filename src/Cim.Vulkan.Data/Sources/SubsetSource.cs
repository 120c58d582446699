using System;
using System.Collections.Generic;

namespace Cim.Vulkan.Data;

/// <summary>Some pictures of another data set, in a chosen order.</summary>
public sealed class SubsetSource : ImageSource
{
    private readonly ImageSource _whole;
    private readonly int[] _indices;

    /// <summary>Takes the pictures at <paramref name="indices"/> of <paramref name="whole"/>.</summary>
    /// <exception cref="ArgumentException">An index is outside of the data set.</exception>
    public SubsetSource(ImageSource whole, IReadOnlyList<int> indices)
    {
        (_whole, _indices) = (whole, [.. indices]);
        foreach (var index in _indices)
        {
            if (index < 0 || index >= whole.Count) throw new ArgumentException($"subset: index {index} is outside of {whole.Count} pictures");
        }
    }

    /// <inheritdoc/>
    public override int Count => _indices.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames => _whole.ClassNames;

    /// <inheritdoc/>
    public override string Description => $"{Count} of {_whole.Description}";

    /// <summary>Splits a data set at random into <paramref name="firstCount"/> pictures and the rest; the same seed gives the same split.</summary>
    /// <exception cref="DatasetException">The data set has fewer pictures.</exception>
    public static (SubsetSource First, SubsetSource Remaining) Split(ImageSource whole, int firstCount, ulong seed)
    {
        if (firstCount < 0 || firstCount > whole.Count)
            throw new DatasetException($"{whole.Description}: cannot take {firstCount} pictures; ask for at most {whole.Count}.");
        var order = new int[whole.Count];
        var random = new RandomSequence(seed, RandomPurpose.Split, 0, 0);
        EpochOrder.Shuffle(order, ref random);
        return (new SubsetSource(whole, order[..firstCount]), new SubsetSource(whole, order[firstCount..]));
    }

    /// <inheritdoc/>
    public override ImageRecord Read(int index) => _whole.Read(_indices[index]);
}
