using System.Collections.Generic;
using Cim.Vulkan.Data;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>The control without corruption by tokens: ResPix from under additive Gaussian noise, <see cref="DenoiseStepGraph"/>.</summary>
internal sealed class DenoiseMethod : PretrainMethod
{
    // 75 of 255, as the denoising control of masked frequency modeling (Xie et al. 2023) has it.
    public const double DefaultDeviation = 0.294;

    public override PretrainMethodKind Kind => PretrainMethodKind.Denoise;

    public override bool NeedsTokenizer => false;

    public override bool MasksPatches => false;

    public override CimPretrainOptions Start => base.Start with { NoiseDeviation = DefaultDeviation };

    protected override IReadOnlyList<string> Unused =>
        ["tokenizer", "tokenizerImageSize", "objective", "generator", "masking", "tokenChoice", "samplingTemperature", "upsampling", "enhancerLossWeight", "clipMode", "generatorClipNorm"];

    public override PretrainModels Declare(CimPretrainOptions options, DiscreteVaeOptions? tokenizer) => new DenoiseModels(options);

    internal override EnhancerHead HeadOf(CimPretrainOptions options) => EnhancerHead.Restoration;

    internal override void Check(OptionChecks checks, CimPretrainOptions options) => checks.Positive("noiseDeviation", options.NoiseDeviation ?? DefaultDeviation);

    internal override StepNumbers NumbersOf(CimPretrainOptions options) =>
        new([StepNumber.Loss("enhancerLoss", "enhancer_loss")], StepNumber.Output("l1Loss", "l1_loss"), StepNumber.Output("l2Loss", "l2_loss"));

    internal override ImageGrid Draw(CimPretrainOptions options, ImageBatch batch, Program program)
    {
        float[] noisy = program.Read<float>("noisy_images"), prediction = program.Read<float>("prediction");
        var pictures = new PretrainPictures(options, batch, columns: 3);
        for (int i = 0; i < pictures.Count; i++)
        {
            pictures.Set(i, 1, pictures.Of(noisy, i));
            pictures.Set(i, 2, pictures.Restored(i, pictures.Of(prediction, i)));
        }
        return pictures.Grid;
    }

    internal override MethodWords WordsOf(RunReport run) => new("Denoising",
        "Noise is added to a picture, and the encoder learns to restore the original pixels: the control that shows what corruption by tokens is worth. No labels are used.",
        ["original", "noisy", "restored"],
        "From left to right: the original; the noisy picture, all that the encoder sees; what the encoder restores.")
    {
        LossTitle = "Denoising: restoration loss",
        LossMeaning = "How far the restored pixels are from those of the original: what is made small and its two parts. It should fall, fast at first and then slowly.",
    };
}

/// <summary>The denoiser: the enhancer with ResPix's head, and nothing beside it.</summary>
internal sealed class DenoiseModels(CimPretrainOptions options) : PretrainModels(options)
{
    public override PretrainStepGraph Describe(CimPretrainOptions options, int maskedCount) => new DenoiseStepGraph(this, options);
}

/// <summary>One step of denoising. The noise is not clipped to [0, 1], so that it stays independent of the picture.</summary>
internal sealed class DenoiseStepGraph : PretrainStepGraph
{
    public DenoiseStepGraph(DenoiseModels models, CimPretrainOptions options)
        : base(options)
    {
        Tensor noisy = Images.Add(Graph.NormalNoise(Images.Shape).Scale((float)(options.NoiseDeviation ?? DenoiseMethod.DefaultDeviation)));
        Tensor prediction = models.Enhancer.Restore(Normalize(noisy), BatchStatistics);
        Tensor loss = PixelTargets.Loss(prediction, PixelTargets.Of(Images, options, models.Enhancer.RestoresPatches), options.Target);
        Losses = [new StepLoss("enhancer", loss, models.Enhancer.Parameters)];
        Graph.Output("noisy_images", noisy.Slice(0, 0, ShownPictures));
        Graph.Output("prediction", prediction.Slice(0, 0, ShownPictures));
        Graph.Output("enhancer_loss", loss);
    }

    public override IReadOnlyList<StepLoss> Losses { get; }
}
