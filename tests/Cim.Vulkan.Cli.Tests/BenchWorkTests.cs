using System;
using System.Linq;
using Cim.Vulkan.Bench;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Training;
using NUnit.Framework;

namespace Cim.Vulkan.Cli.Tests;

public sealed class BenchWorkTests
{
    // As large as the largest GPUs allow, so that every size can be planned.
    private static readonly DeviceProfile s_device = new()
    {
        MaxWorkgroupCountX = int.MaxValue, MaxWorkgroupCountYZ = int.MaxValue, MaxStorageRangeBytes = uint.MaxValue, MaxBufferBytes = long.MaxValue, MaxSharedMemoryBytes = 49152, MaxWorkgroupInvocations = 1024,
    };

    // Counted by bench/peers/cim_step.py on the same sizes, one picture a step (micro: eight).
    [TestCase(EnhancerSize.Micro, CimObjective.RevDet, 8, 1_070_999, 3_223_093_248)]
    [TestCase(EnhancerSize.Tiny, CimObjective.RevDet, 1, 106_686_599, 121_719_980_544)]
    [TestCase(EnhancerSize.Tiny, CimObjective.ResPix, 1, 106_834_630, 121_893_163_008)]
    [TestCase(EnhancerSize.Small, CimObjective.RevDet, 1, 129_904_775, 149_518_353_408)]
    [TestCase(EnhancerSize.Base, CimObjective.RevDet, 1, 218_808_455, 255_311_480_832)]
    public void A_step_is_the_same_work_as_the_peer_counts(EnhancerSize size, CimObjective objective, int batch, long parameters, long matrixFlops)
    {
        var options = new TrainBenchOptions { Size = size, Objective = objective, Batch = batch };
        CimPretrainOptions pretraining = options.PretrainingOn(isCpuDriver: false);
        DiscreteVaeOptions tokenizer = options.TokenizerOn(isCpuDriver: false);
        var models = new CimModels(pretraining, tokenizer);
        Assert.That(models.Generator.Parameters.Count + models.Enhancer.Parameters.Count + models.Tokenizer.Parameters.Count, Is.EqualTo(parameters));
        foreach (bool isCpu in (bool[])[false, true])
            Assert.That(PlanWork.Of(CimPretrainer.PlanStep(pretraining, tokenizer, s_device with { IsCpu = isCpu })).MatrixFlops, Is.EqualTo((double)matrixFlops), isCpu ? "CPU form" : "GPU form");
    }

    [Test]
    public void A_network_that_agrees_with_its_other_form_is_right() => Assert.That(ModelCheck.Of([1f, -2f, 3f, 9f], [1f, -2.0001f]).Problem, Is.Null);

    [Test]
    public void A_network_that_differs_from_its_other_form_is_wrong()
    {
        ModelCheck check = ModelCheck.Of([1f, -2f, 3f, 9f], [1f, -2.001f]);
        Assert.That(check.Error, Is.EqualTo(5e-4).Within(1e-5));
        Assert.That(check.Problem, Does.Contain("other form"));
    }

    [Test]
    public void An_output_that_is_not_finite_is_wrong() => Assert.That(ModelCheck.Of([1f, 2f, float.NaN], [1f, 2f]).Problem, Does.Contain("not finite"));

    [Test]
    public void An_output_that_is_the_same_everywhere_is_wrong() => Assert.That(ModelCheck.Of([2f, 2f, 2f], [2f, 2f, 2f]).Problem, Does.Contain("same everywhere"));

    [Test]
    public void A_picture_does_not_depend_on_its_batch()
    {
        ModelInput one = ModelInput.Pictures(1, 8), four = ModelInput.Pictures(4, 8);
        Assert.That(four.Floats!.Take(one.Floats!.Length), Is.EqualTo(one.Floats));
        Assert.That(one.Floats, Has.All.InRange(0, 1));
        Assert.That(ModelInput.Tokens(2, 4, 7).Integers, Has.All.InRange(0, 6));
    }

    [Test]
    public void The_stack_has_the_convolutions_of_a_ResNet_50()
    {
        BenchModel model = ModelCatalog.All.Single(model => model.Name.StartsWith("resnet50", StringComparison.Ordinal));
        var parameters = new ParameterSet(model.Name);
        var graph = new TensorGraph();
        Tensor output = model.Declare(parameters)(model.Input(1).Declare(graph));
        graph.Output("output", output);
        Assert.That(parameters.Parameters.Count(parameter => parameter.Shape.Rank == 4), Is.EqualTo(53), "16 blocks of three, four shortcuts, the stem");
        Assert.That(output.Shape, Is.EqualTo(new Shape(1, 2048, 7, 7)));
        // He et al. 2016 count 3.8 billion multiply-adds with the stride in the first 1x1; it is in the 3x3 here.
        Assert.That(PlanWork.Of(Planner.Plan(graph, s_device)).MatrixFlops, Is.EqualTo(2 * 4.09e9).Within(0.02e9));
    }
}
