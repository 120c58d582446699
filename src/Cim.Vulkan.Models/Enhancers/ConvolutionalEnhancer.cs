using System;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>A ResNet as enhancer: heads read one of its maps.</summary>
public sealed class ConvolutionalEnhancer : Enhancer
{
    private readonly ResNet _trunk;
    private readonly int _stage;
    private readonly ConvolutionalResPixHead? _resPix;
    private readonly ConvolutionalRevDetHead? _revDet;

    /// <summary>Puts a head on a ResNet, in its set.</summary>
    /// <param name="trunk">The ResNet.</param>
    /// <param name="head">Which head.</param>
    /// <param name="imageSize">Side of an image in pixels.</param>
    /// <param name="tokenSide">Visual tokens along one side of an image.</param>
    /// <param name="detectionStage">Number of the stage whose map detection reads, 0 to 3.</param>
    /// <param name="upsampling">Where that map is coarser than the tokens.</param>
    /// <exception cref="ArgumentException">The map does not fit the pictures or the tokens.</exception>
    public ConvolutionalEnhancer(ResNet trunk, EnhancerHead head, int imageSize, int tokenSide, int detectionStage = 3, MapUpsampling upsampling = MapUpsampling.PixelShuffle)
        : base(trunk)
    {
        ResNetOptions options = trunk.Options;
        int last = options.Depths.Count - 1;
        if (detectionStage < 0 || detectionStage > last) throw new ArgumentException($"convolutional enhancer: there is no stage {detectionStage}, give 0 to {last}");
        if (imageSize % options.OutputStride != 0)
            throw new ArgumentException($"convolutional enhancer: image size {imageSize} is not a multiple of the output stride {options.OutputStride}");
        (_trunk, _stage) = (trunk, head == EnhancerHead.Restoration ? last : detectionStage);
        if (head == EnhancerHead.Restoration) _resPix = new ConvolutionalResPixHead(trunk.Parameters, options.OutputChannels, options.OutputStride, options.InputChannels);
        else if (head == EnhancerHead.Detection) _revDet = new ConvolutionalRevDetHead(trunk.Parameters, options.ChannelsOf(_stage), options.MapSide(imageSize, _stage), tokenSide, upsampling);
    }

    /// <inheritdoc/>
    public override bool RestoresPatches => false;

    /// <inheritdoc/>
    public override Tensor Restore(Tensor images, BatchStatistics? batch) => _resPix!.Forward(Map(images, batch));

    /// <inheritdoc/>
    public override Tensor Detect(Tensor images, BatchStatistics? batch) => _revDet!.Forward(Map(images, batch));

    // All stages are run: norms behind the head's map have running statistics too, and every one must see the batch.
    private Tensor Map(Tensor images, BatchStatistics? batch) => _trunk.Features(images, batch)[_stage];
}
