using System;
using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Training;

/// <summary>A training step of the sizes that people train with, to be planned for any device.</summary>
/// <param name="Name">What is trained.</param>
/// <param name="Batch">Pictures of a step.</param>
/// <param name="Plan">Plans it for a device with another batch; throws <see cref="PlanException"/> where that does not fit.</param>
public sealed record FullSizeStep(string Name, int Batch, Func<DeviceProfile, int, ExecutionPlan> Plan);

/// <summary>The steps whose kernels are worth being watched.</summary>
public static class FullSizeSteps
{
    private const int Batch = 64;

    // The tokenizer of Ramesh et al. 2021 at the size of its pictures, and the one that is trained by default.
    private static readonly TokenizerTrainingOptions s_largeTokenizer = new() { ImageSize = 112, VocabularySize = 8192, HiddenWidth = 256, Groups = 4 };
    private static readonly TokenizerTrainingOptions s_smallTokenizer = new();

    /// <summary>
    /// Corrupted image modeling both ways with ViT-B/16, the same at sizes that small devices hold, and the tokenizers that they need: in fp32, and in the
    /// 16-bit type of a device's matrix units or else fp16.
    /// </summary>
    public static IReadOnlyList<FullSizeStep> All { get; } = [.. In(_ => PrecisionChoice.Fp32, ""), .. In(Half, ", 16 bits")];

    private static PrecisionChoice Half(DeviceProfile device) => PrecisionChoices.BestOf(device) == Precision.BFloat16 ? PrecisionChoice.Bf16 : PrecisionChoice.Fp16;

    private static FullSizeStep[] In(Func<DeviceProfile, PrecisionChoice> precision, string suffix) =>
    [
        new("ViT-B/16 RevDet step" + suffix, Batch, (profile, batch) => CimPretrainer.PlanStep(Large(CimObjective.RevDet, batch) with { Precision = precision(profile) }, TokenizerFile.OptionsOf(s_largeTokenizer), profile)),
        new("ViT-B/16 ResPix step" + suffix, Batch, (profile, batch) => CimPretrainer.PlanStep(Large(CimObjective.ResPix, batch) with { Precision = precision(profile) }, TokenizerFile.OptionsOf(s_largeTokenizer), profile)),
        new("large tokenizer's step" + suffix, Batch, (profile, batch) => TokenizerTrainer.PlanStep(s_largeTokenizer with { Batch = batch, Precision = precision(profile) }, profile)),
        new("ViT-S/16 RevDet step" + suffix, Batch, (profile, batch) => CimPretrainer.PlanStep(Small(batch) with { Precision = precision(profile) }, TokenizerFile.OptionsOf(s_smallTokenizer), profile)),
        new("small tokenizer's step" + suffix, Batch, (profile, batch) => TokenizerTrainer.PlanStep(s_smallTokenizer with { Batch = batch, Precision = precision(profile) }, profile)),
    ];

    private static CimPretrainOptions Large(CimObjective objective, int batch) =>
        new() { Objective = objective, Batch = batch, Enhancer = EnhancerOptions.VitBase, Generator = new GeneratorOptions { Width = 768, Heads = 12 } };

    // Its tokens cover 4 pixels of 14 a side.
    private static CimPretrainOptions Small(int batch) => new() { Batch = batch, TokenizerImageSize = 56 };
}
