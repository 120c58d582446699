using System;

namespace Cim.Vulkan.Training;

/// <summary>What a run is, told to its observers before its first step.</summary>
/// <param name="Folder">The run's folder, held by this process.</param>
/// <param name="Kind">What is trained: <see cref="CimPretrainOptions.Kind"/> or <see cref="TokenizerTrainingOptions.Kind"/>.</param>
/// <param name="DeviceName">Where the steps run.</param>
/// <param name="StepsDone">Steps of earlier starts; 0 for a new run.</param>
/// <param name="TotalSteps">Steps of the run.</param>
public sealed record RunStart(RunFolder Folder, string Kind, string DeviceName, long StepsDone, long TotalSteps);

/// <summary>Where a run stands.</summary>
/// <param name="Step">Steps done, those of earlier starts included.</param>
/// <param name="TotalSteps">Steps of the run.</param>
/// <param name="ImagesPerSecond">The pace of the last steps; 0 while it is not known.</param>
/// <param name="Remaining">The time until the last step; null while it is not known.</param>
/// <param name="IsLogged">Whether the step is one of those that the log shows.</param>
public readonly record struct RunProgress(long Step, long TotalSteps, double ImagesPerSecond, TimeSpan? Remaining, bool IsLogged);

/// <summary>
/// Watches a run: a file of metrics, a console, an event file. All calls come from the thread that trains, in between two steps, so they
/// are to be short. An exception ends the run.
/// </summary>
public interface IRunObserver
{
    /// <summary>The run begins or goes on.</summary>
    /// <param name="run">What it is.</param>
    void Begins(RunStart run)
    {
    }

    /// <summary>Kernels are being compiled for the device, which takes long the first time.</summary>
    /// <param name="made">How many are.</param>
    /// <param name="total">How many will be.</param>
    void Compiling(int made, int total)
    {
    }

    /// <summary>A step has come back from the device.</summary>
    /// <param name="progress">Where the run stands.</param>
    /// <param name="metrics">The step's numbers; they change with the next step.</param>
    void Stepped(in RunProgress progress, ReadOnlySpan<Metric> metrics)
    {
    }

    /// <summary>New points of some series: of a logged step, or of whatever else measures the run.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="metrics">One point a series.</param>
    void Measured(long step, ReadOnlySpan<Metric> metrics)
    {
    }

    /// <summary>A picture lies in the run's folder.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="path">The PNG file; up to its last dash, its name is that of the series: <c>grids/step-00000500.png</c>.</param>
    void PictureWritten(long step, string path)
    {
    }

    /// <summary>A line for the user.</summary>
    /// <param name="line">One line.</param>
    void Noted(string line)
    {
    }

    /// <summary>A checkpoint is on the disk; what was told so far should be as well.</summary>
    /// <param name="step">Steps done.</param>
    void Saved(long step)
    {
    }

    /// <summary>The run has ended, or was told to stop. A run that fails does not get here.</summary>
    /// <param name="outcome">How it ended.</param>
    void Ends(RunOutcome outcome)
    {
    }
}
