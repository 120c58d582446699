using System;
using System.Collections.Generic;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.OpCases;

/// <summary>One golden file and what is compared with it.</summary>
/// <param name="Name">The file's name without its extension.</param>
/// <param name="RunAs">Computes on a device, with the kernels that suit a profile, what the file holds, and compares.</param>
public sealed record GoldenCheck(string Name, Func<GpuDevice, DeviceProfile, GoldenResult> RunAs)
{
    /// <summary>Whether it is minutes of work for a CPU driver in kernels that do not suit it.</summary>
    public bool IsLong { get; init; }

    /// <summary>Computes on a device what the file holds, and compares.</summary>
    /// <param name="device">The device.</param>
    public GoldenResult Run(GpuDevice device) => RunAs(device, DeviceProfiles.Of(device.Capabilities));

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
        Of("attention", GoldenOps.Attention),
        Of("bilinear_upsample", GoldenOps.Resize),
        Of("bicubic_upsample", GoldenOps.Resize),
        Of("sliding_window", GoldenOps.SlidingWindow),
        new GoldenCheck("adamw", GoldenOptimizer.AdamW),
        new GoldenCheck("sgd", GoldenOptimizer.Sgd),
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
        Of("resnet_respix", GoldenResNets.ResPix),
        Of("resnet_revdet", GoldenResNets.RevDet),
        Of("resnet_evaluation", GoldenResNets.RevDet),
        Of("resnet50_training", GoldenResNets.RevDet),
        Of("resnet50_evaluation", GoldenResNets.RevDet),
        Of("vit_s16", GoldenTransformers.RevDet),
        Of("vit_b16", GoldenTransformers.RevDet) with { IsLong = true },
        Of("beit_b16", GoldenTransformers.Generator) with { IsLong = true },
        Of("dalle_encoder", GoldenDiscreteVae.Encoder) with { IsLong = true },
        Of("dalle_decoder", GoldenDiscreteVae.Decoder) with { IsLong = true },
    };

    private static GoldenCheck Of(string name, Action<GoldenModel> build) => new(name, (device, profile) =>
    {
        var model = new GoldenModel(GoldenFile.Load(name));
        build(model);
        return model.Run(device, profile);
    });
}
