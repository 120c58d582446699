using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Serialization.Metadata;
using Cim.Vulkan.Data;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>
/// A way to pre-train: which options it reads, which networks it trains and on what, which numbers and pictures it shows. One class a method; whoever trains,
/// saves or reports asks it and does not ask which one it is.
/// </summary>
public abstract class PretrainMethod
{
    private static readonly PretrainMethod[] s_all = [new CimMethod(), new BeitMethod(), new SimMimMethod(), new DenoiseMethod()];

    /// <summary>The methods' names on the command line.</summary>
    public static IReadOnlyList<string> Names { get; } = Array.ConvertAll(s_all, method => method.Name);

    /// <summary>The name on the command line.</summary>
    public string Name => Kind.ToString().ToLowerInvariant();

    /// <summary>Its name in options.</summary>
    public abstract PretrainMethodKind Kind { get; }

    /// <summary>Whether it needs a trained tokenizer.</summary>
    public abstract bool NeedsTokenizer { get; }

    /// <summary>Whether patches are masked.</summary>
    public abstract bool MasksPatches { get; }

    /// <summary>Whether a network of its own proposes tokens beside the enhancer.</summary>
    public virtual bool HasGenerator => false;

    /// <summary>What a run starts from where no recipe is given.</summary>
    public virtual CimPretrainOptions Start => new() { Method = Kind };

    /// <summary>Options by their names in JSON, whole sections among them, that the method has no use for.</summary>
    protected abstract IReadOnlyList<string> Unused { get; }

    /// <summary>The method of a kind.</summary>
    /// <param name="kind">One of those that there are.</param>
    public static PretrainMethod Of(PretrainMethodKind kind) => Array.Find(s_all, method => method.Kind == kind) ?? throw new OptionsException($"--method {kind} is not known: {string.Join(", ", Names)}");

    /// <summary>Declares the networks.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="tokenizer">Sizes of the tokenizer; null where the method needs none.</param>
    /// <exception cref="OptionsException">Sizes do not fit together.</exception>
    public abstract PretrainModels Declare(CimPretrainOptions options, DiscreteVaeOptions? tokenizer);

    /// <summary>Which patches a run masks; null where the method masks none.</summary>
    /// <param name="options">The run's options.</param>
    public MaskOptions? MaskOf(CimPretrainOptions options) => MasksPatches ? options.Masking.ToMaskOptions(options.GridSize, options.GridSize) : null;

    /// <summary>The enhancer's own head.</summary>
    internal virtual EnhancerHead HeadOf(CimPretrainOptions options) => EnhancerHead.None;

    /// <summary>Whether the enhancer gives a number for every token, which its map must fit.</summary>
    internal virtual bool DetectsTokens(CimPretrainOptions options) => false;

    /// <summary>Names the networks that are trained, in the order of <see cref="PretrainModels.Networks"/>.</summary>
    internal virtual IReadOnlyList<string> NetworksOf(CimPretrainOptions options) => ["enhancer"];

    /// <summary>The numbers of a step, for one trainer: some keep buffers of their own.</summary>
    internal abstract StepNumbers NumbersOf(CimPretrainOptions options);

    /// <summary>Draws the grid of a batch, from what its program has put out.</summary>
    internal abstract ImageGrid Draw(CimPretrainOptions options, ImageBatch batch, Program program);

    /// <summary>What draws one picture's hidden patches anew each time; null where nothing is painted.</summary>
    internal virtual CorruptionPictures? Corruptions(PersistentMemory memory, DeviceProfile profile, PretrainModels models, CimPretrainOptions options, ImageBatch batch) => null;

    /// <summary>What a report says about a run.</summary>
    internal abstract MethodWords WordsOf(RunReport run);

    /// <summary>Checks what only this method reads, and that nothing is given that it does not.</summary>
    internal void CheckAll(OptionChecks checks, CimPretrainOptions options)
    {
        CimPretrainOptions start = Start;
        foreach (JsonPropertyInfo option in TrainingOptionsJson.Default.CimPretrainOptions.Properties.Where(option => Unused.Contains(option.Name)))
            if (FirstDifference(option.Name, option.Get!(options), option.Get!(start)) is { } difference) checks.Require(false, $"{FlagOf(difference)} is of no use to --method {Name}: leave it out");
        Check(checks, options);
    }

    /// <summary>Checks what only this method reads.</summary>
    internal abstract void Check(OptionChecks checks, CimPretrainOptions options);

    /// <summary>The methods with a mask token need patches, which only a transformer has, and positions.</summary>
    internal void CheckMaskToken(OptionChecks checks, CimPretrainOptions options)
    {
        EnhancerOptions enhancer = options.Enhancer;
        checks.Require(enhancer.Convolutional is null, $"--method {Name} hides patches behind a mask token, which a ResNet does not have: give a transformer such as --enhancer small");
        checks.Require(enhancer.Positions != PositionKind.None || enhancer.RelativePositions != RelativePositionKind.None, "the enhancer has neither position embedding nor relative positions: it could not tell masked positions apart");
    }

    // Through the sections down to the option that differs.
    private static string? FirstDifference(string name, object? given, object? start)
    {
        if (Equals(given, start)) return null;
        if (given is null || start is null || TrainingOptionsJson.Default.GetTypeInfo(given.GetType()) is not { Kind: JsonTypeInfoKind.Object } section) return name;
        return section.Properties.Where(option => option.Get is not null)
            .Select(option => FirstDifference($"{name}.{option.Name}", option.Get!(given), option.Get!(start))).FirstOrDefault(difference => difference is not null) ?? name;
    }

    private static string FlagOf(string name) => name switch
    {
        "tokenizer" => "--tokenizer",
        "tokenizerImageSize" => "--tokenizer-image-size",
        "objective" => "--objective",
        "masking.count" => "--masked",
        "masking.kind" => "--masking",
        "generator.sharesWeights" => "--share-weights",
        _ => $"--set {name}",
    };
}
