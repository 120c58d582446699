using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>The three networks of a CIM run and the head of its objective, each in a parameter set of its own.</summary>
public sealed class CimModels
{
    /// <summary>Declares the networks.</summary>
    /// <param name="options">Sizes and objective.</param>
    /// <param name="tokenizer">Sizes of the trained tokenizer.</param>
    /// <exception cref="OptionsException">The pictures, patches and tokens do not fit together.</exception>
    public CimModels(CimPretrainOptions options, DiscreteVaeOptions tokenizer)
    {
        Geometry = GeometryOf(options, tokenizer);
        Tokenizer = new DiscreteVae(new ParameterSet("tokenizer"), tokenizer);
        Generator = new Beit(new ParameterSet("generator"), GeneratorOptions(options, tokenizer.VocabularySize));
        Enhancer = new VisionTransformer(new ParameterSet("enhancer"), EnhancerOptions(options));
        if (options.Objective == CimObjective.ResPix) ResPixHead = new ResPixHead(Enhancer.Parameters, options.Enhancer.Width, options.PatchSize, initialization: options.Enhancer.Initialization);
        else RevDetHead = new RevDetHead(Enhancer.Parameters, options.Enhancer.Width, initialization: options.Enhancer.Initialization);
    }

    /// <summary>How pictures, patches and tokens fit together.</summary>
    public CimGeometry Geometry { get; }

    /// <summary>The frozen tokenizer: golden tokens, and the pictures of corrupted ones.</summary>
    public DiscreteVae Tokenizer { get; }

    /// <summary>The small BEiT that proposes tokens.</summary>
    public Beit Generator { get; }

    /// <summary>The network that pre-training is for.</summary>
    public VisionTransformer Enhancer { get; }

    /// <summary>The head that restores pixels; null for RevDet.</summary>
    public ResPixHead? ResPixHead { get; }

    /// <summary>The head that spots replaced tokens; null for ResPix.</summary>
    public RevDetHead? RevDetHead { get; }

    private static CimGeometry GeometryOf(CimPretrainOptions options, DiscreteVaeOptions tokenizer)
    {
        try
        {
            return new CimGeometry(options.ImageSize, options.PatchSize, options.TokenizerImageSize, tokenizer.Downsampling);
        }
        catch (System.ArgumentException error)
        {
            throw new OptionsException(error.Message);
        }
    }

    private static BeitOptions GeneratorOptions(CimPretrainOptions options, int vocabularySize) => new()
    {
        ImageSize = options.ImageSize,
        PatchSize = options.PatchSize,
        EmbedDim = options.Generator.Width,
        Depth = options.Generator.Depth,
        Heads = options.Generator.Heads,
        MlpRatio = options.Generator.MlpRatio,
        VocabularySize = vocabularySize,
        UseClassToken = options.Generator.UseClassToken,
        UseAbsolutePositions = options.Generator.UseAbsolutePositions,
        UseSharedRelativePositions = options.Generator.UseRelativePositions,
        LayerScale = options.Generator.LayerScale > 0 ? (float)options.Generator.LayerScale : null,
        Recompute = options.Recompute,
        Initialization = options.Generator.Initialization,
    };

    /// <summary>Sizes of the enhancer that training options ask for.</summary>
    internal static VisionTransformerOptions EnhancerOptions(CimPretrainOptions options) => new()
    {
        ImageSize = options.ImageSize,
        PatchSize = options.PatchSize,
        EmbedDim = options.Enhancer.Width,
        Depth = options.Enhancer.Depth,
        Heads = options.Enhancer.Heads,
        MlpRatio = options.Enhancer.MlpRatio,
        UseClassToken = options.Enhancer.UseClassToken,
        Positions = options.Enhancer.Positions,
        LayerScale = options.Enhancer.LayerScale > 0 ? (float)options.Enhancer.LayerScale : null,
        Recompute = options.Recompute,
        Initialization = options.Enhancer.Initialization,
    };
}
