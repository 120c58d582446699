using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>A residual block of four convolutions, a ReLU before each: id(x) + postGain * res(x).</summary>
internal sealed class DiscreteVaeBlock
{
    private readonly Conv2d? _identity;
    private readonly Conv2d[] _convolutions = new Conv2d[4];
    private readonly float _postGain;

    /// <summary>Declares <c>NAME.res_path.conv_1</c> to <c>conv_4</c>, and <c>NAME.id_path</c> where the channels change.</summary>
    public DiscreteVaeBlock(ParameterSet parameters, string name, int inputChannels, int outputChannels, IReadOnlyList<int> kernelSizes, float postGain)
    {
        int hidden = outputChannels / 4;
        _postGain = postGain;
        if (inputChannels != outputChannels) _identity = new Conv2d(parameters, $"{name}.id_path", inputChannels, outputChannels, kernelSize: 1);
        for (int i = 0; i < 4; i++)
        {
            int from = i == 0 ? inputChannels : hidden, to = i == 3 ? outputChannels : hidden;
            _convolutions[i] = new Conv2d(parameters, $"{name}.res_path.conv_{i + 1}", from, to, kernelSizes[i]);
        }
    }

    public Tensor Forward(Tensor input)
    {
        Tensor branch = input.Relu();
        for (int i = 0; i < 3; i++) branch = _convolutions[i].Forward(branch, Activation.Relu);
        return _convolutions[3].Forward(branch, gain: _postGain, residual: _identity is null ? input : _identity.Forward(input));
    }
}
