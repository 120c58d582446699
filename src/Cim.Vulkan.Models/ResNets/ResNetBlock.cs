using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>A residual block: relu(branch(x) + shortcut(x)).</summary>
internal sealed class ResNetBlock
{
    private readonly List<ConvolutionNorm> _branch = new();
    private readonly ConvolutionNorm? _shortcut;

    /// <summary>Declares <c>NAME.convI</c>, <c>NAME.bnI</c>, and <c>NAME.downsample.0</c> and <c>.1</c> where the shape changes.</summary>
    /// <param name="sets">Take parameters and statistics.</param>
    /// <param name="name">The block's name.</param>
    /// <param name="inputChannels">Channels that come in.</param>
    /// <param name="width">Channels of the inner convolutions.</param>
    /// <param name="outputChannels">Channels that go out.</param>
    /// <param name="stride">Of the first 3x3 convolution.</param>
    /// <param name="firstDilation">Of the first 3x3 convolution.</param>
    /// <param name="dilation">Of the others.</param>
    public ResNetBlock(ResNetSets sets, string name, int inputChannels, int width, int outputChannels, int stride, int firstDilation, int dilation)
    {
        bool zero = sets.Options.StartsBranchesAtZero;
        if (sets.Options.Block == ResNetBlockKind.Bottleneck)
        {
            Add(sets, name, inputChannels, width, 1);
            Add(sets, name, width, width, 3, stride, firstDilation);
            Add(sets, name, width, outputChannels, 1, startsAtZero: zero);
        }
        else
        {
            Add(sets, name, inputChannels, width, 3, stride, firstDilation);
            Add(sets, name, width, outputChannels, 3, 1, dilation, zero);
        }
        if (stride != 1 || inputChannels != outputChannels)
            _shortcut = new ConvolutionNorm(sets, $"{name}.downsample.0", $"{name}.downsample.1", inputChannels, outputChannels, 1, stride);
    }

    public Tensor Forward(Tensor input, BatchStatistics? batch)
    {
        Tensor branch = input;
        for (int i = 0; i < _branch.Count; i++) branch = _branch[i].Forward(branch, batch, i < _branch.Count - 1 ? Activation.Relu : Activation.None);
        Tensor shortcut = _shortcut is null ? input : _shortcut.Forward(input, batch, Activation.None);
        return branch.Add(shortcut).Relu();
    }

    private void Add(ResNetSets sets, string name, int from, int to, int kernelSize, int stride = 1, int dilation = 1, bool startsAtZero = false)
    {
        int number = _branch.Count + 1;
        _branch.Add(new ConvolutionNorm(sets, $"{name}.conv{number}", $"{name}.bn{number}", from, to, kernelSize, stride, dilation, startsAtZero));
    }
}
