using System.Linq;
using Cim.Vulkan.Graph;
using NUnit.Framework;

namespace Cim.Vulkan.Models.Tests;

/// <summary>Plans of full-size models, made without a device.</summary>
public sealed class FullSizePlanTests
{
    private static readonly DeviceProfile s_profile = DeviceProfile.Minimal with { MaxStorageRangeBytes = 1L << 31, MaxBufferBytes = 1L << 34 };

    [Test]
    public void Enhancer_step_packs_tightly()
    {
        var graph = new TensorGraph();
        var parameters = new ParameterSet("enhancer");
        VisionTransformerOptions options = VisionTransformerOptions.Base;
        var enhancer = new VisionTransformer(parameters, options);
        var head = new ResPixHead(parameters, options.EmbedDim, options.PatchSize);
        Tensor images = graph.Input("images", new Shape(8, 3, 224, 224));
        Tensor prediction = head.Forward(enhancer.PatchTokens(enhancer.Forward(images)));
        Tensor loss = prediction.L2Loss(images.SlidingWindowNormalize().Patchify(options.PatchSize));
        graph.Output("loss", loss);
        parameters.PackGradients(Gradients.Of(loss, parameters));
        Check("ViT-B/16, ResPix, forward and backward, batch 8", graph);
    }

    [Test]
    public void Tokenizer_step_packs_tightly()
    {
        var graph = new TensorGraph();
        var tokenizer = new Models.DiscreteVae(new ParameterSet("tokenizer"), new DiscreteVaeOptions());
        Tensor tokens = tokenizer.EncodeTokens(graph.Input("images", new Shape(8, 3, 112, 112)).MapPixels());
        graph.Output("tokens", tokens);
        graph.Output("decoded", tokenizer.DecodeTokens(tokens.Reshape(8, 14, 14)).LaplaceMeanImage());
        Check("DALL-E's tokenizer, encode and decode, batch 8", graph);
    }

    private static void Check(string what, TensorGraph graph)
    {
        ExecutionPlan plan = Planner.Plan(graph, s_profile);
        double ratio = (double)plan.Memory.ArenaBytes / plan.Memory.PeakLiveBytes;
        TestContext.Out.WriteLine($"{what}: {plan.Steps.Count} commands, arena {plan.Memory.ArenaBytes >> 20} MiB, {ratio:F3} times the peak of live tensors");
        Assert.That(ratio, Is.LessThanOrEqualTo(1.15));
        Assert.That(HazardChecker.Check(plan.Steps).Select(hazard => hazard.Message), Is.Empty);
    }
}
