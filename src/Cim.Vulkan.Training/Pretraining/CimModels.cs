using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>The three networks of a CIM run, each in a parameter set of its own.</summary>
public sealed class CimModels
{
    private const string EnhancerName = "enhancer";

    /// <summary>Declares the networks.</summary>
    /// <param name="options">Sizes and objective.</param>
    /// <param name="tokenizer">Sizes of the trained tokenizer.</param>
    /// <exception cref="OptionsException">The pictures, patches and tokens do not fit together.</exception>
    public CimModels(CimPretrainOptions options, DiscreteVaeOptions tokenizer)
    {
        Geometry = GeometryOf(options, tokenizer);
        Tokenizer = new DiscreteVae(new ParameterSet("tokenizer"), tokenizer);
        Generator = new Beit(new ParameterSet("generator"), GeneratorOptions(options, tokenizer.VocabularySize));
        Enhancer = EnhancerOf(options);
    }

    /// <summary>How pictures, patches and tokens fit together.</summary>
    public CimGeometry Geometry { get; }

    /// <summary>The frozen tokenizer: golden tokens, and the pictures of corrupted ones.</summary>
    public DiscreteVae Tokenizer { get; }

    /// <summary>The small BEiT that proposes tokens.</summary>
    public Beit Generator { get; }

    /// <summary>The network that pre-training is for, with the objective's head.</summary>
    public Enhancer Enhancer { get; }

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

    /// <summary>The network under the enhancer's head that training options ask for.</summary>
    /// <param name="options">The run's options.</param>
    /// <exception cref="System.ArgumentException">There is no network of such sizes.</exception>
    internal static IVisionEncoder TrunkOf(CimPretrainOptions options) => options.Enhancer.Convolutional is { } network
        ? new ResNet(new ParameterSet(EnhancerName), new ParameterSet($"{EnhancerName}_statistics"), network.ToModel())
        : new VisionTransformer(new ParameterSet(EnhancerName), TransformerOptions(options));

    /// <summary>That network with the head of the run's objective on it.</summary>
    /// <param name="options">The run's options.</param>
    internal static Enhancer EnhancerOf(CimPretrainOptions options)
    {
        EnhancerHead head = options.Objective == CimObjective.ResPix ? EnhancerHead.Restoration : EnhancerHead.Detection;
        IVisionEncoder trunk = TrunkOf(options);
        return trunk is ResNet network
            ? new ConvolutionalEnhancer(network, head, options.ImageSize, options.GridSize, options.Enhancer.Convolutional!.DetectionStage - 1, options.Enhancer.Convolutional.Upsampling)
            : new TransformerEnhancer((VisionTransformer)trunk, head);
    }

    private static VisionTransformerOptions TransformerOptions(CimPretrainOptions options) => new()
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
        DropPathRate = (float)options.Enhancer.DropPathRate,
        Recompute = options.Recompute,
        Initialization = options.Enhancer.Initialization,
    };
}
