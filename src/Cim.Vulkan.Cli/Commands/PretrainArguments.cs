using System;
using System.CommandLine;
using System.Globalization;
using Cim.Vulkan.Data;
using Cim.Vulkan.Models;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli;

/// <summary>The options of a pre-training, shared by <c>cim pretrain</c> and <c>cim doctor --plan</c>.</summary>
internal static class PretrainArguments
{
    public static readonly Option<string?> Tokenizer = new("--tokenizer") { Description = "tokenizer.safetensors, or the folder of the run that wrote it", HelpName = "FILE" };

    private static readonly Option<int?> s_patchSize = new("--patch-size") { Description = "Side of a patch in pixels", HelpName = "PIXELS" };
    private static readonly Option<int?> s_tokenizerImageSize = new("--tokenizer-image-size") { Description = "Side of the tokenizer's pictures (default: what gives one token a patch)", HelpName = "PIXELS" };
    private static readonly Option<string?> s_preset = new("--preset") { Description = $"A recipe to start from, other flags go over it: {string.Join(", ", Presets.Names)}", HelpName = "NAME" };
    private static readonly Option<PretrainMethodKind?> s_method = new("--method") { Description = $"How to pre-train: {string.Join(", ", PretrainMethod.Names)} (default: cim)", HelpName = string.Join('|', PretrainMethod.Names) };
    private static readonly Option<CimObjective?> s_objective = new("--objective") { Description = "revdet: spot replaced tokens; respix: restore pixels", HelpName = "revdet|respix" };
    private static readonly Option<EnhancerSize?> s_enhancer = new("--enhancer") { Description = "micro, tiny, small, base or large ViT, resnetmicro, resnet18, resnet34, resnet50 or resnet101; with the generator that suits it (default: small)", HelpName = "SIZE" };
    private static readonly Option<int?> s_masked = new("--masked") { Description = "Masked patches of a picture (default: 56 %, for simmim 60 %, for beit 38 %)", HelpName = "N" };
    private static readonly Option<MaskKind?> s_masking = new("--masking") { Description = "How masked patches are chosen: random, or blockwise as in BEiT", HelpName = "random|blockwise" };
    private static readonly Option<bool> s_shareWeights = new("--share-weights") { Description = "The generator is the enhancer's first blocks, trained by both losses, instead of a network of its own" };
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
        foreach (Option option in (Option[])[s_preset, s_method, Tokenizer, s_patchSize, s_tokenizerImageSize, s_objective, s_enhancer, s_masked, s_masking, s_shareWeights, s_accumulate, s_recompute]) command.Add(option);
        foreach (Option option in planOnly ? Array.Empty<Option>() : [s_probeEvery, s_probeData, s_probePictures]) command.Add(option);
        RunArguments.AddTo(command, planOnly);
        // What a step needs does not depend on where it starts.
        foreach (Option option in planOnly ? Array.Empty<Option>() : [s_initEnhancer, s_initAs]) command.Add(option);
    }

    /// <summary>The recipe that was given; empty for none.</summary>
    public static string PresetOf(ParseResult parsed) => parsed.GetValue(s_preset) ?? "";

    /// <summary>The method that was given, the recipe's, or CIM.</summary>
    public static PretrainMethod MethodOf(ParseResult parsed) => PretrainMethod.Of(StartOf(parsed).Method);

    /// <summary>The options as given; the tokenizer's picture size follows from its downsampling.</summary>
    public static CimPretrainOptions Read(ParseResult parsed, DiscreteVaeOptions? tokenizer)
    {
        CimPretrainOptions defaults = StartOf(parsed);
        CimPretrainOptions options = RunArguments.Over(parsed, defaults, defaults.Optimizer, (o, optimizer) => o with { Optimizer = optimizer });
        (EnhancerOptions enhancer, GeneratorOptions generator) = parsed.GetValue(s_enhancer) is { } size ? EnhancerSizes.Of(size, defaults.Enhancer, defaults.Generator) : (defaults.Enhancer, defaults.Generator);
        // Where there is one, it grows with the enhancer.
        if (!PretrainMethod.Of(defaults.Method).HasGenerator) generator = defaults.Generator;
        options = options with
        {
            Tokenizer = parsed.GetValue(Tokenizer) ?? "",
            Objective = parsed.GetValue(s_objective) ?? defaults.Objective,
            ImageSize = parsed.GetValue(RunArguments.ImageSize) ?? defaults.ImageSize,
            PatchSize = parsed.GetValue(s_patchSize) ?? defaults.PatchSize,
            Enhancer = enhancer,
            Generator = parsed.GetValue(s_shareWeights) ? generator with { SharesWeights = true } : generator,
            Masking = defaults.Masking with { Count = parsed.GetValue(s_masked) ?? defaults.Masking.Count, Kind = parsed.GetValue(s_masking) ?? defaults.Masking.Kind },
            Accumulate = AccumulateOf(parsed.GetValue(s_accumulate)) ?? defaults.Accumulate,
            Recompute = parsed.GetValue(s_recompute),
            ProbeEvery = parsed.GetValue(s_probeEvery) ?? defaults.ProbeEvery,
            ProbeData = parsed.GetValue(s_probeData) ?? defaults.ProbeData,
            ProbePictures = parsed.GetValue(s_probePictures) ?? defaults.ProbePictures,
            InitEnhancer = parsed.GetValue(s_initEnhancer) ?? defaults.InitEnhancer,
            InitAs = parsed.GetValue(s_initAs) ?? defaults.InitAs,
        };
        int? tokenizerImageSize = parsed.GetValue(s_tokenizerImageSize) ?? (tokenizer is null ? null : Math.Max(1, options.GridSize * tokenizer.Downsampling));
        options = OptionsOverlay.Apply(options with { TokenizerImageSize = tokenizerImageSize ?? defaults.TokenizerImageSize }, parsed.GetValue(RunArguments.Set) ?? []);
        if (options.Method != defaults.Method) throw new CimUsageException($"--set method={options.Method}: say --method {PretrainMethod.Of(options.Method).Name}, what else is needed follows from it");
        return options with
        {
            Preset = PresetOf(parsed),
            MayCutBatch = AccumulateOf(parsed.GetValue(s_accumulate)) is null,
        };
    }

    private static CimPretrainOptions StartOf(ParseResult parsed)
    {
        string preset = PresetOf(parsed);
        PretrainMethodKind? method = parsed.GetValue(s_method);
        if (preset.Length == 0) return PretrainMethod.Of(method ?? PretrainMethodKind.Cim).Start;
        CimPretrainOptions recipe = Presets.Pretraining(preset);
        if (method is { } other && other != recipe.Method)
            throw new CimUsageException($"--preset {preset} is a recipe for --method {PretrainMethod.Of(recipe.Method).Name}, not {PretrainMethod.Of(other).Name}: leave one of the two out");
        return recipe;
    }

    // Null where the batch may be cut.
    private static int? AccumulateOf(string? word) => word is null or Auto ? null
        : int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int count) ? count
        : throw new CimUsageException($"--accumulate {word} is neither a whole number nor {Auto}: give one such as --accumulate 8");
}
