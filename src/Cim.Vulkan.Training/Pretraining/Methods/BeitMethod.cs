using System;
using System.Collections.Generic;
using Cim.Vulkan.Data;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>Masked image modeling as BEiT does it (Bao et al. 2021): <see cref="BeitStepGraph"/>. Three quarters of it is CIM's generator, with the enhancer in its place.</summary>
internal sealed class BeitMethod : PretrainMethod
{
    public override PretrainMethodKind Kind => PretrainMethodKind.Beit;

    public override bool NeedsTokenizer => true;

    public override bool MasksPatches => true;

    // 75 of 196, in blocks.
    public override CimPretrainOptions Start => base.Start with { Masking = new MaskingOptions { Kind = MaskKind.Blockwise, MinimumRatio = 75.0 / 196, MaximumRatio = 75.0 / 196 } };

    protected override IReadOnlyList<string> Unused => ["objective", "generator", "tokenChoice", "samplingTemperature", "target", "enhancerLossWeight", "clipMode", "generatorClipNorm", "noiseDeviation"];

    public override PretrainModels Declare(CimPretrainOptions options, DiscreteVaeOptions? tokenizer) => new BeitModels(options, tokenizer ?? throw new ArgumentNullException(nameof(tokenizer)));

    internal override void Check(OptionChecks checks, CimPretrainOptions options)
    {
        CheckMaskToken(checks, options);
        checks.Require(Enum.IsDefined(options.Upsampling), $"up-sampling {options.Upsampling} is not known");
    }

    internal override StepNumbers NumbersOf(CimPretrainOptions options) => new([StepNumber.Loss("enhancerLoss", "enhancer_loss"), StepNumber.Output("maskedAccuracy", "masked_accuracy")]);

    internal override ImageGrid Draw(CimPretrainOptions options, ImageBatch batch, Program program)
    {
        int[] golden = program.Read<int>("golden_tokens"), guesses = program.Read<int>("guessed_tokens");
        int count = batch.MaskedCount, tokens = options.GridSize * options.GridSize;
        var pictures = new PretrainPictures(options, batch, columns: 3);
        for (int i = 0; i < pictures.Count; i++)
        {
            ReadOnlySpan<int> positions = pictures.PositionsOf(i);
            var wrong = new float[tokens];
            for (int k = 0; k < count; k++)
                if (guesses[(i * count) + k] != golden[(i * tokens) + positions[k]]) wrong[positions[k]] = 1;
            pictures.Set(i, 1, pictures.Masked(i));
            pictures.SetHeat(i, 2, wrong);
        }
        return pictures.Grid;
    }

    internal override CorruptionPictures Corruptions(PersistentMemory memory, DeviceProfile profile, PretrainModels models, CimPretrainOptions options, ImageBatch batch) =>
        new(memory, profile, models.Tokenizer!, models.Generator!, options, batch);

    internal override MethodWords WordsOf(RunReport run) => new("BEiT",
        "Part of a picture is hidden, and the encoder learns to tell the hidden patches' visual tokens, the words in which a frozen tokenizer writes the picture (masked image modeling). No labels are used.",
        ["original", "masked", "wrong"],
        "From left to right: the original; what the encoder sees of it; where its first guess is not exactly the true token. Many tokens fit, so most of it stays bright.")
    {
        LossTitle = "BEiT: masked-token loss",
        LossUnit = "nats",
        LossMeaning = "How surprised the encoder is by the true token of a masked patch. Lower is better; a quick fall and then a slow one is normal.",
        LossLevel = run.Codes is { Counts.Count: > 0 } codes ? new ChartLevel(Math.Log(codes.Counts.Count), $"guessing: ln {codes.Counts.Count}") : null,
    };
}

/// <summary>BEiT's networks: the tokenizer, and the enhancer with mask token and a head over the vocabulary on it.</summary>
internal sealed class BeitModels : PretrainModels
{
    /// <summary>Declares the networks.</summary>
    /// <exception cref="OptionsException">The pictures, patches and tokens do not fit together.</exception>
    public BeitModels(CimPretrainOptions options, DiscreteVaeOptions tokenizer)
        : base(options)
    {
        GeometryOf(options, tokenizer);
        Tokenizer = new DiscreteVae(new ParameterSet("tokenizer"), tokenizer);
        Generator = new Beit((VisionTransformer)Enhancer.Trunk, tokenizer.VocabularySize);
    }

    public override DiscreteVae Tokenizer { get; }

    public override Beit Generator { get; }

    public override PretrainStepGraph Describe(CimPretrainOptions options, int maskedCount) => new BeitStepGraph(this, options, maskedCount);
}

/// <summary>One step of BEiT: the tokens of masked patches from those that are seen.</summary>
internal sealed class BeitStepGraph : PretrainStepGraph
{
    public BeitStepGraph(BeitModels models, CimPretrainOptions options, int maskedCount)
        : base(options)
    {
        Tensor tokenizerImages = TokenizerImages(), masked = MaskedPositions(maskedCount);
        Tensor golden = TokenStages.GoldenTokens(models.Tokenizer, tokenizerImages);
        Tensor logits = models.Generator.Forward(Normalize(Images), masked, isTraining: true);
        Tensor loss = TokenStages.MaskedLoss(logits, golden, masked);
        Losses = [new StepLoss("enhancer", loss, models.Enhancer.Parameters)];
        Graph.Output("golden_tokens", golden);
        Graph.Output("guessed_tokens", logits.Slice(0, 0, ShownPictures * maskedCount).StopGradient().ArgMax());
        Graph.Output("enhancer_loss", loss);
    }

    public override IReadOnlyList<StepLoss> Losses { get; }
}
