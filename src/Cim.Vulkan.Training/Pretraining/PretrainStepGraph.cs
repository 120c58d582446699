using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>A loss of a step.</summary>
/// <param name="Name">Whose: <c>generator</c>, <c>enhancer</c>.</param>
/// <param name="Value">One number, before its weight.</param>
/// <param name="Trains">The set of parameters that follows it, and no other.</param>
/// <param name="Weight">Beside the set's other losses, and where norms are clipped.</param>
public sealed record StepLoss(string Name, Tensor Value, ParameterSet Trains, double Weight = 1);

/// <summary>The forward pass of a pre-training step as a graph; what a method is, is written in what derives from it.</summary>
public abstract class PretrainStepGraph
{
    /// <summary>Pictures of a batch that are kept for the grid.</summary>
    public const int GridPictures = 8;

    private readonly PictureInputs _pictures;

    /// <summary>Declares the pictures.</summary>
    /// <param name="options">The run's options.</param>
    protected PretrainStepGraph(CimPretrainOptions options)
    {
        Options = options;
        _pictures = new PictureInputs(Graph, options, options.ImageSize);
        Images = _pictures.At("images", options.ImageSize, CropFilter.Bicubic);
    }

    /// <summary>The description.</summary>
    public TensorGraph Graph { get; } = new();

    /// <summary>What is made small.</summary>
    public abstract IReadOnlyList<StepLoss> Losses { get; }

    /// <summary>What the enhancer's norms see of the batch; nothing where they need no statistics.</summary>
    public BatchStatistics BatchStatistics { get; } = new();

    /// <summary>Temperature of sampling, to be set before each step; null where it is 1 or nothing is sampled.</summary>
    public virtual StepScalar? SamplingTemperature => null;

    /// <summary>The run's options.</summary>
    protected CimPretrainOptions Options { get; }

    /// <summary>The pictures in [0, 1], <c>[batch, 3, imageSize, imageSize]</c>.</summary>
    protected Tensor Images { get; }

    /// <summary>How many pictures of the batch a grid shows.</summary>
    protected int ShownPictures => System.Math.Min(GridPictures, Options.Batch);

    /// <summary>Gradients of the losses for each network, one a parameter in its set's order.</summary>
    /// <param name="networks">From the models that the step was described with.</param>
    /// <param name="lossScale">The guard's counters where the gradients are to be of scaled losses; null where not.</param>
    public IReadOnlyList<IReadOnlyList<Tensor>> Differentiate(IEnumerable<TrainedNetwork> networks, PersistentBuffer? lossScale = null) => networks.Select(network =>
    {
        Tensor loss = Losses.Where(loss => loss.Trains == network.Parameters).Select(Weighted).Aggregate((sum, next) => sum.Add(next));
        return Gradients.Of(lossScale is null ? loss : loss.ScaleLoss(lossScale), network.Parameters);
    }).ToArray();

    /// <summary>Pictures in [0, 1] as the networks see them.</summary>
    internal static Tensor Normalize(Tensor images) => ImagePreprocessing.ImageNet.Normalize(images);

    /// <summary>Declares the numbers of the masked patches, rising within a picture: int <c>[batch, maskedCount]</c>.</summary>
    protected Tensor MaskedPositions(int maskedCount) => Graph.Input("masked_positions", new Shape(Options.Batch, maskedCount), ElementType.Int32);

    /// <summary>Declares the same pictures at the tokenizer's size; the very same where the sizes are equal.</summary>
    protected Tensor TokenizerImages() => Options.TokenizerImageSize == Options.ImageSize
        ? Images
        : _pictures.At("tokenizer_images", Options.TokenizerImageSize, CropFilter.Lanczos);

    private static Tensor Weighted(StepLoss loss) => loss.Weight == 1 ? loss.Value : loss.Value.Scale((float)loss.Weight);
}
