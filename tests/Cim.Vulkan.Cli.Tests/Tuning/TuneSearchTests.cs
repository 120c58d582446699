using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Bench;
using NUnit.Framework;

namespace Cim.Vulkan.Cli.Tests.Tuning;

/// <summary>The search with a clock that says what the test wants.</summary>
public sealed class TuneSearchTests
{
    [Test]
    public void The_fastest_wins()
    {
        TuneOutcome outcome = Find(new Pretended(10, 9, 5, 7))!;
        Assert.That((outcome.Winner, outcome.OwnMilliseconds, outcome.Milliseconds, outcome.Tried, outcome.IsComplete), Is.EqualTo((2, 10.0, 5.0, 3, true)));
    }

    [TestCase(9.71, 0)]
    [TestCase(9.69, 1)]
    public void A_gain_below_three_percent_is_none(double time, int winner) => Assert.That(Find(new Pretended(10, time))!.Winner, Is.EqualTo(winner));

    [Test]
    public void A_gain_within_the_spread_of_the_own_times_is_none()
    {
        int sample = 0;
        var candidates = new Pretended(10, 9) { Change = (candidate, time) => candidate == 0 ? time + (sample++ % 3) - 1 : time };
        Assert.That(Find(candidates)!.Winner, Is.Zero);
    }

    [Test]
    public void A_lucky_first_look_does_not_win()
    {
        var runs = new int[2];
        var candidates = new Pretended(10, 10) { Change = (candidate, time) => candidate == 1 && runs[1]++ < 4 ? 1 : time };
        Assert.That(Find(candidates)!.Winner, Is.Zero);
    }

    [Test]
    public void A_fast_one_that_computes_wrong_loses_to_a_slower_one_that_is_right()
    {
        TuneOutcome outcome = Find(new Pretended(10, 2, 5) { Wrong = [1] })!;
        Assert.That((outcome.Winner, outcome.Wrong), Is.EqualTo((2, 1)));
    }

    [Test]
    public void One_that_cannot_run_is_passed_over() => Assert.That(Find(new Pretended(10, double.NaN, 5))!.Winner, Is.EqualTo(2));

    [Test]
    public void Where_the_own_choice_cannot_run_there_is_nothing_to_say() => Assert.That(Find(new Pretended(double.NaN, 5)), Is.Null);

    [Test]
    public void When_time_is_up_the_best_so_far_counts()
    {
        var candidates = new Pretended(10, 8, 2);
        TuneOutcome outcome = TuneSearch.Find(candidates, () => candidates.Runs.Contains(1))!;
        Assert.That((outcome.Winner, outcome.Tried, outcome.IsComplete), Is.EqualTo((1, 1, false)));
        Assert.That(candidates.Runs, Does.Not.Contain(2));
    }

    [Test]
    public void A_hopeless_one_is_run_once()
    {
        var candidates = new Pretended(10, 1000);
        Find(candidates);
        Assert.That(candidates.Runs.Count(candidate => candidate == 1), Is.EqualTo(1));
    }

    private static TuneOutcome? Find(Pretended candidates) => TuneSearch.Find(candidates, () => false);

    private sealed class Pretended(params double[] times) : ITuneCandidates
    {
        public int Count => times.Length;

        public List<int> Runs { get; } = [];

        public int[] Wrong { get; init; } = [];

        public Func<int, double, double>? Change { get; init; }

        public double? Time(int candidate)
        {
            Runs.Add(candidate);
            double time = times[candidate];
            return double.IsNaN(time) ? null : Change?.Invoke(candidate, time) ?? time;
        }

        public bool IsRight(int candidate) => !Wrong.Contains(candidate);
    }
}
