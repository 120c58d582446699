using System;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>A convolution without bias and the norm behind it.</summary>
internal sealed class ConvolutionNorm
{
    private readonly Parameter _weight;
    private readonly BatchNorm _norm;
    private readonly int _stride;
    private readonly int _dilation;

    /// <summary>Declares <c>CONVOLUTION.weight</c>, normal with He's deviation by what goes out (He et al. 2015), and the norm's.</summary>
    public ConvolutionNorm(
        ResNetSets sets, string convolution, string norm, int inputChannels, int outputChannels, int kernelSize, int stride = 1, int dilation = 1, bool startsAtZero = false)
    {
        float deviation = (float)Math.Sqrt(2.0 / ((double)outputChannels * kernelSize * kernelSize));
        _weight = sets.Parameters.Add($"{convolution}.weight", new Shape(outputChannels, inputChannels, kernelSize, kernelSize), Initializer.Normal(deviation));
        _norm = new BatchNorm(sets.Parameters, sets.Statistics, norm, outputChannels, sets.Options.NormEpsilon, startsAtZero);
        (_stride, _dilation) = (stride, dilation);
    }

    /// <summary>Convolves, a place of the result over each place or every stride-th, and normalises.</summary>
    public Tensor Forward(Tensor input, BatchStatistics? batch, Activation activation)
    {
        Tensor weight = input.Graph.Use(_weight);
        return _norm.Forward(input.Conv2d(weight, null, _stride, padding: weight.Shape[2] / 2 * _dilation, dilation: _dilation), batch, activation);
    }
}

/// <summary>Where the layers of a ResNet declare what they need.</summary>
internal sealed record ResNetSets(ParameterSet Parameters, ParameterSet Statistics, ResNetOptions Options);
