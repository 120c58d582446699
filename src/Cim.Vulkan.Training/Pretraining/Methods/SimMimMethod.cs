using System.Collections.Generic;
using Cim.Vulkan.Data;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>Masked image modeling with pixels (Xie et al. 2022): <see cref="SimMimStepGraph"/>.</summary>
internal sealed class SimMimMethod : PretrainMethod
{
    private const double MaskedShare = 0.6;

    public override PretrainMethodKind Kind => PretrainMethodKind.SimMim;

    public override bool NeedsTokenizer => false;

    public override bool MasksPatches => true;

    // Raw pixels by their mean absolute difference.
    public override CimPretrainOptions Start => base.Start with
    {
        Masking = new MaskingOptions { MinimumRatio = MaskedShare, MaximumRatio = MaskedShare },
        Target = new TargetOptions { Normalization = TargetNormalization.None, L2Weight = 0 },
    };

    protected override IReadOnlyList<string> Unused =>
        ["tokenizer", "tokenizerImageSize", "objective", "generator", "tokenChoice", "samplingTemperature", "upsampling", "enhancerLossWeight", "clipMode", "generatorClipNorm", "noiseDeviation"];

    public override PretrainModels Declare(CimPretrainOptions options, DiscreteVaeOptions? tokenizer) => new SimMimModels(options);

    internal override void Check(OptionChecks checks, CimPretrainOptions options) => CheckMaskToken(checks, options);

    internal override StepNumbers NumbersOf(CimPretrainOptions options) =>
        new([StepNumber.Loss("enhancerLoss", "enhancer_loss")], StepNumber.Output("l1Loss", "l1_loss"), StepNumber.Output("l2Loss", "l2_loss"));

    internal override ImageGrid Draw(CimPretrainOptions options, ImageBatch batch, Program program)
    {
        float[] prediction = program.Read<float>("prediction");
        var pictures = new PretrainPictures(options, batch, columns: 3);
        for (int i = 0; i < pictures.Count; i++)
        {
            pictures.Set(i, 1, pictures.Masked(i));
            pictures.Set(i, 2, pictures.Filled(i, prediction));
        }
        return pictures.Grid;
    }

    internal override MethodWords WordsOf(RunReport run) => new("SimMIM",
        "Part of a picture is hidden, and the encoder learns to tell the hidden patches' pixels (masked image modeling without a tokenizer). No labels are used.",
        ["original", "masked", "filled in"],
        "From left to right: the original; what the encoder sees of it; the hidden patches as the encoder fills them in. Shapes and colours come first; fine detail cannot be known.")
    {
        LossTitle = "SimMIM: loss on masked pixels",
        LossMeaning = "How far the filled-in pixels are from those that were hidden: what is made small and its two parts. It should fall, fast at first and then slowly.",
    };
}

/// <summary>SimMIM's network: the enhancer with mask token and a linear head to a patch's pixels on it.</summary>
internal sealed class SimMimModels : PretrainModels
{
    public SimMimModels(CimPretrainOptions options)
        : base(options)
    {
        var trunk = (VisionTransformer)Enhancer.Trunk;
        Head = new MaskedPatchHead(trunk, "pixel_head", options.PatchSize * options.PatchSize * trunk.Options.InputChannels);
    }

    public MaskedPatchHead Head { get; }

    public override PretrainStepGraph Describe(CimPretrainOptions options, int maskedCount) => new SimMimStepGraph(this, options, maskedCount);
}

/// <summary>One step of SimMIM: the pixels of masked patches from those that are seen.</summary>
internal sealed class SimMimStepGraph : PretrainStepGraph
{
    public SimMimStepGraph(SimMimModels models, CimPretrainOptions options, int maskedCount)
        : base(options)
    {
        Tensor masked = MaskedPositions(maskedCount);
        Tensor prediction = models.Head.Forward(Normalize(Images), masked, isTraining: true);
        Tensor target = PixelTargets.Of(Images, options, asPatches: true).GatherTokens(masked).Reshape(prediction.Shape);
        Tensor loss = PixelTargets.Loss(prediction, target, options.Target);
        Losses = [new StepLoss("enhancer", loss, models.Enhancer.Parameters)];
        Graph.Output("prediction", prediction.Slice(0, 0, ShownPictures * maskedCount));
        Graph.Output("enhancer_loss", loss);
    }

    public override IReadOnlyList<StepLoss> Losses { get; }
}
