using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>Residual blocks at one resolution.</summary>
internal sealed class DiscreteVaeGroup
{
    private readonly List<DiscreteVaeBlock> _blocks = new();

    /// <summary>Declares <c>NAME.block_1</c> and on.</summary>
    public DiscreteVaeGroup(
        ParameterSet parameters, string name, int inputChannels, int outputChannels, IReadOnlyList<int> kernelSizes, DiscreteVaeOptions options)
    {
        for (int block = 1; block <= options.BlocksPerGroup; block++)
        {
            _blocks.Add(new DiscreteVaeBlock(parameters, $"{name}.block_{block}", inputChannels, outputChannels, kernelSizes, options.PostGain));
            inputChannels = outputChannels;
        }
    }

    public Tensor Forward(Tensor input)
    {
        foreach (DiscreteVaeBlock block in _blocks) input = block.Forward(input);
        return input;
    }
}
