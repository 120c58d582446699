using System;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>
/// A convolution with stride 1 that keeps height and width, as the discrete VAE has them: parameters <c>w</c> and <c>b</c> (Ramesh et al. 2021).
/// </summary>
public sealed class Conv2d
{
    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private readonly int _padding;

    /// <summary>Declares the layer's parameters; weights are drawn from N(0, 1 / (inputChannels * kernelSize²)).</summary>
    /// <param name="parameters">Takes <c>NAME.w [outputChannels, inputChannels, kernelSize, kernelSize]</c> and <c>NAME.b [outputChannels]</c>.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="inputChannels">Channels that come in.</param>
    /// <param name="outputChannels">Channels that go out.</param>
    /// <param name="kernelSize">Side of the kernel, odd.</param>
    public Conv2d(ParameterSet parameters, string name, int inputChannels, int outputChannels, int kernelSize)
    {
        if (kernelSize % 2 == 0) throw new ArgumentException($"{name}: only an odd kernel keeps height and width, got {kernelSize}", nameof(kernelSize));
        Initializer initializer = Initializer.Normal((float)(1 / Math.Sqrt((double)inputChannels * kernelSize * kernelSize)));
        _weight = parameters.Add($"{name}.w", new Shape(outputChannels, inputChannels, kernelSize, kernelSize), initializer);
        _bias = parameters.Add($"{name}.b", new Shape(outputChannels), Initializer.Zeros);
        _padding = kernelSize / 2;
    }

    /// <summary>Applies the layer: <c>[batch, inputChannels, height, width]</c> to <c>[batch, outputChannels, height, width]</c>.</summary>
    /// <param name="input">Feature maps.</param>
    /// <param name="activation">Comes last.</param>
    /// <param name="gain">Multiplies what is added to the residual. It goes onto the weights, which are fewer than the pixels.</param>
    /// <param name="residual">Added before the activation, shaped as the result; null for none.</param>
    public Tensor Forward(Tensor input, Activation activation = Activation.None, float gain = 1f, Tensor? residual = null)
    {
        Tensor weight = input.Graph.Use(_weight).Scale(gain), bias = input.Graph.Use(_bias).Scale(gain);
        return input.Conv2d(weight, bias, stride: 1, padding: _padding, activation: activation, residual: residual);
    }

    /// <summary>The largest channel that a 1x1 layer gives each pixel, the first where several are equal: Int32 <c>[batch, height * width]</c>.</summary>
    /// <param name="input">Feature maps, <c>[batch, inputChannels, height, width]</c>.</param>
    public Tensor ForwardArgMax(Tensor input)
    {
        Tensor weight = input.Graph.Use(_weight);
        return input.LinearArgMaxChannels(weight.Reshape(weight.Shape[0], (int)(weight.Count / weight.Shape[0])), input.Graph.Use(_bias));
    }

    /// <summary>What a 1x1 layer gives for one-hot pixels, looked up instead of multiplied: <c>[batch, outputChannels, height, width]</c>.</summary>
    /// <param name="indices">Int32 <c>[batch, height, width]</c>: the channel of each pixel's one.</param>
    public Tensor ForwardOneHot(Tensor indices)
    {
        Tensor weight = indices.Graph.Use(_weight);
        return indices.EmbedChannels(weight.Reshape(weight.Shape[0], weight.Shape[1]), indices.Graph.Use(_bias));
    }
}
