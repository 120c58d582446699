using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Bench;

/// <summary>Times the whole pre-training step: generator, frozen tokenizer, enhancer and AdamW.</summary>
public static class BenchTrain
{
    private const int ProfiledKernels = 10;

    // With random weights both networks guess: the losses then are ln(codes) and ln 2. The heads start small, not at zero.
    private const double MostGuessDifference = 0.15;

    /// <summary>Runs the step.</summary>
    /// <param name="device">The device.</param>
    /// <param name="options">Which step, how often, and where the row goes.</param>
    /// <param name="output">For the numbers.</param>
    /// <param name="cancellation">Stops between two parts.</param>
    /// <returns>0, or 1 where the step computes wrong.</returns>
    /// <exception cref="OptionsException">A value is out of range, or the batch does not fit the device.</exception>
    public static int Run(GpuDevice device, TrainBenchOptions options, TextWriter output, CancellationToken cancellation)
    {
        bool isCpu = device.Capabilities.IsCpu, hasTimestamps = device.Capabilities.Limits.TimestampValidBits > 0;
        CimPretrainOptions pretraining = options.PretrainingOn(isCpu);
        DiscreteVaeOptions tokenizer = options.TokenizerOn(isCpu);
        var report = new BenchReport(device, output);
        report.WriteHeader();
        BenchRow row;
        ExecutionPlan plan;
        using (var step = new StepProgram(device, pretraining, tokenizer))
        {
            plan = step.Plan;
            row = First(step, new BenchRow("train", CaseOf(pretraining, options.SizeOn(isCpu)), VariantOf(pretraining, device), double.NaN, BenchRow.Ok) { Images = pretraining.Batch }, device);
            cancellation.ThrowIfCancellationRequested();
            if (Problem(row.Training!, pretraining, tokenizer.VocabularySize) is { } problem) row = row with { Status = BenchRow.Wrong, Reason = problem };
            else row = Profile(step, Measure(step, row, options.Steps, hasTimestamps, cancellation));
        }
        if (row.Status == BenchRow.Ok)
        {
            report.WriteRoof(DeviceRoof.Measure(device));
            row = PlanWork.Describe(row, plan, report.Roof!, options.Precision.On(DeviceProfiles.Of(device.Capabilities)));
        }
        report.Add(row);
        report.WriteTraining(row);
        report.WriteJson(options.JsonPath, "train");
        return row.Status == BenchRow.Ok ? 0 : 1;
    }

    private static string CaseOf(CimPretrainOptions options, EnhancerSize size) => FormattableString.Invariant(
        $"{options.Objective.ToString().ToLowerInvariant()} {size.ToString().ToLowerInvariant()} {options.ImageSize} batch {options.Batch}");

    private static string VariantOf(CimPretrainOptions options, GpuDevice device) => options.Precision.On(DeviceProfiles.Of(device.Capabilities)) switch
    {
        Precision.Float16 => "fp16",
        Precision.BFloat16 => "bf16",
        _ => "",
    };

    private static BenchRow First(StepProgram step, BenchRow row, GpuDevice device)
    {
        StepTicket ticket = step.Submit();
        step.Wait(ticket);
        using Process process = Process.GetCurrentProcess();
        double sinceStart = (DateTime.Now - process.StartTime).TotalMilliseconds;
        (float generator, float enhancer, _) = step.Look(ticket);
        (int pipelines, TimeSpan pipelineTime) = device.PipelinesMade;
        CimModels models = step.Models;
        var training = new BenchTraining(models.Generator.Parameters.Count, models.Enhancer.Parameters.Count, models.Tokenizer.Parameters.Count)
        {
            Submits = step.SubmitCount,
            Launches = step.Plan.Steps.Count,
            LaunchesOnce = step.Plan.Preparation.Count,
            FirstStepMilliseconds = sinceStart,
            Pipelines = pipelines,
            PipelineMilliseconds = pipelineTime.TotalMilliseconds,
            FirstGeneratorLoss = float.IsFinite(generator) ? generator : null,
            FirstEnhancerLoss = float.IsFinite(enhancer) ? enhancer : null,
        };
        return row with { Training = training, Parameters = training.GeneratorParameters + training.EnhancerParameters + training.TokenizerParameters };
    }

    private static string? Problem(BenchTraining training, CimPretrainOptions options, int codes)
    {
        if (training is not { FirstGeneratorLoss: { } generator, FirstEnhancerLoss: { } enhancer }) return "a loss of the first step is not finite";
        if (Math.Abs((generator / Math.Log(codes)) - 1) > MostGuessDifference)
            return FormattableString.Invariant($"the generator's first loss is {generator:F3}, with random weights it must be near ln {codes} = {Math.Log(codes):F3}");
        if (options.Objective == CimObjective.RevDet && Math.Abs((enhancer / Math.Log(2)) - 1) > MostGuessDifference)
            return FormattableString.Invariant($"the enhancer's first loss is {enhancer:F3}, with random weights it must be near ln 2");
        return null;
    }

    private static BenchRow Measure(StepProgram step, BenchRow row, int? count, bool hasTimestamps, CancellationToken cancellation)
    {
        OpTimer.WarmUp(() =>
        {
            long start = Stopwatch.GetTimestamp();
            double milliseconds = step.Wait(step.Submit());
            return hasTimestamps ? milliseconds : Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        });
        cancellation.ThrowIfCancellationRequested();
        StepTimes times = StepTimes.Measure(step, count, hasTimestamps);
        StepTicket last = step.Submit();
        step.Wait(last);
        if (step.Look(last) is { Skipped: > 0 } look) return row with { Status = BenchRow.Wrong, Reason = $"{look.Skipped} steps were skipped: a loss or gradient is not finite" };
        double median = BenchRow.QuantileOf(times.Host, 0.5);
        return row with
        {
            Samples = times.Device,
            ImagesPerSecond = row.Images * times.Device.Count / times.Seconds,
            Training = row.Training! with
            {
                HostMilliseconds = median,
                HostSpread = (BenchRow.QuantileOf(times.Host, 0.75) - BenchRow.QuantileOf(times.Host, 0.25)) / median,
                DeviceShare = times.HasTimestamps ? times.Device.Sum() / 1000 / times.Seconds : null,
            },
        };
    }

    private static BenchRow Profile(StepProgram step, BenchRow row)
    {
        if (row.Status != BenchRow.Ok || step.TimeLaunches() is not { } launches) return row;
        double all = launches.Sum(launch => launch.Milliseconds);
        IEnumerable<KernelTime> kernels = launches.Zip(step.Plan.Steps, (launch, planned) => (Name: PlanWork.NameOf(planned), launch.Milliseconds))
            .GroupBy(launch => launch.Name)
            .Select(group => new KernelTime(group.Key, group.Count(), group.Sum(launch => launch.Milliseconds), group.Sum(launch => launch.Milliseconds) / all));
        return row with { Training = row.Training! with { Profile = [.. kernels.OrderByDescending(kernel => kernel.Milliseconds).Take(ProfiledKernels)] } };
    }
}
