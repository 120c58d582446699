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
        _ => (EnhancerOptions.VitSmall, new GeneratorOptions()),
    };
}
