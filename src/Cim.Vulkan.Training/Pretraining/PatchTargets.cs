using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Training;

/// <summary>MAE's target: every patch by its own mean and unbiased variance (He et al. 2022).</summary>
internal static class PatchTargets
{
    /// <summary>Normalises patches, <c>[batch, patches, values]</c>.</summary>
    public static Tensor Normalize(Tensor patches, float epsilon)
    {
        int last = patches.Shape.Rank - 1, values = patches.Shape[-1];
        Tensor centred = patches.Subtract(patches.Mean(new[] { last }, keepDimensions: true));
        Tensor variance = centred.Square().Mean(new[] { last }, keepDimensions: true).Scale((float)values / (values - 1), epsilon);
        return centred.Divide(variance.Sqrt());
    }
}
