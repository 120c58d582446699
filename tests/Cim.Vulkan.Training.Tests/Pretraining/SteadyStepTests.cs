using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Kernels;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Pretraining;

/// <summary>What a pre-training step does once: the frozen tokenizer's weights are prepared, those that are trained are not, and no number changes.</summary>
public sealed class SteadyStepTests : GpuTest
{
    private const int Steps = 4;
    private static readonly DiscreteVaeOptions s_tokenizer = TokenizerFile.OptionsOf(SmallCim.TokenizerOptions("-"));

    [TestCase(1)]
    [TestCase(2)]
    public void Only_the_frozen_tokenizers_weights_are_packed_once_where_the_same_step_updates_the_others(int accumulate)
    {
        CimPretrainOptions options = Convolutional() with { Accumulate = accumulate };
        var models = new CimModels(options, s_tokenizer);
        ExecutionPlan plan = Planner.Plan(Describe(models, options, StepCounters.Buffer("counters")).Graph, DeviceProfile.Minimal with { IsCpu = true, Features = KernelFeatures.Subgroup });
        PersistentBuffer?[] once = Packed(plan, plan.Preparation), eachStep = Packed(plan, plan.Steps);

        Assert.That(once, Has.Member(models.Tokenizer.Parameters.Values));
        Assert.That(eachStep, Has.None.EqualTo(models.Tokenizer.Parameters.Values));
        // A pass that only sums gradients up leaves the weights as they are: they are packed when the update has changed them.
        Assert.That(once.Contains(models.Enhancer.Parameters.Values), Is.EqualTo(accumulate > 1));
        Assert.That(eachStep.Contains(models.Enhancer.Parameters.Values), Is.EqualTo(accumulate == 1));
        Assert.That(plan.Memory.PreparedBytes, Is.LessThanOrEqualTo(2 * plan.Memory.PersistentBytes));
        Assert.That(HazardChecker.Check(plan), Is.Empty);
    }

    [TestCase(false, Precision.Float32, 1)]
    [TestCase(true, Precision.Float32, 1)]
    [TestCase(true, Precision.Float32, 2)]
    [TestCase(true, Precision.Float16, 1)]
    [TestCase(true, Precision.BFloat16, 1)]
    public void Steps_train_to_the_same_bits_with_and_without_a_preparation(bool isConvolutional, Precision precision, int accumulate)
    {
        CimPretrainOptions options = (isConvolutional ? Convolutional() : SmallCim.Options(CimObjective.RevDet, "-")) with { Accumulate = accumulate };
        List<float[]> with = Train(options, new PlannerOptions { Precision = precision }), without = Train(options, new PlannerOptions { Precision = precision, PreparesSteadyWork = false });

        Assert.That(with, Is.EqualTo(without));
        Assert.That(with.SelectMany(values => values), Has.All.Matches<float>(float.IsFinite));
    }

    // Losses of every step, and all trained numbers at the end.
    private static List<float[]> Train(CimPretrainOptions options, PlannerOptions planning)
    {
        DeviceProfile profile = DeviceProfiles.Of(Device.Capabilities);
        PersistentBuffer counters = StepCounters.Buffer("counters");
        var models = new CimModels(options, s_tokenizer);
        PretrainStep step = Describe(models, options, counters);
        using PersistentMemory memory = Memory(models, counters);
        using Program program = Program.Load(memory, Planner.Plan(step.Graph, profile, planning));
        var updateGraph = new TensorGraph();
        StepScalar? rate = options.Accumulate > 1 ? PretrainUpdate.AddFromSums(updateGraph, models, options, counters, scalesLosses: false) : null;
        using Program? update = rate is null ? null : Program.Load(memory, Planner.Plan(updateGraph, profile, planning));
        Assert.That(program.Plan.Preparation.Count > 0, Is.EqualTo(planning.PreparesSteadyWork));
        var numbers = new List<float[]>();
        for (int number = 0; number < Steps * options.Accumulate; number++)
        {
            bool isFirst = number % options.Accumulate == 0, isLast = (number + 1) % options.Accumulate == 0;
            Fill(program, number);
            program.Set(step.Scalar, update is null ? 1e-3f : isFirst ? 1 : 0);
            StepTicket ticket = program.Submit();
            numbers.Add([program.Metric<float>(ticket, "generator_loss")[0], program.Metric<float>(ticket, "enhancer_loss")[0]]);
            if (update is null || !isLast) continue;
            update.BeginStep();
            update.Set(rate!, 1e-3f);
            update.Submit();
        }
        long changes = update is null ? 1 : Steps;
        Assert.That(program.PreparationCount, Is.EqualTo(planning.PreparesSteadyWork ? changes : 0));
        foreach (TrainedNetwork network in models.Networks) numbers.AddRange(network.Parameters.Parameters.Select(memory.Read));
        return numbers;
    }

    private static PretrainStep Describe(CimModels models, CimPretrainOptions options, PersistentBuffer counters) => new(models, options, SmallCim.Masked, counters, scalesLosses: false);

    private static PersistentMemory Memory(CimModels models, PersistentBuffer counters)
    {
        var memory = new PersistentMemory(Device);
        foreach (ParameterSet set in models.Networks.Select(network => network.Parameters).Append(models.Tokenizer.Parameters)) memory.Initialize(set, 3);
        if (models.Enhancer.Trunk.Statistics is { } statistics) memory.Initialize(statistics, 3);
        memory.Write<uint>(counters, 0, StepCounters.First(false));
        return memory;
    }

    private static void Fill(Program program, int number)
    {
        program.BeginStep();
        foreach (string input in (string[])["images", "tokenizer_images"])
        {
            if (!program.HasInput(input)) continue;
            Span<float> pixels = program.Input<float>(input);
            for (int i = 0; i < pixels.Length; i++) pixels[i] = 0.5f + (0.4f * MathF.Sin((i * 0.37f) + number));
        }
        Span<int> positions = program.Input<int>("masked_positions");
        for (int i = 0; i < positions.Length; i++) positions[i] = (i % SmallCim.Masked) + (i / SmallCim.Masked % 3 * 2);
        program.SetStep(11, (uint)number);
    }

    private static CimPretrainOptions Convolutional() => SmallCim.Options(CimObjective.ResPix, "-") with { Enhancer = PretrainMethodTests.SmallResNet, PatchSize = 4 };

    private static PersistentBuffer?[] Packed(ExecutionPlan plan, IEnumerable<PlanStep> commands) => [.. commands.OfType<DispatchStep>().Where(command => command.Call.Kernel.Name == "pack_channels_last")
        .SelectMany(command => command.Accesses).Where(access => access.Access == KernelAccess.Read).Select(access => plan.Buffers[access.Range.Buffer].Persistent)];
}
