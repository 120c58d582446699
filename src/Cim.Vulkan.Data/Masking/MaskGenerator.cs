using System;

namespace Cim.Vulkan.Data;

/// <summary>Draws masked positions as a pure function of (seed, epoch, step or row); safe from several threads at once.</summary>
public sealed class MaskGenerator
{
    private const int StackTokens = 1024;

    private readonly ulong _seed;

    /// <summary>Creates a generator; <paramref name="options"/> are checked.</summary>
    public MaskGenerator(MaskOptions options, ulong seed)
    {
        options.Validate();
        (Options, _seed) = (options, seed);
    }

    /// <summary>What is drawn.</summary>
    public MaskOptions Options { get; }

    /// <summary>How many tokens each picture of the batch at <paramref name="step"/> of the epoch masks.</summary>
    public int CountFor(int epoch, int step)
    {
        var random = new RandomSequence(_seed, RandomPurpose.MaskCount, epoch, step);
        return Options.MinimumCount + random.NextInt(Options.MaximumCount - Options.MinimumCount + 1);
    }

    /// <summary>
    /// Fills <paramref name="positions"/> with as many masked positions as it is long, ascending; <paramref name="row"/> is the place in
    /// the epoch.
    /// </summary>
    public void Fill(Span<int> positions, int epoch, int row)
    {
        if (positions.Length > Options.Tokens) throw new ArgumentException($"mask: {positions.Length} positions asked of {Options.Tokens} tokens");
        var tokens = Options.Tokens;
        var random = new RandomSequence(_seed, RandomPurpose.MaskPositions, epoch, row);
        var mask = tokens <= StackTokens ? stackalloc bool[tokens] : new bool[tokens];
        var masked = 0;
        if (Options.Kind == MaskKind.Blockwise)
            masked = BlockwiseMask.Draw(mask, Options.GridHeight, Options.GridWidth, positions.Length, ref random);
        else mask.Clear();
        AddRandom(mask, masked, positions.Length - masked, ref random);
        var next = 0;
        for (var token = 0; token < tokens; token++)
        {
            if (mask[token]) positions[next++] = token;
        }
    }

    /// <summary>Selection sampling (Knuth 3.4.2 S): each free token is taken with probability needed / free, which gives the exact count.</summary>
    private static void AddRandom(Span<bool> mask, int masked, int needed, ref RandomSequence random)
    {
        var free = mask.Length - masked;
        for (var token = 0; needed > 0; token++)
        {
            if (mask[token]) continue;
            if (random.NextInt(free--) >= needed) continue;
            mask[token] = true;
            needed--;
        }
    }
}
