using System;
using Cim.Vulkan.Data;

namespace Cim.Vulkan.Training;

/// <summary>Which and how many tokens are masked.</summary>
public sealed record MaskingOptions
{
    private const double PaperTokens = 196;

    /// <summary>How the positions are chosen; CIM found random to be best.</summary>
    public MaskKind Kind { get; init; } = MaskKind.Random;

    /// <summary>
    /// Smallest share of masked tokens: the middle of the paper's 100 to 120 of 196. Every count is a program of its own, for shapes are
    /// fixed when a step is planned; a range costs memory for each count in it.
    /// </summary>
    public double MinimumRatio { get; init; } = 110 / PaperTokens;

    /// <summary>Largest share of masked tokens.</summary>
    public double MaximumRatio { get; init; } = 110 / PaperTokens;

    /// <summary>A fixed number of masked tokens instead of the shares.</summary>
    public int? Count { get; init; }

    /// <summary>The mask of a token grid.</summary>
    public MaskOptions ToMaskOptions(int gridHeight, int gridWidth)
    {
        int tokens = gridHeight * gridWidth;
        return new MaskOptions(gridHeight, gridWidth)
        {
            Kind = Kind,
            MinimumCount = Count ?? Math.Max(1, (int)Math.Round(tokens * MinimumRatio)),
            MaximumCount = Count ?? Math.Max(1, (int)Math.Round(tokens * MaximumRatio)),
        };
    }

    internal void Check(OptionChecks checks, int tokens)
    {
        checks.Require(Enum.IsDefined(Kind), $"mask kind {Kind} is not known");
        checks.Require(MinimumRatio > 0 && MinimumRatio <= MaximumRatio && MaximumRatio <= 1, $"mask ratio {MinimumRatio} to {MaximumRatio} is not a range within 0 (excluded) and 1");
        if (Count is int count) checks.Require(count >= 1 && count <= tokens, $"--masked {count} does not fit pictures of {tokens} tokens: give 1 to {tokens}, about {Math.Max(1, tokens * 56 / 100)} is usual");
    }
}
