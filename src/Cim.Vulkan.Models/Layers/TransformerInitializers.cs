using System;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>How a transformer's weights get their first values. Biases start at zero, norms as the identity.</summary>
public enum TransformerInitialization
{
    /// <summary>As MAE (He et al. 2022): linear layers uniform by Xavier's rule, so that their scale follows the width; tokens and positions normal with deviation 0.02.</summary>
    Xavier,

    /// <summary>As BEiT (Bao et al. 2021): all normal with deviation 0.02, cut at one deviation; the last weight of a residual branch smaller the deeper it lies.</summary>
    Beit,

    /// <summary>As timm's vision transformers: all normal with deviation 0.02.</summary>
    Timm,
}

/// <summary>First values of a transformer's parameters.</summary>
internal static class TransformerInitializers
{
    private const float StandardDeviation = 0.02f;

    /// <summary>Class and mask tokens, learned positions, and heads, which thereby start without an opinion.</summary>
    public static Initializer Small(this TransformerInitialization kind) => kind == TransformerInitialization.Beit
        ? Initializer.TruncatedNormal(StandardDeviation, StandardDeviation)
        : Initializer.Normal(StandardDeviation);

    /// <summary>The weight of a linear layer or of the patch embedding.</summary>
    /// <param name="kind">The rule.</param>
    /// <param name="inputWidth">Values that come in.</param>
    /// <param name="outputWidth">Values that go out.</param>
    public static Initializer Weight(this TransformerInitialization kind, int inputWidth, int outputWidth) => kind == TransformerInitialization.Xavier
        ? Initializer.Uniform((float)Math.Sqrt(6.0 / (inputWidth + outputWidth)))
        : kind.Small();

    /// <summary>The last weight of a residual branch.</summary>
    /// <param name="kind">The rule.</param>
    /// <param name="inputWidth">Values that come in.</param>
    /// <param name="outputWidth">Values that go out.</param>
    /// <param name="block">The block, 0 for the first.</param>
    public static Initializer ResidualWeight(this TransformerInitialization kind, int inputWidth, int outputWidth, int block) => kind == TransformerInitialization.Beit
        ? kind.Weight(inputWidth, outputWidth).Scaled((float)(1 / Math.Sqrt(2.0 * (block + 1))))
        : kind.Weight(inputWidth, outputWidth);
}
