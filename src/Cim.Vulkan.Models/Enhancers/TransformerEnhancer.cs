using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>A vision transformer as enhancer: heads read its patch tokens.</summary>
public sealed class TransformerEnhancer : Enhancer
{
    private readonly VisionTransformer _trunk;
    private readonly ResPixHead? _resPix;
    private readonly RevDetHead? _revDet;

    /// <summary>Puts a head on a transformer, in its set.</summary>
    /// <param name="trunk">The transformer.</param>
    /// <param name="head">Which head.</param>
    public TransformerEnhancer(VisionTransformer trunk, EnhancerHead head)
        : base(trunk)
    {
        VisionTransformerOptions options = trunk.Options;
        _trunk = trunk;
        if (head == EnhancerHead.Restoration) _resPix = new ResPixHead(trunk.Parameters, options.EmbedDim, options.PatchSize, options.InputChannels, initialization: options.Initialization);
        else if (head == EnhancerHead.Detection) _revDet = new RevDetHead(trunk.Parameters, options.EmbedDim, initialization: options.Initialization);
    }

    /// <inheritdoc/>
    public override bool RestoresPatches => true;

    /// <inheritdoc/>
    public override Tensor Restore(Tensor images, BatchStatistics? batch) => _resPix!.Forward(PatchTokens(images, batch));

    /// <inheritdoc/>
    public override Tensor Detect(Tensor images, BatchStatistics? batch) => _revDet!.Forward(PatchTokens(images, batch));

    private Tensor PatchTokens(Tensor images, BatchStatistics? batch) => _trunk.PatchTokens(_trunk.Forward(images, isTraining: batch is not null));
}
