using System;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>How a map that is coarser than the grid of tokens gets a logit for each token.</summary>
public enum MapUpsampling
{
    /// <summary>Every place predicts all tokens within it.</summary>
    PixelShuffle,

    /// <summary>Every place predicts one logit, and logits are interpolated.</summary>
    Bilinear,
}

/// <summary>The head of Replaced Visual token Detection behind a convolutional enhancer: tells of every visual token whether it was replaced.</summary>
public sealed class ConvolutionalRevDetHead
{
    private readonly ConvolutionalHead _head;
    private readonly int _mapSide;
    private readonly int _factor;
    private readonly MapUpsampling _upsampling;

    /// <summary>Declares <c>PREFIXrevdet_head.weight [logits of a place, channels, 1, 1]</c> and its bias.</summary>
    /// <param name="parameters">Takes the parameters.</param>
    /// <param name="channels">Channels of the map.</param>
    /// <param name="mapSide">Side of the map, of any stage.</param>
    /// <param name="tokenSide">Tokens along one side of the grid, a multiple of the map's side.</param>
    /// <param name="upsampling">Where the map is coarser than the grid.</param>
    /// <param name="prefix">Goes before every name.</param>
    /// <exception cref="ArgumentException">The grid is no multiple of the map.</exception>
    public ConvolutionalRevDetHead(
        ParameterSet parameters, int channels, int mapSide, int tokenSide, MapUpsampling upsampling = MapUpsampling.PixelShuffle, string prefix = "")
    {
        if (mapSide < 1 || tokenSide < mapSide || tokenSide % mapSide != 0)
            throw new ArgumentException($"revdet head: {tokenSide}x{tokenSide} tokens are no multiple of a map of {mapSide}x{mapSide}; take another stage's map, dilate the network, or change the image size");
        (_mapSide, _factor, _upsampling) = (mapSide, tokenSide / mapSide, upsampling);
        _head = new ConvolutionalHead(parameters, $"{prefix}revdet_head", channels, upsampling == MapUpsampling.PixelShuffle ? _factor * _factor : 1);
    }

    /// <summary>Logits of "replaced", row by row: <c>[batch, tokens]</c>.</summary>
    /// <param name="map"><c>[batch, channels, mapSide, mapSide]</c>.</param>
    public Tensor Forward(Tensor map)
    {
        if (map.Shape[2] != _mapSide || map.Shape[3] != _mapSide) throw new ArgumentException($"revdet head: the map must be {_mapSide}x{_mapSide}, got {map.Shape}");
        int side = _mapSide * _factor;
        Tensor logits = _head.Forward(map);
        // Interpolating what a 1x1 convolution gives is the same as convolving what was interpolated, of far fewer channels.
        if (_factor > 1) logits = _upsampling == MapUpsampling.PixelShuffle ? logits.PixelShuffle(_factor) : logits.UpsampleBilinear(side, side);
        return logits.Reshape(map.Shape[0], side * side);
    }
}
