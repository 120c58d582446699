using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>The head of Pixel Residual learning behind a convolutional enhancer: every place of the map predicts the pixels that it stands for.</summary>
public sealed class ConvolutionalResPixHead
{
    private readonly ConvolutionalHead _head;
    private readonly int _outputStride;

    /// <summary>Declares <c>PREFIXrespix_head.weight [imageChannels * outputStride², channels, 1, 1]</c> and its bias.</summary>
    /// <param name="parameters">Takes the parameters.</param>
    /// <param name="channels">Channels of the map.</param>
    /// <param name="outputStride">Pixels along one side of the square that a place of the map stands for.</param>
    /// <param name="imageChannels">Channels of an image.</param>
    /// <param name="prefix">Goes before every name.</param>
    public ConvolutionalResPixHead(ParameterSet parameters, int channels, int outputStride, int imageChannels = 3, string prefix = "")
    {
        _head = new ConvolutionalHead(parameters, $"{prefix}respix_head", channels, imageChannels * outputStride * outputStride);
        _outputStride = outputStride;
    }

    /// <summary>Predicted pixels, <c>[batch, imageChannels, height * outputStride, width * outputStride]</c>.</summary>
    /// <param name="map"><c>[batch, channels, height, width]</c>.</param>
    public Tensor Forward(Tensor map) => _head.Forward(map).PixelShuffle(_outputStride);
}
