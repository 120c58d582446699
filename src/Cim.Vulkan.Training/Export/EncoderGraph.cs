using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>An encoder as a graph of inference: pictures in, features out.</summary>
/// <param name="source">The network.</param>
/// <param name="features">What it is to give.</param>
/// <param name="normalizes">Whether it takes pictures in [0, 1].</param>
internal sealed class EncoderGraph(ExportSource source, ExportFeatures features, bool normalizes)
{
    /// <summary>Name of the pictures.</summary>
    public const string Input = "images";

    /// <summary>Name of what comes out.</summary>
    public string OutputName => features switch
    {
        ExportFeatures.Pooled => "features",
        ExportFeatures.Tokens => "tokens",
        ExportFeatures.Map => "map",
        _ => Detects ? "logits" : "pixels",
    };

    private bool Detects => PretrainMethod.Of(source.Options!.Method).HeadOf(source.Options) == EnhancerHead.Detection;

    /// <summary>Describes the network for a number of pictures.</summary>
    /// <param name="batch">Pictures.</param>
    /// <exception cref="WeightsException">It has no such features.</exception>
    public TensorGraph Describe(int batch)
    {
        EncoderDescription description = source.Description;
        var graph = new TensorGraph();
        int channels = description.Transformer?.InputChannels ?? description.Convolutional!.InputChannels;
        Tensor images = graph.Input(Input, new Shape(batch, channels, description.ImageSize, description.ImageSize));
        graph.Output(OutputName, FeaturesOf(normalizes ? description.Preprocessing.Normalize(images) : images));
        return graph;
    }

    private Tensor FeaturesOf(Tensor images) => (features, source.Trunk) switch
    {
        (ExportFeatures.Pooled, _) => source.Trunk.Pool(images),
        (ExportFeatures.Tokens, VisionTransformer transformer) => transformer.Forward(images),
        (ExportFeatures.Map, VisionTransformer transformer) => MapOf(transformer, images),
        (ExportFeatures.Map, ResNet network) => network.Forward(images, null),
        (ExportFeatures.Head, _) => Detects ? source.Enhancer!.Detect(images, null) : Pixels(images),
        _ => throw new WeightsException("--features tokens: a ResNet has none, give pooled, map or head"),
    };

    private static Tensor MapOf(VisionTransformer transformer, Tensor images)
    {
        Tensor tokens = transformer.PatchTokens(transformer.Forward(images));
        int side = transformer.Options.GridSide;
        return tokens.Permute(0, 2, 1).Reshape(tokens.Shape[0], tokens.Shape[2], side, side);
    }

    private Tensor Pixels(Tensor images)
    {
        Tensor restored = source.Enhancer!.Restore(images, null);
        if (!source.Enhancer.RestoresPatches) return restored;
        return restored.Unpatchify(source.Description.Transformer!.PatchSize, images.Shape[1], images.Shape[2], images.Shape[3]);
    }
}
