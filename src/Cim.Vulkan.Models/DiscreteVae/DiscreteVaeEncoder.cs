using System;
using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>The encoder of DALL-E's discrete VAE: images to logits over visual tokens (Ramesh et al. 2021).</summary>
public sealed class DiscreteVaeEncoder
{
    private static readonly int[] s_kernelSizes = { 3, 3, 3, 1 };
    private readonly DiscreteVaeOptions _options;
    private readonly Conv2d _input;
    private readonly List<DiscreteVaeGroup> _groups = new();
    private readonly Conv2d _output;

    /// <summary>Declares the parameters under DALL-E's names: <c>blocks.input</c>, <c>blocks.group_G.block_K…</c>, <c>blocks.output.conv</c>.</summary>
    /// <param name="parameters">Takes the parameters.</param>
    /// <param name="options">Sizes.</param>
    /// <param name="prefix">Goes before every name.</param>
    public DiscreteVaeEncoder(ParameterSet parameters, DiscreteVaeOptions options, string prefix = "")
    {
        options.Validate();
        _options = options;
        int channels = options.HiddenWidth;
        _input = new Conv2d(parameters, $"{prefix}blocks.input", options.InputChannels, channels, kernelSize: 7);
        for (int group = 0; group < options.GroupCount; group++)
        {
            int width = options.GroupWidth(group);
            _groups.Add(new DiscreteVaeGroup(parameters, $"{prefix}blocks.group_{group + 1}", channels, width, s_kernelSizes, options));
            channels = width;
        }
        _output = new Conv2d(parameters, $"{prefix}blocks.output.conv", channels, options.VocabularySize, kernelSize: 1);
    }

    /// <summary>
    /// Logits over visual tokens: <c>[batch, channels, height, width]</c> to
    /// <c>[batch, vocabularySize, height / downsampling, width / downsampling]</c>.
    /// </summary>
    /// <param name="pixels">Images after <c>MapPixels</c>.</param>
    /// <exception cref="ArgumentException">Height or width is no multiple of the downsampling.</exception>
    public Tensor Forward(Tensor pixels) => _output.Forward(Features(pixels));

    /// <summary>The most likely token of each grid position, without the logits' ever lying in memory: Int32 <c>[batch, tokens]</c>.</summary>
    /// <param name="pixels">Images after <c>MapPixels</c>, <c>[batch, channels, height, width]</c>.</param>
    /// <exception cref="ArgumentException">Height or width is no multiple of the downsampling.</exception>
    public Tensor ForwardTokens(Tensor pixels) => _output.ForwardArgMax(Features(pixels));

    private Tensor Features(Tensor pixels)
    {
        if (pixels.Shape.Rank != 4 || pixels.Shape[2] % _options.Downsampling != 0 || pixels.Shape[3] % _options.Downsampling != 0)
        {
            throw new ArgumentException(
                "discrete VAE encoder: pixels must be [batch, channels, height, width] " +
                $"with sides that are multiples of {_options.Downsampling}, got {pixels.Shape}", nameof(pixels));
        }
        Tensor x = _input.Forward(pixels);
        for (int group = 0; group < _groups.Count; group++)
        {
            if (group > 0) x = x.MaxPool2d(kernelSize: 2, stride: 2);
            x = _groups[group].Forward(x);
        }
        return x.Relu();
    }
}
