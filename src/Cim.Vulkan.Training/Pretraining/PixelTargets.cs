using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Training;

/// <summary>The pixels that a network is to restore, and how far it is from them.</summary>
internal static class PixelTargets
{
    /// <summary>The pictures, normalised as the options ask: as patches <c>[batch, patches, patchSize² * 3]</c> or as pictures.</summary>
    public static Tensor Of(Tensor images, CimPretrainOptions options, bool asPatches)
    {
        TargetOptions target = options.Target;
        if (target.Normalization == TargetNormalization.Patch)
        {
            Tensor patches = ByPatch(images.Patchify(options.PatchSize), (float)target.Epsilon);
            return asPatches ? patches : patches.Unpatchify(options.PatchSize, images.Shape[1], images.Shape[2], images.Shape[3]);
        }
        Tensor pixels = target.Normalization == TargetNormalization.SlidingWindow ? images.SlidingWindowNormalize(target.Window, (float)target.Epsilon, target.Pooled) : images;
        return asPatches ? pixels.Patchify(options.PatchSize) : pixels;
    }

    /// <summary>Mean absolute and mean squared difference by their weights; both are outputs beside it.</summary>
    public static Tensor Loss(Tensor prediction, Tensor target, TargetOptions options)
    {
        Tensor goal = target.StopGradient();
        Tensor l1 = prediction.L1Loss(goal), l2 = prediction.L2Loss(goal);
        prediction.Graph.Output("l1_loss", l1);
        prediction.Graph.Output("l2_loss", l2);
        return l1.Scale((float)options.L1Weight).Add(l2.Scale((float)options.L2Weight));
    }

    // MAE's target: every patch by its own mean and unbiased variance (He et al. 2022).
    private static Tensor ByPatch(Tensor patches, float epsilon)
    {
        int last = patches.Shape.Rank - 1, values = patches.Shape[-1];
        Tensor centred = patches.Subtract(patches.Mean(new[] { last }, keepDimensions: true));
        Tensor variance = centred.Square().Mean(new[] { last }, keepDimensions: true).Scale((float)values / (values - 1), epsilon);
        return centred.Divide(variance.Sqrt());
    }
}
