using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>What all blocks of a transformer have in common.</summary>
public sealed record TransformerBlockOptions
{
    /// <summary>Width of a token.</summary>
    public required int EmbedDim { get; init; }

    /// <summary>Attention heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Hidden width of the MLP as a multiple of <see cref="EmbedDim"/>.</summary>
    public int MlpRatio { get; init; } = 4;

    /// <summary>Which of query, key and value have a bias.</summary>
    public QkvBias QkvBias { get; init; } = QkvBias.Full;

    /// <summary>First value of the learned factors on both branches, <c>gamma_1</c> and <c>gamma_2</c> (Touvron et al. 2021); null for none.</summary>
    public float? LayerScale { get; init; }

    /// <summary>Probability that a sample skips a branch of the block while it is trained (Huang et al. 2016), in [0, 1).</summary>
    public double DropPathRate { get; init; }

    /// <summary>First values of the weights.</summary>
    public required TransformerInitialization Initialization { get; init; }

    /// <summary>Epsilon of the layer norms.</summary>
    public float LayerNormEpsilon { get; init; } = 1e-6f;
}

/// <summary>A pre-norm transformer block: attention and MLP, each added to what came in.</summary>
public sealed class TransformerBlock
{
    private readonly LayerNorm _norm1;
    private readonly LayerNorm _norm2;
    private readonly Attention _attention;
    private readonly Mlp _mlp;
    private readonly double _dropPathRate;
    private readonly Parameter? _gamma1;
    private readonly Parameter? _gamma2;

    /// <summary>Declares the block's parameters under <c>PREFIXblocks.INDEX</c>.</summary>
    /// <param name="parameters">Takes the parameters.</param>
    /// <param name="prefix">Goes before every name.</param>
    /// <param name="index">Number of the block, 0 for the first.</param>
    /// <param name="options">Sizes and kinds.</param>
    public TransformerBlock(ParameterSet parameters, string prefix, int index, TransformerBlockOptions options)
    {
        string name = $"{prefix}blocks.{index}";
        int width = options.EmbedDim;
        _norm1 = new LayerNorm(parameters, $"{name}.norm1", width, options.LayerNormEpsilon);
        _attention = new Attention(parameters, $"{name}.attn", width, options.Heads, options.QkvBias, options.Initialization, index);
        _norm2 = new LayerNorm(parameters, $"{name}.norm2", width, options.LayerNormEpsilon);
        _mlp = new Mlp(parameters, $"{name}.mlp", width, width * options.MlpRatio, options.Initialization, index);
        _dropPathRate = options.DropPathRate;
        if (options.LayerScale is not { } scale) return;
        _gamma1 = parameters.Add($"{name}.gamma_1", new Shape(width), Initializer.Constant(scale));
        _gamma2 = parameters.Add($"{name}.gamma_2", new Shape(width), Initializer.Constant(scale));
    }

    /// <summary>Applies the block: <c>[batch, tokens, embedDim]</c> to the same shape.</summary>
    /// <param name="tokens"><c>[batch, tokens, embedDim]</c>.</param>
    /// <param name="scoreBias">Is added to the attention's scores, <c>[heads, tokens, tokens]</c>; null for none.</param>
    /// <param name="isTraining">Whether samples skip branches, where the block has a rate for that.</param>
    public Tensor Forward(Tensor tokens, Tensor? scoreBias = null, bool isTraining = false)
    {
        TensorGraph graph = tokens.Graph;
        Tensor? Factors() => graph.DropPathFactors(tokens.Shape[0], isTraining ? _dropPathRate : 0.0);
        Tensor? Scale(Parameter? gamma) => gamma is null ? null : graph.Use(gamma);
        tokens = _attention.Forward(_norm1.Forward(tokens), scoreBias, residual: tokens, Scale(_gamma1), Factors());
        return _mlp.Forward(_norm2.Forward(tokens), residual: tokens, Scale(_gamma2), Factors());
    }
}
