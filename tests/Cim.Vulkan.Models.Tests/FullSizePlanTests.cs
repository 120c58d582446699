using System;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Kernels;
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

    [Test]
    public void Convolutional_enhancer_step_packs_tightly() => Check("ResNet-50, ResPix, forward and backward, batch 8", ConvolutionalStep());

    // A norm or a shortcut that kept its maps in another order would have every convolution beside it pack them.
    [Test]
    public void Convolutional_enhancer_keeps_its_maps_channels_last_on_matrix_units()
    {
        DeviceProfile device = s_profile with
        {
            MaxSharedMemoryBytes = 49152,
            MaxWorkgroupInvocations = 1024,
            Features = KernelFeatures.Float16 | KernelFeatures.BFloat16 | KernelFeatures.CooperativeMatrix | KernelFeatures.VulkanMemoryModel,
            MatrixShapes = [new MatrixShape(Precision.Float16, 16, 16, 16), new MatrixShape(Precision.BFloat16, 16, 16, 16)],
        };
        TensorGraph graph = ConvolutionalStep();
        ExecutionPlan half = Planner.Plan(graph, device, new PlannerOptions { Precision = Precision.Float16 });
        ExecutionPlan full = Planner.Plan(graph, device);
        string[] packed = half.Steps.OfType<DispatchStep>().Where(step => step.Call.Kernel.Name.StartsWith("pack_channels_last", StringComparison.Ordinal)).Select(step => step.Label).ToArray();
        TestContext.Out.WriteLine($"fp16: {half.Memory.ArenaBytes >> 20} MiB, fp32: {full.Memory.ArenaBytes >> 20} MiB; packed for {string.Join(", ", packed)}");
        Assert.That(packed, Has.Length.LessThanOrEqualTo(4));
        Assert.That(half.Memory.ArenaBytes, Is.LessThan(0.6 * full.Memory.ArenaBytes));
    }

    private static TensorGraph ConvolutionalStep()
    {
        var graph = new TensorGraph();
        ResNetOptions options = ResNetOptions.ResNet50;
        var enhancer = new ResNet(new ParameterSet("enhancer"), new ParameterSet("statistics"), options);
        var head = new ConvolutionalResPixHead(enhancer.Parameters, options.OutputChannels, options.OutputStride);
        var batch = new BatchStatistics();
        Tensor images = graph.Input("images", new Shape(8, 3, 224, 224));
        Tensor loss = head.Forward(enhancer.Forward(images, batch)).L2Loss(images.SlidingWindowNormalize());
        graph.Output("loss", loss);
        enhancer.Parameters.PackGradients(Gradients.Of(loss, enhancer.Parameters));
        enhancer.Statistics.UpdateStatistics(batch.Pack(enhancer.Statistics), graph.GuardStep(StepCounters.Buffer("counters"), loss), momentum: 0.1);
        return graph;
    }

    private static void Check(string what, TensorGraph graph)
    {
        ExecutionPlan plan = Planner.Plan(graph, s_profile);
        double ratio = (double)plan.Memory.ArenaBytes / plan.Memory.PeakLiveBytes;
        TestContext.Out.WriteLine($"{what}: {plan.Steps.Count} commands, arena {plan.Memory.ArenaBytes >> 20} MiB, {ratio:F3} times the peak of live tensors");
        Assert.That(ratio, Is.LessThanOrEqualTo(1.15));
        Assert.That(HazardChecker.Check(plan).Select(hazard => hazard.Message), Is.Empty);
    }
}
