using System;

namespace Cim.Vulkan.Training;

/// <summary>
/// Images per second over the last steps, and how long the rest will take at that pace. The first step, which also pays for making
/// pipelines, counts only as long as it is the only one.
/// </summary>
public sealed class Throughput
{
    private readonly TimeProvider _clock;
    private readonly (long Timestamp, long Images)[] _marks;
    private long _steps;
    private long _images;
    private long _pausedTicks;

    /// <summary>Starts counting now.</summary>
    /// <param name="clock">The seam for the clock.</param>
    /// <param name="windowSteps">Over how many steps the rate is taken.</param>
    public Throughput(TimeProvider clock, int windowSteps = 20)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentOutOfRangeException.ThrowIfLessThan(windowSteps, 1);
        _clock = clock;
        _marks = new (long, long)[windowSteps + 1];
        Restart();
    }

    /// <summary>Images per second; 0 before the first step.</summary>
    public double ImagesPerSecond => Rate(Newest.Images - Oldest.Images);

    /// <summary>Steps per second; 0 before the first step.</summary>
    public double StepsPerSecond => Rate(_steps - OldestStep);

    private (long Timestamp, long Images) Newest => _marks[_steps % _marks.Length];

    private (long Timestamp, long Images) Oldest => _marks[OldestStep % _marks.Length];

    private long OldestStep => Math.Max(Math.Clamp(_steps - 1, 0, 1), _steps - (_marks.Length - 1));

    /// <summary>Forgets what was measured and starts from now.</summary>
    public void Restart()
    {
        (_steps, _images, _pausedTicks) = (0, 0, 0);
        _marks[0] = (_clock.GetTimestamp(), 0);
    }

    /// <summary>Marks the end of a step over so many images.</summary>
    public void Add(int images)
    {
        _steps++;
        _images += images;
        _marks[_steps % _marks.Length] = (_clock.GetTimestamp(), _images);
    }

    /// <summary>Does something that is not part of the pace, such as writing a checkpoint.</summary>
    /// <param name="action">What to do.</param>
    public void Without(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        long before = _clock.GetTimestamp();
        action();
        long pause = _clock.GetTimestamp() - before;
        for (int i = 0; i < _marks.Length; i++) _marks[i].Timestamp += pause;
        _pausedTicks += pause;
    }

    /// <summary>The time that so many steps will take, with as many pauses as so far; null before the second step.</summary>
    public TimeSpan? TimeFor(long steps)
    {
        double pause = _clock.GetElapsedTime(0, _pausedTicks).TotalSeconds / Math.Max(1, _steps);
        double rate = 1 / (1 / StepsPerSecond + pause);
        // More than a hundred years is no forecast, and would not fit a TimeSpan for long.
        const double MostSeconds = 3e9;
        return _steps > 1 && rate > 0 && steps / rate < MostSeconds ? TimeSpan.FromSeconds(steps / rate) : null;
    }

    private double Rate(long amount)
    {
        double seconds = _clock.GetElapsedTime(Oldest.Timestamp, Newest.Timestamp).TotalSeconds;
        return seconds > 0 ? amount / seconds : 0;
    }
}
