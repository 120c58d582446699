using System;
using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Bench;

/// <summary>
/// The convolutions of a ResNet-50 (He et al. 2016): stem, then bottlenecks of 1x1, 3x3 and 1x1 with ReLU and shortcuts. There is no batch norm and no
/// classifier: in inference a norm is folded into its convolution's weights and bias.
/// </summary>
internal sealed class ConvolutionStack
{
    private const int StemWidth = 64, StemKernel = 7, Expansion = 4;

    // What keeps sixteen residual sums within a few times the size of the first.
    private const float BranchGain = 0.3f;

    private static readonly (int Width, int Blocks)[] s_stages = [(64, 3), (128, 4), (256, 6), (512, 3)];

    private readonly ParameterSet _parameters;
    private readonly Convolution _stem;
    private readonly List<Bottleneck> _bottlenecks = new();

    /// <summary>Declares weights and biases.</summary>
    /// <param name="parameters">Takes them.</param>
    public ConvolutionStack(ParameterSet parameters)
    {
        _parameters = parameters;
        _stem = Declare("stem", 3, StemWidth, StemKernel, stride: 2);
        int channels = StemWidth;
        for (int stage = 0; stage < s_stages.Length; stage++)
            for (int block = 0; block < s_stages[stage].Blocks; block++)
            {
                int width = s_stages[stage].Width, wide = Expansion * width, stride = stage > 0 && block == 0 ? 2 : 1;
                string name = $"stage{stage + 1}.block{block + 1}";
                _bottlenecks.Add(new Bottleneck(Declare($"{name}.conv1", channels, width, 1, 1), Declare($"{name}.conv2", width, width, 3, stride),
                    Declare($"{name}.conv3", width, wide, 1, 1, BranchGain), block == 0 ? Declare($"{name}.shortcut", channels, wide, 1, stride) : null));
                channels = wide;
            }
    }

    /// <summary>Feature maps: <c>[batch, 3, side, side]</c> to <c>[batch, 2048, side / 32, side / 32]</c>.</summary>
    /// <param name="pictures">Pictures.</param>
    public Tensor Forward(Tensor pictures)
    {
        Tensor x = Apply(_stem, pictures, Activation.Relu).MaxPool2d(kernelSize: 3, stride: 2, padding: 1);
        foreach (Bottleneck block in _bottlenecks)
        {
            Tensor branch = Apply(block.Spatial, Apply(block.Reduce, x, Activation.Relu), Activation.Relu);
            Tensor shortcut = block.Shortcut is null ? x : Apply(block.Shortcut, x, Activation.None);
            x = Apply(block.Expand, branch, Activation.Relu, shortcut);
        }
        return x;
    }

    private Convolution Declare(string name, int inputs, int outputs, int kernelSize, int stride, float gain = 1)
    {
        float deviation = gain * (float)Math.Sqrt(2.0 / (inputs * kernelSize * kernelSize));
        return new Convolution(_parameters.Add($"{name}.weight", new Shape(outputs, inputs, kernelSize, kernelSize), Initializer.Normal(deviation)),
            _parameters.Add($"{name}.bias", new Shape(outputs), Initializer.Normal(0.01f)), stride, kernelSize / 2);
    }

    private static Tensor Apply(Convolution layer, Tensor input, Activation activation, Tensor? residual = null) =>
        input.Conv2d(input.Graph.Use(layer.Weight), input.Graph.Use(layer.Bias), layer.Stride, layer.Padding, activation, residual: residual);

    private sealed record Convolution(Parameter Weight, Parameter Bias, int Stride, int Padding);

    private sealed record Bottleneck(Convolution Reduce, Convolution Spatial, Convolution Expand, Convolution? Shortcut);
}
