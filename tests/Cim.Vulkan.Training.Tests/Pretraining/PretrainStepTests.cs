using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Pretraining;

/// <summary>What flows where in the step of every method, and whether its gradients are those of its losses.</summary>
public sealed class PretrainStepTests : GpuTest
{
    private static readonly DiscreteVaeOptions s_tokenizer = TokenizerFile.OptionsOf(SmallCim.TokenizerOptions("-"));

    private static IEnumerable<TestCaseData> Steps()
    {
        // Uniform tokens do not follow the weights: the loss is smooth where its gradient is compared.
        CimPretrainOptions cim = SmallCim.Options(PretrainMethodKind.Cim, "-") with { TokenChoice = TokenChoice.Uniform };
        CimPretrainOptions shared = cim with { Generator = cim.Generator with { Depth = 1, SharesWeights = true }, EnhancerLossWeight = 0.5 };
        CimPretrainOptions beit = SmallCim.Options(PretrainMethodKind.Beit, "-"), denoise = SmallCim.Options(PretrainMethodKind.Denoise, "-");
        yield return new TestCaseData(cim).SetArgDisplayNames("RevDet");
        yield return new TestCaseData(cim with { Objective = CimObjective.ResPix }).SetArgDisplayNames("ResPix");
        yield return new TestCaseData(shared).SetArgDisplayNames("RevDet, shared weights");
        yield return new TestCaseData(shared with { Objective = CimObjective.ResPix }).SetArgDisplayNames("ResPix, shared weights");
        yield return new TestCaseData(beit).SetArgDisplayNames("BEiT");
        yield return new TestCaseData(beit with { Enhancer = PretrainMethodTests.AsPublished(beit.Enhancer) }).SetArgDisplayNames("BEiT as published");
        CimPretrainOptions simMim = SmallCim.Options(PretrainMethodKind.SimMim, "-");
        yield return new TestCaseData(simMim with { Enhancer = simMim.Enhancer with { DropPathRate = 0.3 } }).SetArgDisplayNames("SimMIM, dropped branches");
        yield return new TestCaseData(simMim).SetArgDisplayNames("SimMIM");
        yield return new TestCaseData(simMim with { Target = new TargetOptions { Normalization = TargetNormalization.Patch } }).SetArgDisplayNames("SimMIM, normalised patches");
        yield return new TestCaseData(denoise).SetArgDisplayNames("denoising");
        yield return new TestCaseData(denoise with { Enhancer = PretrainMethodTests.SmallResNet }).SetArgDisplayNames("denoising ResNet");
    }

    [TestCaseSource(nameof(Steps))]
    public void Every_parameter_learns_and_none_of_the_tokenizer(CimPretrainOptions options)
    {
        (PretrainModels models, PretrainStepGraph step) = Build(options);
        Assert.That(step.Differentiate(models.Networks).SelectMany(IsZero), Is.All.False);
        if (models.Tokenizer is { } tokenizer)
            foreach (StepLoss loss in step.Losses) Assert.That(IsZero(Gradients.Of(loss.Value, tokenizer.Parameters)), Is.All.True);
    }

    [TestCaseSource(nameof(Steps))]
    public void A_plan_has_no_hazard_and_accumulation_needs_more(CimPretrainOptions options)
    {
        DiscreteVaeOptions? tokenizer = PretrainMethod.Of(options.Method).NeedsTokenizer ? s_tokenizer : null;
        Assert.That(HazardChecker.Check(CimPretrainer.PlanStep(options, tokenizer, DeviceProfile.Minimal)), Is.Empty);
        Assert.That(CimPretrainer.NeededBytes(options with { Accumulate = 2 }, tokenizer, DeviceProfile.Minimal), Is.GreaterThan(CimPretrainer.NeededBytes(options, tokenizer, DeviceProfile.Minimal)));
    }

    // The loss along the gradient must rise by the gradient's length.
    [TestCaseSource(nameof(Steps))]
    public void Gradients_agree_with_finite_differences_of_the_losses(CimPretrainOptions options)
    {
        (PretrainModels models, PretrainStepGraph step) = Build(options);
        IReadOnlyList<TrainedNetwork> networks = models.Networks;
        IReadOnlyList<IReadOnlyList<Tensor>> gradients = step.Differentiate(networks);
        for (int i = 0; i < networks.Count; i++) step.Graph.Output($"gradient_{i}", networks[i].Parameters.PackGradients(gradients[i]));
        // Filled whether or not anything is drawn.
        _ = step.Graph.Scalars;
        using var memory = new PersistentMemory(Device);
        foreach (ParameterSet set in networks.Select(network => network.Parameters).Concat(models.Tokenizer is { } tokenizer ? [tokenizer.Parameters] : [])) memory.Initialize(set, 3);
        if (models.Enhancer.Trunk.Statistics is { } statistics) memory.Initialize(statistics, 3);
        using Program program = Program.Load(memory, Planner.Plan(step.Graph, DeviceProfiles.Of(Device.Capabilities)), new ProgramOptions { Name = "gradient check" });
        Run(program, options);
        for (int i = 0; i < networks.Count; i++)
        {
            ParameterSet set = networks[i].Parameters;
            float[] gradient = program.Read<float>($"gradient_{i}");
            double norm = Math.Sqrt(gradient.Sum(value => (double)value * value)), length = 0.002 / norm;
            double rise = (LossAt(length) - LossAt(-length)) / (2 * length);
            Assert.That(rise, Is.EqualTo(norm).Within(0.02 * norm), set.Name);
            Run(program, options);

            double LossAt(double along)
            {
                var values = new float[set.PaddedCount];
                memory.Read<float>(set.Values, 0, values);
                float[] moved = [.. values.Select((value, k) => (float)(value + (along * gradient[k] / norm)))];
                memory.Write<float>(set.Values, 0, moved);
                Run(program, options);
                memory.Write<float>(set.Values, 0, values);
                return step.Losses.Where(loss => loss.Trains == set).Sum(loss => loss.Weight * program.Read<float>($"{loss.Name}_loss")[0]);
            }
        }
    }

    private static (PretrainModels Models, PretrainStepGraph Step) Build(CimPretrainOptions options)
    {
        PretrainMethod method = PretrainMethod.Of(options.Method);
        PretrainModels models = method.Declare(options, method.NeedsTokenizer ? s_tokenizer : null);
        return (models, models.Describe(options, method.MasksPatches ? SmallCim.Masked : 0));
    }

    private static void Run(Program program, CimPretrainOptions options)
    {
        program.BeginStep();
        Span<float> images = program.Input<float>("images");
        for (int i = 0; i < images.Length; i++) images[i] = 0.5f + (0.4f * MathF.Sin(i * 0.37f));
        if (program.HasInput("masked_positions"))
        {
            Span<int> positions = program.Input<int>("masked_positions");
            for (int i = 0; i < positions.Length; i++) positions[i] = (i % SmallCim.Masked) + (i / SmallCim.Masked % 3 * 2);
        }
        program.SetStep(options.Seed, 0);
        program.Wait(program.Submit());
    }

    private static bool[] IsZero(IEnumerable<Tensor> gradients) => gradients.Select(gradient => gradient.Producer is FilledOp).ToArray();
}
