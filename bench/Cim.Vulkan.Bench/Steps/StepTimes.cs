using System;
using System.Collections.Generic;
using System.Diagnostics;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Bench;

/// <summary>Steps measured as a training runs them: while the device works on one, the host hands over the next.</summary>
/// <param name="Device">Milliseconds of each step on the device; of its turn on the host's clock where the device has no timestamps.</param>
/// <param name="Host">Milliseconds of the host's work on each step.</param>
/// <param name="Seconds">From the first submit until the last step was done.</param>
/// <param name="HasTimestamps">Whether the device measured by itself.</param>
internal sealed record StepTimes(IReadOnlyList<double> Device, IReadOnlyList<double> Host, double Seconds, bool HasTimestamps)
{
    private const int FewestSteps = 5;
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1), s_longest = TimeSpan.FromSeconds(10);

    /// <summary>Measures; the step must be warm.</summary>
    /// <param name="step">The step.</param>
    /// <param name="count">How many; null for a second's worth, five at least where that takes no ten seconds.</param>
    /// <param name="hasTimestamps">Whether the device has timestamps.</param>
    public static StepTimes Measure(StepProgram step, int? count, bool hasTimestamps)
    {
        var device = new List<double>();
        var host = new List<double>();
        long start = Stopwatch.GetTimestamp(), turn = start;
        StepTicket? pending = null;
        void Finish(StepTicket ticket)
        {
            double milliseconds = step.Wait(ticket);
            long now = Stopwatch.GetTimestamp();
            device.Add(hasTimestamps ? milliseconds : Stopwatch.GetElapsedTime(turn, now).TotalMilliseconds);
            turn = now;
        }
        bool IsEnough(TimeSpan elapsed) => count is { } steps ? host.Count >= steps : elapsed >= s_longest || (elapsed >= s_shortest && host.Count >= FewestSteps);
        while (!IsEnough(Stopwatch.GetElapsedTime(start)))
        {
            double before = ThreadClock.Milliseconds;
            StepTicket ticket = step.Submit();
            host.Add(ThreadClock.Milliseconds - before);
            if (pending is { } last) Finish(last);
            pending = ticket;
        }
        Finish(pending!.Value);
        return new StepTimes(device, host, Stopwatch.GetElapsedTime(start).TotalSeconds, hasTimestamps);
    }
}
