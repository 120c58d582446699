using System;
using System.Collections.Generic;
using Cim.Vulkan.Device;

namespace Cim.Vulkan.OpCases;

/// <summary>One golden file and what is compared with it.</summary>
/// <param name="Name">The file's name without its extension.</param>
/// <param name="Run">Computes on a device what the file holds, and compares.</param>
public sealed record GoldenCheck(string Name, Func<GpuDevice, GoldenResult> Run)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>All golden checks.</summary>
public static class GoldenCatalog
{
    /// <summary>Every check, one a file.</summary>
    public static IReadOnlyList<GoldenCheck> All { get; } = new[]
    {
        Of("gelu", GoldenOps.Gelu),
        Of("bilinear_upsample", GoldenOps.Resize),
        Of("bicubic_upsample", GoldenOps.Resize),
        Of("sliding_window", GoldenOps.SlidingWindow),
        Of("dvae_encoder", GoldenDiscreteVae.Encoder),
        Of("dvae_encoder_3groups", GoldenDiscreteVae.Encoder),
        Of("dvae_decoder", GoldenDiscreteVae.Decoder),
        Of("dvae_decoder_3groups", GoldenDiscreteVae.Decoder),
        Of("dvae_training", GoldenDiscreteVae.Training),
        Of("beit_generator", GoldenTransformers.Generator),
        Of("beit_generator_relative", GoldenTransformers.Generator),
        Of("vit_respix", GoldenTransformers.ResPix),
        Of("vit_respix_no_class_token", GoldenTransformers.ResPix),
        Of("vit_revdet", GoldenTransformers.RevDet),
    };

    private static GoldenCheck Of(string name, Action<GoldenModel> build) => new(name, device =>
    {
        var model = new GoldenModel(GoldenFile.Load(name));
        build(model);
        return model.Run(device);
    });
}
