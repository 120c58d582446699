using System;
using System.Collections.Generic;

namespace Cim.Vulkan.Training;

/// <summary>What the enhancer learns.</summary>
public enum CimObjective
{
    /// <summary>Which tokens were replaced.</summary>
    RevDet,

    /// <summary>The pixels of the uncorrupted picture.</summary>
    ResPix,
}

/// <summary>How the replacing token is chosen.</summary>
public enum TokenChoice
{
    /// <summary>Drawn from the generator's distribution: CIM's choice.</summary>
    Sample,

    /// <summary>The most likely one.</summary>
    ArgMax,

    /// <summary>Any of the vocabulary, whatever the generator says.</summary>
    Uniform,
}

/// <summary>How the decoded picture is brought to the enhancer's size.</summary>
public enum UpsamplingMode
{
    /// <summary>Bilinear, corners not aligned.</summary>
    Bilinear,

    /// <summary>Bicubic, corners not aligned.</summary>
    Bicubic,

    /// <summary>Nearest neighbour.</summary>
    Nearest,
}

/// <summary>Of which gradients the norm is clipped.</summary>
public enum ClipMode
{
    /// <summary>Generator and enhancer each by itself.</summary>
    Separate,

    /// <summary>Both together, with the generator's norm as the bound.</summary>
    Joint,
}

/// <summary>
/// Pre-training by Corrupted Image Modeling (Fang et al., ICLR 2023), or by one of the methods that it is compared with. The defaults are the paper's with
/// ViT-S/16, where it is silent BEiT's; the batch is a single GPU's.
/// </summary>
public sealed record CimPretrainOptions : RunOptions
{
    /// <summary>The kind under which a run of these options is stored.</summary>
    public const string Kind = "cim-pretrain";

    /// <summary>How the enhancer is pre-trained. Not written where it is CIM, so that runs from before there were others can be resumed.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public PretrainMethodKind Method { get; init; }

    /// <summary>The trained tokenizer's weights file; empty for methods without one.</summary>
    public string Tokenizer { get; init; } = "";

    /// <summary>What the enhancer learns.</summary>
    public CimObjective Objective { get; init; } = CimObjective.RevDet;

    /// <summary>Side of the enhancer's and generator's pictures.</summary>
    public int ImageSize { get; init; } = 224;

    /// <summary>Side of a patch.</summary>
    public int PatchSize { get; init; } = 16;

    /// <summary>Side of the tokenizer's pictures: one token a patch.</summary>
    public int TokenizerImageSize { get; init; } = 112;

    /// <summary>The network that pre-training is for.</summary>
    public EnhancerOptions Enhancer { get; init; } = new();

    /// <summary>A file of weights, or the folder of a run, that the enhancer starts from; null for random values.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public string? InitEnhancer { get; init; }

    /// <summary>The architecture whose names <see cref="InitEnhancer"/> has; null for the one that is recognised.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public string? InitAs { get; init; }

    /// <summary>The network that proposes tokens.</summary>
    public GeneratorOptions Generator { get; init; } = new();

    /// <summary>Which and how many tokens are masked.</summary>
    public MaskingOptions Masking { get; init; } = new();

    /// <summary>How the replacing token is chosen.</summary>
    public TokenChoice TokenChoice { get; init; } = TokenChoice.Sample;

    /// <summary>Temperature of sampling.</summary>
    public double SamplingTemperature { get; init; } = 1;

    /// <summary>How the decoded picture is brought to the enhancer's size.</summary>
    public UpsamplingMode Upsampling { get; init; } = UpsamplingMode.Bilinear;

    /// <summary>Target and loss of ResPix.</summary>
    public TargetOptions Target { get; init; } = new();

    /// <summary>Standard deviation of the noise of <see cref="PretrainMethodKind.Denoise"/>, in pixels of [0, 1]; null for 75 of 255.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public double? NoiseDeviation { get; init; }

