using System;

namespace Cim.Vulkan.Training;

/// <summary>Looks once at every finished step: its loss goes into the mean, and where it was skipped the user hears of it.</summary>
/// <param name="trainer">What is trained.</param>
/// <param name="namesTensors">Whether a skipped step is searched for its first bad tensor; every step is then waited for.</param>
/// <param name="log">Takes lines for the user.</param>
internal sealed class StepWatch(Trainer trainer, bool namesTensors, Action<string> log)
{
    /// <summary>After so many skipped steps in a row no later one will be better.</summary>
    public const int MostSkippedInRow = 20;

    private long _seen = -1;

    /// <summary>The mean loss of the steps seen.</summary>
    public LossAverage Loss { get; } = new();

    /// <summary>Whether the run is to be given up.</summary>
    public bool IsDiverged => trainer.SkippedInRow >= MostSkippedInRow;

    /// <summary>Looks at the newest finished step.</summary>
    public void Look()
    {
        if (namesTensors) trainer.Finish();
        long step = trainer.Metrics.Step;
        if (step < 0 || step == _seen) return;
        _seen = step;
        if (trainer.SkippedInRow == 0) Loss.Add(trainer.Loss);
        else if (trainer.SkippedInRow == 1) log($"step {step + 1} was skipped, its loss or gradient is not finite: {Cause(step)}");
    }

    private string Cause(long step)
    {
        if (!namesTensors) return "--check-finite names the tensor";
        return trainer.FindBadTensor(step) is { } tensor ? $"the first bad tensor is {tensor}" : "every tensor is finite by itself, a norm or a sum overflowed";
    }
}
