using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Weights;

/// <summary>A published ResNet-20, read from its file and run on a device, gives the logits that others computed of it.</summary>
public sealed class ResNetCifarTests : GpuTest
{
    private const int Records = 8, RecordBytes = 3073;
    private const double Tolerance = 1e-3;

    private static readonly float[] s_mean = [0.485f, 0.456f, 0.406f], s_deviation = [0.229f, 0.224f, 0.225f];

    [Test]
    public void A_published_network_gives_its_published_logits()
    {
        using var source = WeightsSource.Open(TestFiles.RequireShared("weights/resnet-cifar10/resnet20-12fca82f.th"));
        byte[] records = File.ReadAllBytes(TestFiles.RequireShared("cifar10-bin-lossless/data_batch_1.bin"));
        using var reference = JsonDocument.Parse(File.ReadAllText(TestFiles.RequireShared("weights/resnet-cifar10/resnet20_ref_logits.json")));
        var network = new ResNetCifar(blocksPerStage: 3);
        using var memory = new PersistentMemory(Device);
        Load(memory, source, network);
        float[] logits = Logits(memory, network, Pictures(records));
        double[] expected = [.. reference.RootElement.GetProperty("logits").EnumerateArray().Take(Records).SelectMany(row => row.EnumerateArray()).Select(logit => logit.GetDouble())];
        Assert.That(logits.Length, Is.EqualTo(expected.Length));
        double error = logits.Zip(expected, (a, b) => Math.Abs(a - b)).Max();
        TestContext.Out.WriteLine($"logits of {Records} pictures within {error:E1}");
        Assert.That(error, Is.LessThan(Tolerance));
    }

    private static void Load(PersistentMemory memory, WeightsSource source, ResNetCifar network)
    {
        WeightsLoader loader = WeightsLoader.Match(NamedWeights.Of(source), WeightTarget.Of(network.Parameters).Concat(WeightTarget.Of(network.Statistics)));
        Assert.That(loader.Report.Architecture, Is.EqualTo(NameMaps.ResNet.Architecture));
        Assert.That(loader.Report.Missing.Concat(loader.Report.Unexpected), Is.Empty, loader.Report.Summary);
        foreach (Parameter parameter in network.Parameters.Parameters.Concat(network.Statistics.Parameters)) memory.Write(parameter, loader.Read(parameter.Name));
    }

    private static float[] Logits(PersistentMemory memory, ResNetCifar network, float[] pictures)
    {
        var graph = new TensorGraph();
        Tensor images = graph.Input("images", new Shape(Records, 3, ResNetCifar.Side, ResNetCifar.Side));
        graph.Output("logits", network.Forward(images));
        using Program program = Program.Load(memory, Planner.Plan(graph, DeviceProfiles.Of(Device.Capabilities)), new ProgramOptions { Name = "ResNet-20" });
        program.BeginStep();
        pictures.CopyTo(program.Input<float>("images"));
        program.Wait(program.Submit());
        return program.Read<float>("logits");
    }

    // A record is a label and three planes.
    private static float[] Pictures(byte[] records)
    {
        const int Area = ResNetCifar.Side * ResNetCifar.Side;
        return [.. Enumerable.Range(0, Records).SelectMany(record => Enumerable.Range(0, 3 * Area)
            .Select(i => ((records[(record * RecordBytes) + 1 + i] / 255f) - s_mean[i / Area]) / s_deviation[i / Area]))];
    }
}
