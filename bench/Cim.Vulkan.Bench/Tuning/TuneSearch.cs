using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Bench;

/// <summary>What a search asks of candidates; number 0 is the device's own choice.</summary>
internal interface ITuneCandidates
{
    /// <summary>How many there are, the device's own choice among them.</summary>
    int Count { get; }

    /// <summary>Runs one once and says how many milliseconds it took; null where the device cannot run it.</summary>
    double? Time(int candidate);

    /// <summary>Whether it computes the same as the device's own choice.</summary>
    bool IsRight(int candidate);
}

/// <summary>What a search found.</summary>
/// <param name="Winner">The candidate; 0 where the device's own choice stays.</param>
/// <param name="OwnMilliseconds">Median time of the device's own choice.</param>
/// <param name="Milliseconds">Median time of the winner.</param>
/// <param name="Tried">How many were timed, without the device's own choice.</param>
/// <param name="Wrong">How many were fast and computed something else.</param>
/// <param name="IsComplete">Whether none was left out for want of time.</param>
internal sealed record TuneOutcome(int Winner, double OwnMilliseconds, double Milliseconds, int Tried, int Wrong, bool IsComplete);

/// <summary>
/// Finds the fastest of several candidates: each is timed shortly, the best again in turns with the device's own choice, so that a slow moment
/// of the machine falls on all alike. A winner must gain more than the times spread, and compute right.
/// </summary>
internal static class TuneSearch
{
    /// <summary>The least gain that counts, as a part of the device's own time.</summary>
    public const double LeastGain = 0.03;

    private const int ShortSamples = 3, LongSamples = 9, Finalists = 3;
    private const double HopelessRatio = 1.5;

    /// <summary>Searches.</summary>
    /// <param name="candidates">The candidates.</param>
    /// <param name="isOver">Whether time is up: those that were not timed by then are left out.</param>
    /// <returns>Null where the device cannot run its own choice.</returns>
    public static TuneOutcome? Find(ITuneCandidates candidates, Func<bool> isOver)
    {
        if (ShortTime(candidates, 0, double.MaxValue) is not { } own) return null;
        var times = new List<(int Candidate, double Milliseconds)>();
        int next = 1;
        for (; next < candidates.Count && !isOver(); next++)
            if (ShortTime(candidates, next, HopelessRatio * own) is { } time) times.Add((next, time));
        int[] finalists = [.. times.Where(entry => entry.Milliseconds < own).OrderBy(entry => entry.Milliseconds).Take(Finalists).Select(entry => entry.Candidate)];
        var outcome = new TuneOutcome(0, own, own, times.Count, 0, IsComplete: next == candidates.Count);
        return finalists.Length == 0 ? outcome : Decide(candidates, finalists, outcome);
    }

    private static TuneOutcome? Decide(ITuneCandidates candidates, int[] finalists, TuneOutcome before)
    {
        int[] all = [0, .. finalists];
        var samples = all.ToDictionary(candidate => candidate, _ => new List<double>());
        for (int round = 0; round < LongSamples; round++)
            foreach (int candidate in all)
                if (candidates.Time(candidate) is { } time) samples[candidate].Add(time);
        if (samples[0].Count < LongSamples) return null;
        double own = Quantile(samples[0], 0.5);
        // Half of all samples lie between the quartiles: what lies within is chance.
        double bound = Math.Max(LeastGain, (Quantile(samples[0], 0.75) - Quantile(samples[0], 0.25)) / own);
        int wrong = 0;
        foreach (int candidate in finalists.Where(candidate => samples[candidate].Count == LongSamples).OrderBy(candidate => Quantile(samples[candidate], 0.5)))
        {
            double time = Quantile(samples[candidate], 0.5);
            if (time >= own * (1 - bound)) break;
            if (candidates.IsRight(candidate)) return before with { Winner = candidate, OwnMilliseconds = own, Milliseconds = time, Wrong = wrong };
            wrong++;
        }
        return before with { OwnMilliseconds = own, Milliseconds = own, Wrong = wrong };
    }

    // The first run is the warm-up; it already says what is hopeless.
    private static double? ShortTime(ITuneCandidates candidates, int candidate, double hopeless)
    {
        if (candidates.Time(candidate) is not { } first) return null;
        if (first > 2 * hopeless) return first;
        var samples = new List<double>();
        for (int i = 0; i < ShortSamples; i++)
        {
            if (candidates.Time(candidate) is not { } time) return null;
            samples.Add(time);
            if (time > hopeless) break;
        }
        return Quantile(samples, 0.5);
    }

    private static double Quantile(IReadOnlyList<double> samples, double part) => BenchRow.QuantileOf(samples, part);
}
