using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.OpCases;

/// <summary>Golden files of convolutional enhancers, in training and in evaluation.</summary>
internal static class GoldenResNets
{
    public static void ResPix(GoldenModel model)
    {
        JsonElement config = model.File.Config;
        ResNet enhancer = Declare(model, out BatchStatistics? batch);
        var head = new ConvolutionalResPixHead(enhancer.Parameters, enhancer.Options.OutputChannels, enhancer.Options.OutputStride);
        model.Use(enhancer.Parameters);
        Tensor prediction = head.Forward(enhancer.Forward(model.Input("image"), batch));
        Tensor target = model.Input("clean_image").SlidingWindowNormalize(config.GetProperty("window").GetInt32(), config.GetProperty("windowEpsilon").GetSingle());
        Tensor l1 = prediction.L1Loss(target), l2 = prediction.L2Loss(target);
        model.Expect("output.prediction", prediction);
        model.Expect("output.l1", l1);
        model.Expect("output.l2", l2);
        Finish(model, enhancer, batch, l1.Add(l2));
    }

    public static void RevDet(GoldenModel model)
    {
        JsonElement config = model.File.Config;
        ResNet enhancer = Declare(model, out BatchStatistics? batch);
        Tensor image = model.Input("image");
        MapUpsampling upsampling = config.GetProperty("upsampling").GetString() == "bilinear" ? MapUpsampling.Bilinear : MapUpsampling.PixelShuffle;
        var head = new ConvolutionalRevDetHead(
            enhancer.Parameters, enhancer.Options.OutputChannels, enhancer.Options.MapSide(image.Shape[3]), config.GetProperty("tokenSide").GetInt32(), upsampling);
        model.Use(enhancer.Parameters);
        IReadOnlyList<Tensor> maps = enhancer.Features(image, batch);
        for (int i = 0; i < maps.Count; i++) model.Expect($"output.map{i}", maps[i]);
        Tensor logits = head.Forward(maps[^1]);
        model.Expect("output.logits", logits);
        Finish(model, enhancer, batch, logits.BinaryCrossEntropyWithLogits(model.Input("replaced")));
    }

    private static ResNet Declare(GoldenModel model, out BatchStatistics? batch)
    {
        JsonElement config = model.File.Config;
        ResNetOptions options = new()
        {
            Block = config.GetProperty("block").GetString() == "basic" ? ResNetBlockKind.Basic : ResNetBlockKind.Bottleneck,
            Depths = config.GetProperty("depths").EnumerateArray().Select(depth => depth.GetInt32()).ToArray(),
            Width = config.GetProperty("width").GetInt32(),
            DilatedStages = config.GetProperty("dilatedStages").GetInt32(),
            HasSmallStem = config.GetProperty("smallStem").GetBoolean(),
            NormEpsilon = config.GetProperty("normEpsilon").GetSingle(),
        };
        batch = config.GetProperty("training").GetBoolean() ? new BatchStatistics() : null;
        var enhancer = new ResNet(new ParameterSet("enhancer"), new ParameterSet("statistics"), options);
        model.UseStatistics(enhancer.Statistics);
        return enhancer;
    }

    // A training step moves the running statistics; they are compared as they are afterwards.
    private static void Finish(GoldenModel model, ResNet enhancer, BatchStatistics? batch, Tensor loss)
    {
        model.ExpectLoss(loss, "image");
        if (batch is null) return;
        StepGuardOp guard = model.Graph.GuardStep(StepCounters.Buffer("golden.counters"), loss);
        enhancer.Statistics.UpdateStatistics(batch.Pack(enhancer.Statistics), guard, model.File.Config.GetProperty("momentum").GetDouble());
        foreach (Parameter running in enhancer.Statistics.Parameters) model.Expect($"output.statistics.{running.Name}", model.Graph.Use(running));
    }
}
