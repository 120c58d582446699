using System;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>First values of transformers as BEiT draws them (Bao et al. 2021).</summary>
internal static class TransformerInitializers
{
    private const float StandardDeviation = 0.02f;

    /// <summary>Weights, tokens and positions: normal with deviation 0.02, cut at one deviation.</summary>
    public static Initializer Weight { get; } = Initializer.TruncatedNormal(StandardDeviation, StandardDeviation);

    /// <summary>The last weight of a residual branch: smaller the deeper it lies, so that the sum of all branches stays in bounds.</summary>
    /// <param name="block">The block, 0 for the first.</param>
    public static Initializer ResidualWeight(int block) => Weight.Scaled((float)(1 / Math.Sqrt(2.0 * (block + 1))));
}
