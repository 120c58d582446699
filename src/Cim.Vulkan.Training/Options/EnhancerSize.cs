namespace Cim.Vulkan.Training;

/// <summary>Names of the enhancer's usual sizes; the generator beside it has the same width.</summary>
public enum EnhancerSize
{
    /// <summary><see cref="EnhancerOptions.VitMicro"/>.</summary>
    Micro,

    /// <summary><see cref="EnhancerOptions.VitTiny"/>.</summary>
    Tiny,

    /// <summary><see cref="EnhancerOptions.VitSmall"/>.</summary>
    Small,

    /// <summary><see cref="EnhancerOptions.VitBase"/>.</summary>
    Base,

    /// <summary><see cref="EnhancerOptions.VitLarge"/>.</summary>
    Large,

    /// <summary>A ResNet of 10 layers and width 32 for pictures of 32 pixels on a CPU driver, beside the generator of <see cref="Micro"/>.</summary>
    ResNetMicro,

    /// <summary>ResNet-18, beside the generator of <see cref="Small"/> as all that follow.</summary>
    ResNet18,

    /// <summary>ResNet-34.</summary>
    ResNet34,

    /// <summary>ResNet-50.</summary>
    ResNet50,

    /// <summary>ResNet-101.</summary>
    ResNet101,
}

/// <summary>What the names of sizes mean.</summary>
public static class EnhancerSizes
{
    /// <summary>The two trained networks of a size.</summary>
    /// <param name="size">The name.</param>
    public static (EnhancerOptions Enhancer, GeneratorOptions Generator) Of(EnhancerSize size) => size switch
    {
        EnhancerSize.Micro => (EnhancerOptions.VitMicro, new GeneratorOptions { Width = 96, Depth = 2, Heads = 4, UseClassToken = false }),
        EnhancerSize.Tiny => (EnhancerOptions.VitTiny, new GeneratorOptions { Width = 192, Heads = 3 }),
        EnhancerSize.Base => (EnhancerOptions.VitBase, new GeneratorOptions { Width = 768, Heads = 12 }),
        EnhancerSize.Large => (EnhancerOptions.VitLarge, new GeneratorOptions { Width = 1024, Heads = 16 }),
        EnhancerSize.ResNetMicro => (new EnhancerOptions { Convolutional = new() { Layers = 10, Width = 32, SmallStem = true } }, Of(EnhancerSize.Micro).Generator),
        EnhancerSize.ResNet18 => (ResNet(18), new GeneratorOptions()),
        EnhancerSize.ResNet34 => (ResNet(34), new GeneratorOptions()),
        EnhancerSize.ResNet50 => (ResNet(50), new GeneratorOptions()),
        EnhancerSize.ResNet101 => (ResNet(101), new GeneratorOptions()),
        _ => (EnhancerOptions.VitSmall, new GeneratorOptions()),
    };

    /// <summary>The trained networks of a size, of the kind that others are: positions, layer scale and first values stay.</summary>
    /// <param name="size">The name.</param>
    /// <param name="enhancer">Such as that of a recipe.</param>
    /// <param name="generator">The same.</param>
    public static (EnhancerOptions Enhancer, GeneratorOptions Generator) Of(EnhancerSize size, EnhancerOptions enhancer, GeneratorOptions generator)
    {
        (EnhancerOptions encoder, GeneratorOptions small) = Of(size);
        GeneratorOptions resized = generator with { Depth = small.Depth, Width = small.Width, Heads = small.Heads, MlpRatio = small.MlpRatio, UseClassToken = small.UseClassToken };
        if (encoder.Convolutional is not null || enhancer.Convolutional is not null) return (encoder, resized);
        return (enhancer with { Width = encoder.Width, Depth = encoder.Depth, Heads = encoder.Heads, MlpRatio = encoder.MlpRatio, UseClassToken = encoder.UseClassToken }, resized);
    }

    private static EnhancerOptions ResNet(int layers) => new() { Convolutional = new() { Layers = layers } };
}
