using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>What an enhancer's head is for.</summary>
public enum EnhancerHead
{
    /// <summary>Spots replaced tokens (RevDet).</summary>
    Detection,

    /// <summary>Restores pixels (ResPix).</summary>
    Restoration,

    /// <summary>None: masked image modeling puts a <see cref="MaskedPatchHead"/> on the trunk.</summary>
    None,
}

/// <summary>The network that CIM pre-trains with a head of one objective on it: what the objectives ask of it, be it a transformer or convolutional (Fang et al. 2023).</summary>
public abstract class Enhancer
{
    /// <summary>Takes the network under the head.</summary>
    /// <param name="trunk">The network.</param>
    protected Enhancer(IVisionEncoder trunk) => Trunk = trunk;

    /// <summary>The network under the head: what stays of a pre-training.</summary>
    public IVisionEncoder Trunk { get; }

    /// <summary>The set that took the parameters of trunk and head.</summary>
    public ParameterSet Parameters => Trunk.Parameters;

    /// <summary>Whether <see cref="Restore"/> gives patches, as <c>Patchify</c> lays them, rather than pictures.</summary>
    public abstract bool RestoresPatches { get; }

    /// <summary>Predicted pixels: <c>[batch, patches, patchSize² * channels]</c> or <c>[batch, channels, height, width]</c>.</summary>
    /// <param name="images">Normalised images, <c>[batch, channels, height, width]</c>.</param>
    /// <param name="batch">Training: takes what norms see of the batch. Null: evaluation.</param>
    public abstract Tensor Restore(Tensor images, BatchStatistics? batch);

    /// <summary>Logits of "replaced": <c>[batch, tokens]</c>.</summary>
    /// <param name="images">Normalised images, <c>[batch, channels, height, width]</c>.</param>
    /// <param name="batch">Training: takes what norms see of the batch. Null: evaluation.</param>
    public abstract Tensor Detect(Tensor images, BatchStatistics? batch);
}
