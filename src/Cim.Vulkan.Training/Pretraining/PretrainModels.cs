using System.Collections.Generic;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>A set of parameters that a run trains.</summary>
/// <param name="Parameters">The set; its name is the network's.</param>
/// <param name="ClipNorm">Largest norm of its gradient; 0 for no clipping.</param>
public sealed record TrainedNetwork(ParameterSet Parameters, double ClipNorm);

/// <summary>The networks of a pre-training: the enhancer, and whatever a method puts beside it.</summary>
public abstract class PretrainModels
{
    private const string EnhancerName = "enhancer";

    private readonly TrainedNetwork _enhancer;

    /// <summary>Declares the enhancer.</summary>
    /// <param name="options">Its sizes.</param>
    protected PretrainModels(CimPretrainOptions options)
    {
        Enhancer = EnhancerOf(options);
        _enhancer = new TrainedNetwork(Enhancer.Parameters, options.EnhancerClipNorm);
    }

    /// <summary>The network that pre-training is for, with the method's head.</summary>
    public Enhancer Enhancer { get; }

    /// <summary>The frozen tokenizer; null where the method needs none.</summary>
    public virtual DiscreteVae? Tokenizer => null;

    /// <summary>The network that tells the tokens of masked patches; null where the method needs none. It may share the enhancer's weights.</summary>
    public virtual Beit? Generator => null;

    /// <summary>What is trained: each set of parameters once.</summary>
    public IReadOnlyList<TrainedNetwork> Networks => [.. Beside, _enhancer];

    /// <summary>Networks that are trained beside the enhancer.</summary>
    protected virtual IReadOnlyList<TrainedNetwork> Beside => [];

    /// <summary>Describes a step's forward pass.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="maskedCount">Masked patches of a picture; 0 where the method masks none.</param>
    public abstract PretrainStepGraph Describe(CimPretrainOptions options, int maskedCount);

    /// <summary>The network under the enhancer's head that training options ask for.</summary>
    /// <param name="options">The run's options.</param>
    /// <exception cref="System.ArgumentException">There is no network of such sizes.</exception>
    internal static IVisionEncoder TrunkOf(CimPretrainOptions options) => options.Enhancer.Convolutional is { } network
        ? new ResNet(new ParameterSet(EnhancerName), new ParameterSet($"{EnhancerName}_statistics"), network.ToModel())
        : new VisionTransformer(new ParameterSet(EnhancerName), TransformerOptions(options));

    /// <summary>That network with the head that the run's method puts on it.</summary>
    /// <param name="options">The run's options.</param>
    internal static Enhancer EnhancerOf(CimPretrainOptions options)
    {
        EnhancerHead head = PretrainMethod.Of(options.Method).HeadOf(options);
        IVisionEncoder trunk = TrunkOf(options);
        return trunk is ResNet network
            ? new ConvolutionalEnhancer(network, head, options.ImageSize, options.GridSize, options.Enhancer.Convolutional!.DetectionStage - 1, options.Enhancer.Convolutional.Upsampling)
            : new TransformerEnhancer((VisionTransformer)trunk, head);
    }

    /// <summary>One token of the tokenizer for every patch.</summary>
    /// <exception cref="OptionsException">The pictures, patches and tokens do not fit together.</exception>
    protected static CimGeometry GeometryOf(CimPretrainOptions options, DiscreteVaeOptions tokenizer)
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
        RelativePositions = options.Enhancer.RelativePositions,
        QkvBias = options.Enhancer.QkvBias,
        LayerScale = options.Enhancer.LayerScale > 0 ? (float)options.Enhancer.LayerScale : null,
        DropPathRate = (float)options.Enhancer.DropPathRate,
        Recompute = options.Recompute,
        Initialization = options.Enhancer.Initialization,
    };
}
