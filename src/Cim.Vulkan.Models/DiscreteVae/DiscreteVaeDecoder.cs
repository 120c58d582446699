using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>The decoder of DALL-E's discrete VAE: visual tokens to logit-Laplace statistics of pixels (Ramesh et al. 2021).</summary>
public sealed class DiscreteVaeDecoder
{
    private static readonly int[] s_kernelSizes = { 1, 3, 3, 3 };
    private readonly Conv2d _input;
    private readonly List<DiscreteVaeGroup> _groups = new();
    private readonly Conv2d _output;

    /// <summary>Declares the parameters under DALL-E's names: <c>blocks.input</c>, <c>blocks.group_G.block_K…</c>, <c>blocks.output.conv</c>.</summary>
    /// <param name="parameters">Takes the parameters.</param>
    /// <param name="options">Sizes.</param>
    /// <param name="prefix">Goes before every name.</param>
    public DiscreteVaeDecoder(ParameterSet parameters, DiscreteVaeOptions options, string prefix = "")
    {
        options.Validate();
        int channels = options.InitWidth;
        _input = new Conv2d(parameters, $"{prefix}blocks.input", options.VocabularySize, channels, kernelSize: 1);
        for (int group = 0; group < options.GroupCount; group++)
        {
            int width = options.GroupWidth(options.GroupCount - 1 - group);
            _groups.Add(new DiscreteVaeGroup(parameters, $"{prefix}blocks.group_{group + 1}", channels, width, s_kernelSizes, options));
            channels = width;
        }
        _output = new Conv2d(parameters, $"{prefix}blocks.output.conv", channels, 2 * options.InputChannels, kernelSize: 1);
    }

    /// <summary>
    /// Statistics from a code of weights: <c>[batch, vocabularySize, height, width]</c> to
    /// <c>[batch, 2 * channels, height * downsampling, width * downsampling]</c>.
    /// </summary>
    /// <param name="code">Weights over tokens that sum to 1 at every grid position.</param>
    public Tensor Forward(Tensor code) => FromInput(_input.Forward(code));

    /// <summary>
    /// Statistics from tokens; the first layer becomes a look-up, without the <c>[batch, vocabularySize, height, width]</c> of a one-hot code.
    /// </summary>
    /// <param name="tokens">Int32 <c>[batch, height, width]</c>.</param>
    public Tensor ForwardTokens(Tensor tokens) => FromInput(_input.ForwardOneHot(tokens));

    private Tensor FromInput(Tensor x)
    {
        for (int group = 0; group < _groups.Count; group++)
        {
            if (group > 0) x = x.UpsampleNearest(2);
            x = _groups[group].Forward(x);
        }
        return _output.Forward(x.Relu());
    }
}
