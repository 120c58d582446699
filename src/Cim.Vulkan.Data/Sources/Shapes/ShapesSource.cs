using System;
using System.Collections.Generic;
using System.Globalization;

namespace Cim.Vulkan.Data;

/// <summary>
/// Textured shapes drawn by the program: a data set that is always there, with ten classes by shape. A picture is a pure function of
/// (seed, split, index): any picture is drawn alone, in any order and from any thread, and is the same drawing at every size. The data
/// path is <c>builtin:shapes</c>, or <c>builtin:shapes@SIDE</c> for pictures of another side than 32 pixels.
/// </summary>
public sealed class ShapesSource : ImageSource
{
    /// <summary>The data path of these pictures.</summary>
    public const string DataPath = "builtin:shapes";

    /// <summary>The side of the pictures in pixels where the path names none.</summary>
    public const int DefaultSide = 32;

    /// <summary>Pictures of the split <c>train</c>.</summary>
    public const int TrainCount = 20_000;

    /// <summary>Pictures of the split <c>val</c>, all different from those of <c>train</c>.</summary>
    public const int ValidationCount = 2_000;

    private const string Scheme = "builtin:";
    private const ulong DefaultSeed = 2022;
    private const int TrainSplit = 0, ValidationSplit = 1;
    private const int SmallestSide = 8, LargestSide = 1024;

    private static readonly string[] Classes = Array.ConvertAll(Enum.GetNames<ShapeKind>(), name => name.ToLowerInvariant());

    private readonly int _side, _split;
    private readonly ulong _seed;

    /// <summary>Describes the pictures; nothing is drawn before it is read.</summary>
    /// <param name="validation">Whether these are the pictures that training never sees.</param>
    /// <param name="side">The side in pixels, from 8 to 1024.</param>
    /// <param name="count">How many pictures; any number can be drawn.</param>
    /// <param name="seed">The seed of all pictures.</param>
    /// <exception cref="DatasetException">The side is out of range.</exception>
    public ShapesSource(bool validation = false, int side = DefaultSide, int? count = null, ulong seed = DefaultSeed)
    {
        if (side is < SmallestSide or > LargestSide)
            throw new DatasetException($"{DataPath}: pictures of {side} pixels are not drawn; give a side from {SmallestSide} to {LargestSide}, such as {DataPath}@64.");
        (_side, _seed) = (side, seed);
        _split = validation ? ValidationSplit : TrainSplit;
        Count = count ?? (validation ? ValidationCount : TrainCount);
    }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames => Classes;

    /// <inheritdoc/>
    public override string Description => $"built-in shapes, {(_split == TrainSplit ? "train" : "val")}: {Count} pictures of {_side} pixels in {Classes.Length} classes";

    /// <summary>Whether a data path names built-in pictures rather than something on the disk.</summary>
    public static bool Names(string path) => path.StartsWith(Scheme, StringComparison.Ordinal);

    /// <summary>Opens <c>builtin:shapes</c> or <c>builtin:shapes@SIDE</c>.</summary>
    /// <exception cref="DatasetException">There are no built-in pictures of this name, or no such split.</exception>
    public static ShapesSource Open(string path, string split = "train")
    {
        var name = path.Split('@', 2);
        if (name[0] != DataPath) throw new DatasetException($"there are no built-in pictures '{path}': give {DataPath}, or {DataPath}@64 for pictures of 64 pixels.");
        var side = DefaultSide;
        if (name.Length == 2 && !int.TryParse(name[1], NumberStyles.None, CultureInfo.InvariantCulture, out side))
            throw new DatasetException($"'{path}': '{name[1]}' is no side in pixels; give a number, such as {DataPath}@64.");
        return split switch
        {
            "train" or "training" => new ShapesSource(validation: false, side),
            "val" or "validation" or "test" => new ShapesSource(validation: true, side),
            _ => throw new DatasetException($"{DataPath} has the splits train and val, but no '{split}'."),
        };
    }

    /// <inheritdoc/>
    public override ImageRecord Read(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var label = index % Classes.Length;
        var random = new RandomSequence(_seed, RandomPurpose.Shape, _split, index);
        var picture = new ShapePicture((ShapeKind)label, ref random);
        return new ImageRecord($"{(_split == TrainSplit ? "train" : "val")}#{index}", label, picture.Draw(_side), _side, _side);
    }
}
