using System.Collections.Generic;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>The three networks of a CIM run: the tokenizer, and in parameter sets of their own or in one that they share, generator and enhancer.</summary>
public sealed class CimModels : PretrainModels
{
    /// <summary>Declares the networks.</summary>
    /// <param name="options">Sizes and objective.</param>
    /// <param name="tokenizer">Sizes of the trained tokenizer.</param>
    /// <exception cref="OptionsException">The pictures, patches and tokens do not fit together.</exception>
    public CimModels(CimPretrainOptions options, DiscreteVaeOptions tokenizer)
        : base(options)
    {
        Geometry = GeometryOf(options, tokenizer);
        Tokenizer = new DiscreteVae(new ParameterSet("tokenizer"), tokenizer);
        if (options.Generator.SharesWeights)
        {
            Generator = new Beit((VisionTransformer)Enhancer.Trunk, tokenizer.VocabularySize, options.Generator.Depth);
            Beside = [];
            return;
        }
        Generator = new Beit(new ParameterSet("generator"), GeneratorOptions(options, tokenizer.VocabularySize));
        Beside = [new TrainedNetwork(Generator.Parameters, options.GeneratorClipNorm)];
    }

    /// <summary>How pictures, patches and tokens fit together.</summary>
    public CimGeometry Geometry { get; }

    /// <summary>The frozen tokenizer: golden tokens, and the pictures of corrupted ones.</summary>
    public override DiscreteVae Tokenizer { get; }

    /// <summary>The small BEiT that proposes tokens.</summary>
    public override Beit Generator { get; }

    /// <inheritdoc/>
    protected override IReadOnlyList<TrainedNetwork> Beside { get; }

    /// <inheritdoc/>
    public override PretrainStepGraph Describe(CimPretrainOptions options, int maskedCount) => new CimStepGraph(this, options, maskedCount);

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
}
