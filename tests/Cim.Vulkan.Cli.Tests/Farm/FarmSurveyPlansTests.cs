using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Bench;
using Cim.Vulkan.Graph;
using NUnit.Framework;

namespace Cim.Vulkan.Cli.Tests.Farm;

/// <summary>What would be compiled for a device; planned without one.</summary>
public sealed class FarmSurveyPlansTests
{
    private static readonly DeviceProfile s_gpu = DeviceProfile.Minimal with { MaxWorkgroupInvocations = 1024, MaxSharedMemoryBytes = 49152, MaxStorageRangeBytes = 1L << 31, MaxBufferBytes = 1L << 34 };

    [Test]
    public void Equal_launches_are_one_variant_with_all_its_users()
    {
        FarmSurveyPlans plans = FarmSurveyPlans.Of([Relu("first", 64), Relu("second", 32), Relu("first", 16)], s_gpu, default);
        FarmVariant variant = plans.Variants.Single();
        Assert.That(variant.Kernel, Does.StartWith("unary"));
        Assert.That(variant.Users, Is.EqualTo(new[] { "first", "second" }));
        Assert.That(variant.Constants, Does.Contain("LOCAL_SIZE_X="));
        Assert.That(plans.Notes, Is.Empty);
    }

    [Test]
    public void A_batch_that_does_not_fit_is_halved_and_that_is_said()
    {
        FarmSurveyPlans plans = FarmSurveyPlans.Of([Relu("relu", 64)], s_gpu with { MaxStorageRangeBytes = 16 * 4096 }, default);
        Assert.That(plans.Variants, Has.Count.EqualTo(1));
        Assert.That(plans.Notes.Single(), Does.StartWith("relu: batch 16 instead of 64; with 32 ").And.Contain("binds at most"));
    }

    [Test]
    public void What_does_not_fit_at_all_is_a_line_and_no_failure()
    {
        FarmSurveyPlans plans = FarmSurveyPlans.Of([Relu("relu", 64)], s_gpu with { MaxStorageRangeBytes = 1024 }, default);
        Assert.That(plans.Variants, Is.Empty);
        Assert.That(plans.PlannedCount, Is.Zero);
        Assert.That(plans.Notes.Single(), Does.StartWith("relu does not fit: "));
    }

    [Test]
    public void Products_and_cases_cover_every_layout_of_the_product()
    {
        IReadOnlyList<FarmVariant> variants = FarmSurveyPlans.Of([.. FarmSurveyWork.Products(), .. FarmSurveyWork.Cases()], s_gpu, default).Variants;
        foreach (string kernel in new[] { "matmul_tiled.nn", "matmul_tiled.nt", "matmul_tiled.tn", "conv2d_forward", "conv2d_weight_gradient", "attention_backward_query", "layer_norm_forward", "softmax_forward" })
            Assert.That(variants.Select(variant => variant.Kernel), Has.Some.StartsWith(kernel));
        Assert.That(variants.Select(variant => variant.Key), Is.Unique);
    }

    // Rows of 4 KiB each.
    private static FarmWork Relu(string name, int rows) => new(name, rows, (profile, batch) =>
    {
        var graph = new TensorGraph();
        graph.Output("y", graph.Input("x", new Shape(batch, 1024)).Relu());
        return Planner.Plan(graph, profile);
    });
}
