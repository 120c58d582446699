using System.Collections.Generic;

namespace Cim.Vulkan.Data;

/// <summary>A data set of pictures with a fixed order; reading is safe from several threads at once.</summary>
public abstract class ImageSource
{
    /// <summary>The number of pictures.</summary>
    public abstract int Count { get; }

    /// <summary>The names of the classes by label; empty where the set has no labels.</summary>
    public abstract IReadOnlyList<string> ClassNames { get; }

    /// <summary>One line for a log: what layout was found, where, how many pictures and classes.</summary>
    public abstract string Description { get; }

    /// <summary>Reads the picture at <paramref name="index"/> in [0, <see cref="Count"/>).</summary>
    /// <exception cref="ImageDecodeException">This one file cannot be read as a picture.</exception>
    /// <exception cref="DatasetException">The file behind it vanished, shrank or cannot be read.</exception>
    public abstract ImageRecord Read(int index);
}
