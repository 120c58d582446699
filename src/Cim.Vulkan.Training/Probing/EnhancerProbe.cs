using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using Cim.Vulkan.Device;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>Probes a pre-trained enhancer and, with the same pictures, the same network as it was before training: what <c>cim probe</c> calls.</summary>
public static class EnhancerProbe
{
    /// <summary>Measures linear probe and nearest neighbours on frozen features.</summary>
    /// <param name="device">Where features and linear probe are computed.</param>
    /// <param name="options">What to probe and with which pictures.</param>
    /// <param name="log">Takes lines for the user.</param>
    /// <param name="cancellation">Stops the measuring.</param>
    /// <exception cref="OptionsException">The options cannot be run.</exception>
    /// <exception cref="Data.DatasetException">The pictures cannot be used for a probe.</exception>
    public static ProbeReport Run(GpuDevice device, ProbeOptions options, Action<string> log, CancellationToken cancellation)
    {
        string[] problems = options.Validate().ToArray();
        if (problems.Length > 0) throw new OptionsException(problems);
        var clock = Stopwatch.StartNew();
        using PretrainedEnhancer enhancer = PretrainedEnhancer.Open(options.Enhancer);
        ProbeData data = ProbeData.Open(options.Data, options.TestData, options.Pictures, options.Seed);
        log($"enhancer: {enhancer.Path}, {enhancer.Options.Enhancer.Description}, {enhancer.Options.ImageSize}x{enhancer.Options.ImageSize} pixels{(enhancer.Step is long step ? $", step {step}" : "")}");
        log($"to learn from: {data.Training.Description}");
        log($"to measure on: {data.Measured.Description}");
        using var memory = new PersistentMemory(device);
        IVisionEncoder trunk = enhancer.Trunk;
        enhancer.LoadInto(memory);
        using var probe = new FrozenProbe(memory, trunk, enhancer.Options.ImageSize, data, options.Seed, options.Batch, log);
        log("measuring the pre-trained weights");
        ProbeScores pretrained = probe.Measure(cancellation);
        // The very weights that the run began with: what differs is what training did.
        log("measuring the weights that training began with");
        memory.Initialize(trunk.Parameters, enhancer.Options.Seed);
        if (trunk.Statistics is not null) memory.Initialize(trunk.Statistics, enhancer.Options.Seed);
        ProbeScores random = probe.Measure(cancellation);
        return ReportOf(enhancer, data, pretrained, random, clock.Elapsed.TotalSeconds);
    }

    private static ProbeReport ReportOf(PretrainedEnhancer enhancer, ProbeData data, ProbeScores pretrained, ProbeScores random, double seconds) => new()
    {
        Enhancer = enhancer.Path,
        Step = enhancer.Step,
        PretrainedAccuracy = pretrained.LinearAccuracy,
        RandomAccuracy = random.LinearAccuracy,
        PretrainedKnnAccuracy = pretrained.KnnAccuracy,
        RandomKnnAccuracy = random.KnnAccuracy,
        ChanceAccuracy = pretrained.Chance,
        PretrainedStrength = pretrained.Strength,
        RandomStrength = random.Strength,
        Width = enhancer.Trunk.FeatureWidth,
        Classes = data.Classes,
        TrainingPictures = pretrained.TrainingPictures,
        MeasuredPictures = pretrained.MeasuredPictures,
        Seconds = seconds,
    };
}
