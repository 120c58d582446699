using System.Collections.Generic;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training.Tests.Weights;

/// <summary>
/// The ResNets for CIFAR-10 of He et al. 2016, section 4.2: three stages of basic blocks, and where the shape changes a shortcut without weights
/// that takes every other pixel and puts channels of zeros to both sides.
/// </summary>
internal sealed class ResNetCifar
{
    public const int Side = 32;

    private const int StageCount = 3, FirstWidth = 16, Classes = 10;

    private readonly Norm _stem;
    private readonly List<(Norm First, Norm Second, int Stride)> _blocks = [];
    private readonly Linear _classifier;

    public ResNetCifar(int blocksPerStage)
    {
        int channels = FirstWidth;
        _stem = new Norm(this, "conv1", "bn1", 3, channels, stride: 1);
        for (int stage = 0; stage < StageCount; stage++)
        {
            int width = FirstWidth << stage;
            for (int block = 0; block < blocksPerStage; block++)
            {
                string name = $"layer{stage + 1}.{block}";
                int stride = stage > 0 && block == 0 ? 2 : 1;
                _blocks.Add((new Norm(this, $"{name}.conv1", $"{name}.bn1", channels, width, stride), new Norm(this, $"{name}.conv2", $"{name}.bn2", width, width, 1), stride));
                channels = width;
            }
        }
        _classifier = new Linear(Parameters, "fc", channels, Classes, Initializer.Zeros);
    }

    public ParameterSet Parameters { get; } = new("resnet");

    public ParameterSet Statistics { get; } = new("resnet_statistics");

    /// <summary>Normalised images <c>[batch, 3, 32, 32]</c> to logits <c>[batch, 10]</c>.</summary>
    public Tensor Forward(Tensor images)
    {
        Tensor x = _stem.Forward(images, Activation.Relu);
        foreach ((Norm first, Norm second, int stride) in _blocks)
        {
            Tensor branch = second.Forward(first.Forward(x, Activation.Relu), Activation.None);
            x = branch.Add(stride == 1 ? x : Shortcut(x, branch.Shape[1])).Relu();
        }
        return _classifier.Forward(x.GlobalAveragePool());
    }

    private static Tensor Shortcut(Tensor x, int channels)
    {
        (int batch, int from, int height, int width) = (x.Shape[0], x.Shape[1], x.Shape[2] / 2, x.Shape[3] / 2);
        Tensor pixels = x.Reshape(batch * from, height, 2, width, 2).Slice(2, 0, 1).Slice(4, 0, 1).Reshape(batch, from, height, width);
        return pixels.PadZero(1, (channels - from) / 2, channels);
    }

    private sealed class Norm(ResNetCifar network, string convolution, string norm, int from, int to, int stride)
    {
        private readonly Parameter _weight = network.Parameters.Add($"{convolution}.weight", new Shape(to, from, 3, 3), Initializer.Zeros);
        private readonly BatchNorm _norm = new(network.Parameters, network.Statistics, norm, to);

        public Tensor Forward(Tensor x, Activation activation) => _norm.Forward(x.Conv2d(x.Graph.Use(_weight), null, stride, padding: 1), null, activation);
    }
}
