using System;
using System.Collections.Generic;
using Cim.Vulkan.Data;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Bench;

/// <summary>A training step with random weights, and pictures and masks that were drawn once: no data is loaded, everything else is a training's work.</summary>
internal sealed class StepProgram : IDisposable
{
    // Far below a training's: thousands of steps on the same pictures must stay finite.
    private const float LearningRate = 1e-4f;

    private readonly PersistentMemory _memory;
    private readonly PretrainStep _step;
    private readonly ulong _seed;
    private readonly float[] _pictures, _tokenizerPictures;
    private readonly int[] _maskedPositions;
    private Program _program;
    private uint _number;

    /// <summary>Describes the step, fills the weights and loads it.</summary>
    /// <exception cref="OptionsException">The batch does not fit the device; the message names the largest that does.</exception>
    public StepProgram(GpuDevice device, CimPretrainOptions options, DiscreteVaeOptions tokenizer)
    {
        DeviceProfile profile = DeviceProfiles.Of(device.Capabilities);
        StepFit.Require(options.Batch, canAccumulate: false, profile, device.FreeBytes(MemoryDomain.Device), batch => CimPretrainer.NeededBytes(options with { Batch = batch }, tokenizer, profile));
        _seed = options.Seed;
        Models = new CimModels(options, tokenizer);
        MaskOptions mask = options.Masking.ToMaskOptions(Models.Geometry.GridSide, Models.Geometry.GridSide);
        Precision precision = options.Precision.On(profile);
        bool scalesLosses = precision == Precision.Float16;
        PersistentBuffer counters = StepCounters.Buffer("step_counters");
        _step = new PretrainStep(Models, options, mask.MaximumCount, counters, scalesLosses);
        Plan = Planner.Plan(_step.Graph, profile, new PlannerOptions { Precision = precision });
        _pictures = ModelInput.Pictures(options.Batch, options.ImageSize).Floats!;
        _tokenizerPictures = ModelInput.Pictures(options.Batch, options.TokenizerImageSize).Floats!;
        _maskedPositions = Masks(mask, options);
        _memory = new PersistentMemory(device);
        foreach (ParameterSet parameters in (ParameterSet[])[Models.Tokenizer.Parameters, Models.Generator.Parameters, Models.Enhancer.Parameters]) _memory.Initialize(parameters, _seed);
        if (Models.Enhancer.Trunk.Statistics is { } statistics) _memory.Initialize(statistics, _seed);
        _memory.Write<uint>(counters, 0, StepCounters.First(scalesLosses));
        _program = Load(isTimed: false);
    }

    public CimModels Models { get; }

    public ExecutionPlan Plan { get; }

    public int SubmitCount => _program.SubmitCount;

    /// <summary>Hands a step to the device; waits only for the turn of its inputs.</summary>
    public StepTicket Submit()
    {
        _program.BeginStep();
        _pictures.CopyTo(_program.Input<float>("images"));
        if (_program.HasInput("tokenizer_images")) _tokenizerPictures.CopyTo(_program.Input<float>("tokenizer_images"));
        _maskedPositions.CopyTo(_program.Input<int>("masked_positions"));
        _program.SetStep(_seed, _number++);
        _program.Set(_step.Scalar, LearningRate);
        return _program.Submit();
    }

    /// <summary>Waits for a step.</summary>
    /// <returns>Its device time in milliseconds; 0 where the device has no timestamps.</returns>
    public double Wait(StepTicket ticket) => _program.DeviceMilliseconds(ticket);

    /// <summary>The losses of a finished step, and how many steps the guard has skipped until then.</summary>
    public (float Generator, float Enhancer, uint Skipped) Look(StepTicket ticket) =>
        (_program.Metric<float>(ticket, "generator_loss")[0], _program.Metric<float>(ticket, "enhancer_loss")[0], _program.Metric<uint>(ticket, "counters")[1]);

    /// <summary>Loads the step anew so that each launch is timed by itself, and runs it twice.</summary>
    /// <returns>Times of the second run; null where the device has no timestamps.</returns>
    public IReadOnlyList<(string Label, double Milliseconds)>? TimeLaunches()
    {
        if (_memory.Device.Capabilities.Limits.TimestampValidBits == 0) return null;
        _program.Dispose();
        _program = Load(isTimed: true);
        for (int i = 0; i < 2; i++) _program.Wait(Submit());
        return _program.Timings!.Read();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _program.Dispose();
        _memory.Dispose();
    }

    private static int[] Masks(MaskOptions mask, CimPretrainOptions options)
    {
        var generator = new MaskGenerator(mask, options.Seed);
        var positions = new int[options.Batch * mask.MaximumCount];
        for (int row = 0; row < options.Batch; row++) generator.Fill(positions.AsSpan(row * mask.MaximumCount, mask.MaximumCount), epoch: 0, row);
        return positions;
    }

    private Program Load(bool isTimed) => Program.Load(_memory, Plan, new ProgramOptions { Name = "CIM step", TimeLaunches = isTimed });
}
