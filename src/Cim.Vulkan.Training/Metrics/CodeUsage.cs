using System;
using System.Collections.Generic;

namespace Cim.Vulkan.Training;

/// <summary>How often each code of a vocabulary was used.</summary>
public sealed class CodeUsage
{
    private readonly long[] _counts;

    /// <summary>Creates an empty count.</summary>
    public CodeUsage(int vocabularySize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        _counts = new long[vocabularySize];
    }

    /// <summary>How often each code was used: [vocabularySize].</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>Tokens counted.</summary>
    public long Total { get; private set; }

    /// <summary>Codes used at least once.</summary>
    public int UsedCodes
    {
        get
        {
            int used = 0;
            foreach (long count in _counts)
                if (count > 0) used++;
            return used;
        }
    }

    /// <summary>exp of the entropy of the code distribution: vocabularySize when all are used alike, 1 for a single code, NaN before the first token.</summary>
    public double Perplexity
    {
        get
        {
            if (Total == 0) return double.NaN;
            double entropy = 0;
            foreach (long count in _counts)
            {
                if (count == 0) continue;
                double share = (double)count / Total;
                entropy -= share * Math.Log(share);
            }

            return Math.Exp(entropy);
        }
    }

    /// <summary>The share of the most frequent code: what guessing it everywhere would score. NaN before the first token.</summary>
    public double MostFrequentShare
    {
        get
        {
            long most = 0;
            foreach (long count in _counts) most = Math.Max(most, count);
            return Total == 0 ? double.NaN : (double)most / Total;
        }
    }

    /// <summary>Counts tokens.</summary>
    /// <exception cref="ArgumentException">A token is not in the vocabulary; none is counted then.</exception>
    public void Add(ReadOnlySpan<int> tokens)
    {
        foreach (int token in tokens)
            if ((uint)token >= (uint)_counts.Length) throw new ArgumentException($"code usage: token {token} is not in the vocabulary of {_counts.Length}");
        foreach (int token in tokens) _counts[token]++;
        Total += tokens.Length;
    }

    /// <summary>Goes on from earlier counts; those of another vocabulary are left alone.</summary>
    public void Continue(IReadOnlyList<long> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.Count != _counts.Length) return;
        Total = 0;
        for (int code = 0; code < _counts.Length; code++) Total += _counts[code] = counts[code];
    }

    /// <summary>Starts over.</summary>
    public void Reset()
    {
        Array.Clear(_counts);
        Total = 0;
    }
}
