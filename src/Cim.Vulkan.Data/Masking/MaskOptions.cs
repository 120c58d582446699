using System;

namespace Cim.Vulkan.Data;

/// <summary>How masked positions are chosen.</summary>
public enum MaskKind
{
    /// <summary>Uniformly without replacement, which CIM found to work best.</summary>
    Random,

    /// <summary>Rectangles as in BEiT, then filled up at random to the exact count.</summary>
    Blockwise,
}

/// <summary>Which and how many tokens of a grid are masked.</summary>
public sealed record MaskOptions
{
    private const int PaperTokens = 196, PaperMinimum = 100, PaperMaximum = 120;

    /// <summary>Creates CIM's default for a grid: random positions, 100 to 120 of 196 tokens or the same share of another grid.</summary>
    public MaskOptions(int gridHeight, int gridWidth)
    {
        if (gridHeight < 1 || gridWidth < 1) throw new ArgumentException($"mask: the token grid {gridHeight}x{gridWidth} is empty");
        (GridHeight, GridWidth) = (gridHeight, gridWidth);
        MinimumCount = Share(PaperMinimum);
        MaximumCount = Share(PaperMaximum);
    }

    /// <summary>Rows of the token grid.</summary>
    public int GridHeight { get; }

    /// <summary>Columns of the token grid.</summary>
    public int GridWidth { get; }

    /// <summary>Tokens of the grid.</summary>
    public int Tokens => GridHeight * GridWidth;

    /// <summary>How the positions are chosen.</summary>
    public MaskKind Kind { get; init; }

    /// <summary>Fewest masked tokens of a batch.</summary>
    public int MinimumCount { get; init; }

    /// <summary>Most masked tokens of a batch.</summary>
    public int MaximumCount { get; init; }

    /// <summary>The same with a fixed count, for programs whose shapes are fixed.</summary>
    public MaskOptions WithCount(int count) => this with { MinimumCount = count, MaximumCount = count };

    /// <summary>Refuses counts that do not fit the grid.</summary>
    /// <exception cref="ArgumentException">The counts are not 1 ≤ minimum ≤ maximum ≤ tokens.</exception>
    public void Validate()
    {
        if (MinimumCount < 1 || MinimumCount > MaximumCount || MaximumCount > Tokens)
            throw new ArgumentException(
                $"mask: {MinimumCount} to {MaximumCount} masked tokens do not fit a grid of {Tokens}; need 1 <= minimum <= maximum <= {Tokens}");
    }

    private int Share(int ofPaper) => Math.Clamp((int)Math.Round((double)Tokens * ofPaper / PaperTokens), 1, Tokens);
}
