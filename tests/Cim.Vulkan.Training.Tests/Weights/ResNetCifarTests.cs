using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using Cim.Vulkan.Models;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Weights;

/// <summary>A published ResNet-20, read from its file, gives the logits that others computed of it: each weight is in its place.</summary>
public sealed class ResNetCifarTests
{
    private const int Records = 8, RecordBytes = 3073, Side = 32, Classes = 10, StageCount = 3, BlocksPerStage = 3, FirstWidth = 16;
    private const double Tolerance = 1e-3, Epsilon = 1e-5;

    private static readonly double[] s_mean = [0.485, 0.456, 0.406], s_deviation = [0.229, 0.224, 0.225];

    [Test]
    public void A_published_network_gives_its_published_logits()
    {
        using var source = WeightsSource.Open(TestFiles.RequireShared("weights/resnet-cifar10/resnet20-12fca82f.th"));
        byte[] records = File.ReadAllBytes(TestFiles.RequireShared("cifar10-bin-lossless/data_batch_1.bin"));
        using var reference = JsonDocument.Parse(File.ReadAllText(TestFiles.RequireShared("weights/resnet-cifar10/resnet20_ref_logits.json")));
        var weights = NamedWeights.Of(source);
        Assert.That(weights.Map, Is.SameAs(NameMaps.ResNet));
        Assert.That(weights.Unknown, Is.Empty);
        for (int record = 0; record < Records; record++)
        {
            double[] expected = [.. reference.RootElement.GetProperty("logits")[record].EnumerateArray().Select(logit => logit.GetDouble())];
            double[] logits = Forward(weights, Picture(records.AsSpan(record * RecordBytes, RecordBytes)));
            Assert.That(logits, Is.EqualTo(expected).Within(Tolerance), $"record {record}");
        }
    }

    private static Map Picture(ReadOnlySpan<byte> record)
    {
        var picture = new Map(s_mean.Length, Side);
        for (int i = 0; i < picture.Values.Length; i++)
        {
            int channel = i / (Side * Side);
            picture.Values[i] = ((record[i + 1] / 255.0) - s_mean[channel]) / s_deviation[channel];
        }

        return picture;
    }

    private static double[] Forward(NamedWeights weights, Map picture)
    {
        Map x = Norm(weights, "bn1", Convolve(weights, "conv1", picture, FirstWidth, 1)).Relu();
        for (int stage = 0; stage < StageCount; stage++)
            for (int block = 0; block < BlocksPerStage; block++) x = Block(weights, $"layer{stage + 1}.{block}", x, FirstWidth << stage, stage > 0 && block == 0 ? 2 : 1);
        float[] matrix = Read(weights, "fc.weight"), bias = Read(weights, "fc.bias");
        int area = x.Side * x.Side;
        double[] means = [.. Enumerable.Range(0, x.Channels).Select(channel => x.Values.Skip(channel * area).Take(area).Average())];
        return [.. Enumerable.Range(0, Classes).Select(row => bias[row] + means.Select((mean, i) => mean * matrix[(row * means.Length) + i]).Sum())];
    }

    private static Map Block(NamedWeights weights, string name, Map input, int channels, int stride)
    {
        Map x = Norm(weights, $"{name}.bn1", Convolve(weights, $"{name}.conv1", input, channels, stride)).Relu();
        x = Norm(weights, $"{name}.bn2", Convolve(weights, $"{name}.conv2", x, channels, 1));
        // A shortcut without weights: every other pixel, and channels of zeros to both sides.
        int first = (channels - input.Channels) / 2;
        for (int channel = 0; channel < input.Channels; channel++)
            for (int row = 0; row < x.Side; row++)
                for (int column = 0; column < x.Side; column++) x[first + channel, row, column] += input[channel, row * stride, column * stride];
        return x.Relu();
    }

    private static Map Norm(NamedWeights weights, string name, Map x)
    {
        float[] scale = Read(weights, $"{name}.weight"), shift = Read(weights, $"{name}.bias"), mean = Read(weights, $"{name}.running_mean"), variance = Read(weights, $"{name}.running_var");
        int area = x.Side * x.Side;
        for (int i = 0; i < x.Values.Length; i++)
        {
            int channel = i / area;
            x.Values[i] = ((x.Values[i] - mean[channel]) / Math.Sqrt(variance[channel] + Epsilon) * scale[channel]) + shift[channel];
        }

        return x;
    }

    private static Map Convolve(NamedWeights weights, string name, Map input, int channels, int stride)
    {
        const int Kernel = 3;
        float[] weight = Read(weights, $"{name}.weight");
        var output = new Map(channels, input.Side / stride);
        for (int i = 0; i < channels * input.Channels * Kernel * Kernel; i++)
        {
            int to = i / (input.Channels * Kernel * Kernel), from = i / (Kernel * Kernel) % input.Channels, up = (i / Kernel % Kernel) - 1, left = (i % Kernel) - 1;
            for (int row = 0; row < output.Side; row++)
            {
                int y = (row * stride) + up;
                if (y < 0 || y >= input.Side) continue;
                for (int column = 0; column < output.Side; column++)
                {
                    int x = (column * stride) + left;
                    if (x >= 0 && x < input.Side) output[to, row, column] += weight[i] * input[from, y, x];
                }
            }
        }

        return output;
    }

    private static float[] Read(NamedWeights weights, string name) => weights.Source.ReadFloats(weights.ByName[name]);

    private sealed class Map(int channels, int side)
    {
        public int Channels { get; } = channels;

        public int Side { get; } = side;

        public double[] Values { get; } = new double[channels * side * side];

        public ref double this[int channel, int row, int column] => ref Values[(((channel * Side) + row) * Side) + column];

        public Map Relu()
        {
            for (int i = 0; i < Values.Length; i++) Values[i] = Math.Max(0, Values[i]);
            return this;
        }
    }
}
