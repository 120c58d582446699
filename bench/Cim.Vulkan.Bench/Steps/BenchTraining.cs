using System.Collections.Generic;

namespace Cim.Vulkan.Bench;

/// <summary>What a training step has beside its device time. Numbers that were not measured are null.</summary>
/// <param name="GeneratorParameters">Trained numbers of the generator.</param>
/// <param name="EnhancerParameters">Trained numbers of the enhancer with its head.</param>
/// <param name="TokenizerParameters">Numbers of the frozen tokenizer.</param>
internal sealed record BenchTraining(long GeneratorParameters, long EnhancerParameters, long TokenizerParameters)
{
    /// <summary>Host work of a step, from its begin to the return of its submit without waiting: median, milliseconds.</summary>
    public double? HostMilliseconds { get; init; }

    /// <summary>How far the middle half of the host times reaches, over their median.</summary>
    public double? HostSpread { get; init; }

    /// <summary>Submits of a step.</summary>
    public int? Submits { get; init; }

    /// <summary>Launches of a step, fills and copies among them.</summary>
    public int? Launches { get; init; }

    /// <summary>Launches before the first step, whose results all steps share.</summary>
    public int? LaunchesOnce { get; init; }

    /// <summary>The part of the measured time that the device worked.</summary>
    public double? DeviceShare { get; init; }

    /// <summary>From the start of the program until the first step was done, milliseconds.</summary>
    public double? FirstStepMilliseconds { get; init; }

    /// <summary>How much of that went into making pipelines, milliseconds.</summary>
    public double? PipelineMilliseconds { get; init; }

    /// <summary>Pipelines made until then.</summary>
    public int? Pipelines { get; init; }

    /// <summary>Loss of the generator after the first step, before any update.</summary>
    public double? FirstGeneratorLoss { get; init; }

    /// <summary>Loss of the enhancer after the first step, before any update.</summary>
    public double? FirstEnhancerLoss { get; init; }

    /// <summary>The kernels that take the most device time, the first the most; empty where the device has no timestamps.</summary>
    public IReadOnlyList<KernelTime> Profile { get; init; } = [];
}

/// <summary>A kernel's part of a step.</summary>
/// <param name="Kernel">Its name.</param>
/// <param name="Launches">How often it is launched.</param>
/// <param name="Milliseconds">All launches together, each measured alone.</param>
/// <param name="Share">Of all launches of the step.</param>
internal sealed record KernelTime(string Kernel, int Launches, double Milliseconds, double Share);