    /// <summary>Weight of the enhancer's loss beside the generator's.</summary>
    public double EnhancerLossWeight { get; init; } = 1;

    /// <summary>AdamW and its schedule, for both networks.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>Of which gradients the norm is clipped.</summary>
    public ClipMode ClipMode { get; init; } = ClipMode.Separate;

    /// <summary>Largest gradient norm of the generator; 0 for no clipping.</summary>
    public double GeneratorClipNorm { get; init; } = 3;

    /// <summary>Largest gradient norm of the enhancer; 0 for no clipping.</summary>
    public double EnhancerClipNorm { get; init; } = 3;

    /// <summary>Whether backward computes the transformers' blocks again instead of keeping their inner tensors: less memory, more time, the same bits.</summary>
    public bool Recompute { get; init; }

    /// <summary>Steps between probes of the enhancer as it stands; 0 for none.</summary>
    public int ProbeEvery { get; init; }

    /// <summary>Labelled pictures to probe with; empty for those of the training.</summary>
    public string ProbeData { get; init; } = "";

    /// <summary>Most pictures of a probe, 15 % of them to measure on.</summary>
    public int ProbePictures { get; init; } = 2000;

    /// <summary>Whether a <see cref="RunOptions.Batch"/> that does not fit the device is cut into micro-batches. Not stored: what is stored is what was found.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool MayCutBatch { get; init; }

    /// <summary>The recipe that the run starts from, of <see cref="Presets"/>; empty for none. Not stored: what is stored is what came of it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Preset { get; init; } = "";

    /// <summary>Patches, and so tokens, along a side.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int GridSize => PatchSize > 0 ? ImageSize / PatchSize : 0;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Validate()
    {
        var checks = new OptionChecks();
        CheckRun(checks);
        PretrainMethod method = PretrainMethod.Of(Method);
        if (method.NeedsTokenizer) checks.Given("--tokenizer", Tokenizer, "give the tokenizer.safetensors that 'cim tokenizer train' wrote");
        CheckGeometry(checks, method.NeedsTokenizer);
        Enhancer.Check(checks, ImageSize, GridSize, method.DetectsTokens(this));
        if (method.MasksPatches) Masking.Check(checks, GridSize * GridSize);
        method.CheckAll(checks, this);
        Target.Check(checks, ImageSize);
        Optimizer.Check(checks);
        checks.NotNegative("enhancer clip norm", EnhancerClipNorm);
        checks.AtLeast("--probe-every", ProbeEvery, 0);
        checks.Require(ProbeEvery > 0 || ProbeData.Length == 0, "--probe-data is given without --probe-every: say after how many steps to probe");
        checks.AtLeast("--probe-pictures", ProbePictures, Training.ProbeData.FewestPictures);
        checks.Require(InitAs is null || InitEnhancer is not null, "--init-as is given without --init-enhancer: say which file to start from");
        return checks.Problems;
    }

    private void CheckGeometry(OptionChecks checks, bool needsTokenizer)
    {
        checks.AtLeast("--patch-size", PatchSize, 1);
        checks.AtLeast("--image-size", ImageSize, 1);
        if (needsTokenizer) checks.AtLeast("--tokenizer-image-size", TokenizerImageSize, 1);
        if (PatchSize < 1 || ImageSize < 1) return;
        int fitting = Math.Max(1, (ImageSize + (PatchSize / 2)) / PatchSize) * PatchSize;
        checks.Require(ImageSize % PatchSize == 0, $"--image-size {ImageSize} is not a multiple of --patch-size {PatchSize}: give --image-size {fitting}");
        if (needsTokenizer && GridSize > 0 && ImageSize % PatchSize == 0)
            checks.Require(TokenizerImageSize % GridSize == 0, $"--tokenizer-image-size {TokenizerImageSize} is not a multiple of the {GridSize} patches a side: leave it out, then it is what fits the tokenizer");
    }
}
