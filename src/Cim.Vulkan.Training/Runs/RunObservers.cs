using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Training;

/// <summary>Passes what happens in a run on to each of its observers, in their order.</summary>
/// <param name="observers">The observers.</param>
public sealed class RunObservers(params IEnumerable<IRunObserver> observers) : IRunObserver
{
    private readonly IRunObserver[] _observers = observers.ToArray();

    /// <inheritdoc/>
    public void Begins(RunStart run)
    {
        foreach (IRunObserver observer in _observers) observer.Begins(run);
    }

    /// <inheritdoc/>
    public void Compiling(int made, int total)
    {
        foreach (IRunObserver observer in _observers) observer.Compiling(made, total);
    }

    /// <inheritdoc/>
    public void Stepped(in RunProgress progress, ReadOnlySpan<Metric> metrics)
    {
        foreach (IRunObserver observer in _observers) observer.Stepped(progress, metrics);
    }

    /// <inheritdoc/>
    public void Measured(long step, ReadOnlySpan<Metric> metrics)
    {
        foreach (IRunObserver observer in _observers) observer.Measured(step, metrics);
    }

    /// <inheritdoc/>
    public void PictureWritten(long step, string path)
    {
        foreach (IRunObserver observer in _observers) observer.PictureWritten(step, path);
    }

    /// <inheritdoc/>
    public void Noted(string line)
    {
        foreach (IRunObserver observer in _observers) observer.Noted(line);
    }

    /// <inheritdoc/>
    public void Saved(long step)
    {
        foreach (IRunObserver observer in _observers) observer.Saved(step);
    }

    /// <inheritdoc/>
    public void Ends(RunOutcome outcome)
    {
        foreach (IRunObserver observer in _observers) observer.Ends(outcome);
    }
}
