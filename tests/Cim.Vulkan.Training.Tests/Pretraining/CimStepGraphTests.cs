using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Pretraining;

/// <summary>What flows where in a CIM step, without a device.</summary>
public sealed class CimStepGraphTests
{
    [TestCase(CimObjective.RevDet)]
    [TestCase(CimObjective.ResPix)]
    public void No_gradient_leaks_between_the_networks(CimObjective objective)
    {
        (CimModels models, CimStepGraph step) = Build(objective);
        Assert.That(IsZero(Gradients.Of(step.EnhancerLoss, models.Generator.Parameters)), Is.All.True, "enhancer's loss on the generator");
        Assert.That(IsZero(Gradients.Of(step.GeneratorLoss, models.Enhancer.Parameters)), Is.All.True, "generator's loss on the enhancer");
        Assert.That(IsZero(Gradients.Of(step.EnhancerLoss, models.Tokenizer.Parameters)), Is.All.True, "enhancer's loss on the tokenizer");
        Assert.That(IsZero(Gradients.Of(step.GeneratorLoss, models.Tokenizer.Parameters)), Is.All.True, "generator's loss on the tokenizer");
    }

    [TestCase(CimObjective.RevDet)]
    [TestCase(CimObjective.ResPix)]
    public void Every_parameter_of_both_networks_learns(CimObjective objective)
    {
        (CimModels models, CimStepGraph step) = Build(objective);
        Assert.That(step.Differentiate(models.Networks).SelectMany(IsZero), Is.All.False);
    }

    [Test]
    public void Plan_wastes_little_memory_and_has_no_hazard()
    {
        ExecutionPlan plan = CimPretrainer.PlanStep(SmallCim.Options(CimObjective.ResPix, "-"), TokenizerFile.OptionsOf(SmallCim.TokenizerOptions("-")), DeviceProfile.Minimal);
        Assert.That(HazardChecker.Check(plan), Is.Empty);
        Assert.That(plan.Memory.ArenaBytes, Is.LessThanOrEqualTo(1.15 * plan.Memory.PeakLiveBytes));
    }

    [TestCase(1)]
    [TestCase(2)]
    public void A_ViT_B_step_binds_no_range_that_the_least_device_cannot(int accumulate)
    {
        var options = new CimPretrainOptions
        {
            Batch = 32, Accumulate = accumulate, Enhancer = EnhancerOptions.VitBase, Generator = new GeneratorOptions { Width = 768, Heads = 12 }, TokenizerImageSize = 56,
        };
        DeviceProfile device = DeviceProfile.Minimal;
        Assert.That(device.MaxStorageRangeBytes, Is.EqualTo(128L << 20));
        ExecutionPlan plan = CimPretrainer.PlanStep(options, TokenizerFile.OptionsOf(new TokenizerTrainingOptions()), device);
        Assert.That(plan.Buffers.Where(buffer => buffer.Kind == PlanBufferKind.Persistent).Max(buffer => buffer.SizeBytes), Is.GreaterThan(2 * device.MaxStorageRangeBytes), "a set alone is larger");
        Assert.That(plan.Steps.OfType<DispatchStep>().SelectMany(step => step.Accesses).Max(access => access.Range.SizeBytes), Is.LessThanOrEqualTo(device.MaxStorageRangeBytes));
    }

    [Test]
    public void Recomputing_blocks_halves_the_memory_of_a_ViT_S_step()
    {
        ExecutionPlan Plan(bool recompute) => CimPretrainer.PlanStep(
            new CimPretrainOptions { Batch = 16, TokenizerImageSize = 56, Recompute = recompute }, TokenizerFile.OptionsOf(new TokenizerTrainingOptions()), DeviceProfile.Minimal);
        ExecutionPlan kept = Plan(recompute: false), again = Plan(recompute: true);
        TestContext.Out.WriteLine($"arena {kept.Memory.ArenaBytes >> 20} MiB, with blocks computed again {again.Memory.ArenaBytes >> 20} MiB");
        Assert.That(again.Memory.ArenaBytes, Is.LessThan(kept.Memory.ArenaBytes / 2));
        Assert.That(HazardChecker.Check(again), Is.Empty);
    }

    private static (CimModels Models, CimStepGraph Step) Build(CimObjective objective)
    {
        CimPretrainOptions options = SmallCim.Options(objective, "-");
        var models = new CimModels(options, TokenizerFile.OptionsOf(SmallCim.TokenizerOptions("-")));
        return (models, new CimStepGraph(models, options, SmallCim.Masked));
    }

    private static bool[] IsZero(IEnumerable<Tensor> gradients) => gradients.Select(gradient => gradient.Producer is FilledOp).ToArray();
}
