using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>A 1x1 convolution that ends a convolutional enhancer, weights normal with deviation 0.02.</summary>
internal sealed class ConvolutionalHead
{
    private const float StandardDeviation = 0.02f;
    private readonly Parameter _weight;
    private readonly Parameter _bias;

    /// <summary>Declares <c>NAME.weight [outputChannels, inputChannels, 1, 1]</c> and <c>NAME.bias [outputChannels]</c>.</summary>
    public ConvolutionalHead(ParameterSet parameters, string name, int inputChannels, int outputChannels)
    {
        _weight = parameters.Add($"{name}.weight", new Shape(outputChannels, inputChannels, 1, 1), Initializer.Normal(StandardDeviation));
        _bias = parameters.Add($"{name}.bias", new Shape(outputChannels), Initializer.Zeros);
    }

    public Tensor Forward(Tensor map) => map.Conv2d(map.Graph.Use(_weight), map.Graph.Use(_bias));
}
