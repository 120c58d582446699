using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Cim.Vulkan.Data;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;
using Cim.Vulkan.Testing;
using Cim.Vulkan.Training.Tests.Pretraining;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Probing;

public sealed class FeatureExtractorTests : GpuTest
{
    private const int Pictures = 10, Batch = 4, Broken = 6;

    [TestCase(true)]
    [TestCase(false)]
    public void Features_are_the_mean_of_the_enhancers_patch_tokens(bool useClassToken)
    {
        using var memory = new PersistentMemory(Device);
        VisionTransformer trunk = Trunk(memory, useClassToken);
        var source = new SmallPictures(Pictures, 16);
        FeatureSet features = Extract(memory, trunk, source, null);
        Assert.That(features.Labels, Is.EqualTo(Enumerable.Range(0, Pictures).Select(i => i % 2)));
        double[] expected = Enumerable.Range(0, Pictures).SelectMany(i => MeanPatchToken(memory, trunk, source, i)).ToArray();
        Assert.That(features.Values.Zip(expected, (a, b) => Math.Abs(a - b)).Max(), Is.LessThan(1e-5));
    }

    [Test]
    public void A_picture_that_cannot_be_decoded_is_left_out_and_named_once()
    {
        using var memory = new PersistentMemory(Device);
        VisionTransformer trunk = Trunk(memory, useClassToken: false);
        FeatureSet whole = Extract(memory, trunk, new SmallPictures(Pictures, 16), null);
        var lines = new List<string>();
        FeatureSet rest = Extract(memory, trunk, new OneBroken(new SmallPictures(Pictures, 16)), lines.Add, times: 2);
        Assert.That(rest.Values, Is.EqualTo(whole.Values.Take(Broken * whole.Width).Concat(whole.Values.Skip((Broken + 1) * whole.Width))));
        Assert.That(lines, Has.Count.EqualTo(1));
        Assert.That(lines[0], Does.Contain("broken.jpg"));
    }

    private static VisionTransformer Trunk(PersistentMemory memory, bool useClassToken)
    {
        var trunk = new VisionTransformer(new ParameterSet("trunk"), new VisionTransformerOptions { ImageSize = 16, PatchSize = 4, EmbedDim = 32, Depth = 2, Heads = 4, UseClassToken = useClassToken });
        memory.Initialize(trunk.Parameters, seed: 5);
        return trunk;
    }

    private static FeatureSet Extract(PersistentMemory memory, VisionTransformer trunk, ImageSource source, Action<string>? log, int times = 1)
    {
        using var extractor = new FeatureExtractor(memory, trunk, Batch, 16);
        using var pictures = new LabelledPictures(source, Batch, 16, log);
        for (int i = 1; i < times; i++) extractor.Extract(pictures, CancellationToken.None);
        return extractor.Extract(pictures, CancellationToken.None);
    }

    // The enhancer's forward pass as pre-training has it, one picture at a time; the mean is taken here.
    private static double[] MeanPatchToken(PersistentMemory memory, VisionTransformer trunk, ImageSource source, int index)
    {
        var graph = new TensorGraph();
        Tensor images = graph.Input("images", new Shape(1, 3, 16, 16));
        graph.Output("tokens", trunk.Forward(images.NormalizeChannels([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f])));
        using Program program = Program.Load(memory, Planner.Plan(graph, DeviceProfiles.Of(Device.Capabilities)));
        byte[] pixels = source.Read(index).Bytes;
        program.BeginStep();
        Span<float> input = program.Input<float>("images");
        for (int i = 0; i < input.Length; i++) input[i] = pixels[(i % 256 * 3) + (i / 256)] / 255f;
        program.Wait(program.Submit());
        float[] tokens = program.Read<float>("tokens");
        int width = trunk.Options.EmbedDim, first = trunk.Options.UseClassToken ? 1 : 0, count = tokens.Length / width;
        return Enumerable.Range(0, width).Select(j => Enumerable.Range(first, count - first).Average(token => (double)tokens[(token * width) + j])).ToArray();
    }

    private sealed class OneBroken(ImageSource whole) : ImageSource
    {
        public override int Count => whole.Count;

        public override IReadOnlyList<string> ClassNames => whole.ClassNames;

        public override string Description => whole.Description;

        public override ImageRecord Read(int index) => index == Broken ? new ImageRecord("broken.jpg", 0, [1, 2, 3]) : whole.Read(index);
    }
}
