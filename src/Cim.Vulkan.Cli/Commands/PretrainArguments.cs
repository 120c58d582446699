using System;
using System.CommandLine;
using System.Globalization;
using Cim.Vulkan.Models;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli;

/// <summary>The options of a CIM run, shared by <c>cim pretrain</c> and <c>cim doctor --plan</c>.</summary>
internal static class PretrainArguments
{
    public static readonly Option<string?> Tokenizer = new("--tokenizer") { Description = "tokenizer.safetensors, or the folder of the run that wrote it", HelpName = "FILE" };

    private static readonly Option<int?> s_patchSize = new("--patch-size") { Description = "Side of a patch in pixels", HelpName = "PIXELS" };
    private static readonly Option<int?> s_tokenizerImageSize = new("--tokenizer-image-size") { Description = "Side of the tokenizer's pictures (default: what gives one token a patch)", HelpName = "PIXELS" };
    private static readonly Option<string?> s_preset = new("--preset") { Description = $"A recipe to start from, other flags go over it: {string.Join(", ", Presets.Names)}", HelpName = "NAME" };
    private static readonly Option<CimObjective?> s_objective = new("--objective") { Description = "revdet: spot replaced tokens; respix: restore pixels", HelpName = "revdet|respix" };
    private static readonly Option<EnhancerSize?> s_enhancer = new("--enhancer") { Description = "micro, tiny, small, base or large ViT, resnetmicro, resnet18, resnet34, resnet50 or resnet101; with the generator that suits it (default: small)", HelpName = "SIZE" };
    private static readonly Option<int?> s_masked = new("--masked") { Description = "Masked tokens of a picture (default: 56 %)", HelpName = "N" };
    private static readonly Option<string?> s_accumulate = new("--accumulate") { Description = "Forward passes whose gradients are averaged into one step; auto (default): a --batch that does not fit is cut into as few as do", HelpName = "N|auto" };
    private static readonly Option<bool> s_recompute = new("--recompute") { Description = "Compute the transformers' blocks again in the backward pass instead of keeping them: less memory, more time, the same bits" };
    private static readonly Option<int?> s_probeEvery = new("--probe-every") { Description = "Steps between probes (linear and nearest neighbours) of the frozen features; needs labels", HelpName = "N" };
    private static readonly Option<string?> s_probeData = new("--probe-data") { Description = "Labelled pictures to probe with (default: those of --data)", HelpName = "PATH" };
    private static readonly Option<int?> s_probePictures = new("--probe-pictures") { Description = "Most pictures of a probe", HelpName = "N" };
    private static readonly Option<string?> s_initEnhancer = new("--init-enhancer") { Description = "Weights that the enhancer starts from: safetensors, a file of torch.save, a pickle, or the folder of a run (default: random)", HelpName = "FILE" };
    private static readonly Option<string?> s_initAs = new("--init-as") { Description = "vit, beit, mae, resnet or auto: the network whose names that file has (default: auto)", HelpName = "NETWORK" };

    private const string Auto = "auto";

    public static void AddTo(Command command, bool planOnly = false)
    {
        foreach (Option option in (Option[])[s_preset, Tokenizer, s_patchSize, s_tokenizerImageSize, s_objective, s_enhancer, s_masked, s_accumulate, s_recompute]) command.Add(option);
        foreach (Option option in planOnly ? Array.Empty<Option>() : [s_probeEvery, s_probeData, s_probePictures]) command.Add(option);
        RunArguments.AddTo(command, planOnly);
        // What a step needs does not depend on where it starts.
        foreach (Option option in planOnly ? Array.Empty<Option>() : [s_initEnhancer, s_initAs]) command.Add(option);
    }

    /// <summary>The options as given; the tokenizer's picture size follows from its downsampling.</summary>
    public static CimPretrainOptions Read(ParseResult parsed, DiscreteVaeOptions tokenizer)
    {
        string preset = parsed.GetValue(s_preset) ?? "";
        CimPretrainOptions defaults = preset.Length > 0 ? Presets.Pretraining(preset) : new CimPretrainOptions();
        CimPretrainOptions options = RunArguments.Over(parsed, defaults, defaults.Optimizer, (o, optimizer) => o with { Optimizer = optimizer });
        (EnhancerOptions enhancer, GeneratorOptions generator) = parsed.GetValue(s_enhancer) is { } size ? EnhancerSizes.Of(size) : (defaults.Enhancer, defaults.Generator);
        options = options with
        {
            Tokenizer = parsed.GetValue(Tokenizer) ?? "",
            Objective = parsed.GetValue(s_objective) ?? defaults.Objective,
            ImageSize = parsed.GetValue(RunArguments.ImageSize) ?? defaults.ImageSize,
            PatchSize = parsed.GetValue(s_patchSize) ?? defaults.PatchSize,
            Enhancer = enhancer,
            Generator = generator,
            Masking = defaults.Masking with { Count = parsed.GetValue(s_masked) ?? defaults.Masking.Count },
            Accumulate = AccumulateOf(parsed.GetValue(s_accumulate)) ?? defaults.Accumulate,
            Recompute = parsed.GetValue(s_recompute),
            ProbeEvery = parsed.GetValue(s_probeEvery) ?? defaults.ProbeEvery,
            ProbeData = parsed.GetValue(s_probeData) ?? defaults.ProbeData,
            ProbePictures = parsed.GetValue(s_probePictures) ?? defaults.ProbePictures,
            InitEnhancer = parsed.GetValue(s_initEnhancer) ?? defaults.InitEnhancer,
            InitAs = parsed.GetValue(s_initAs) ?? defaults.InitAs,
        };
        options = options with { TokenizerImageSize = parsed.GetValue(s_tokenizerImageSize) ?? Math.Max(1, options.GridSize * tokenizer.Downsampling) };
        return OptionsOverlay.Apply(options, parsed.GetValue(RunArguments.Set) ?? []) with
        {
            Preset = preset,
            MayCutBatch = AccumulateOf(parsed.GetValue(s_accumulate)) is null,
        };
    }

    // Null where the batch may be cut.
    private static int? AccumulateOf(string? word) => word is null or Auto ? null
        : int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int count) ? count
        : throw new CimUsageException($"--accumulate {word} is neither a whole number nor {Auto}: give one such as --accumulate 8");
}
