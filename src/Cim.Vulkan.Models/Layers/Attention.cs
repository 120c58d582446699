using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>Which of query, key and value have a bias.</summary>
public enum QkvBias
{
    /// <summary>All three, in one parameter <c>qkv.bias</c> (timm).</summary>
    Full,

    /// <summary>Query and value, in <c>q_bias</c> and <c>v_bias</c>: a key's bias would cancel in the softmax (BEiT).</summary>
    QueryAndValue,
}

/// <summary>Multi-head self-attention (Vaswani et al. 2017) with an optional bias on the scores.</summary>
public sealed class Attention
{
    private readonly int _heads;
    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly Parameter? _queryBias;
    private readonly Parameter? _valueBias;
    private readonly Linear _projection;

    /// <summary>Declares the layer's parameters.</summary>
    /// <param name="parameters">Takes <c>NAME.qkv.weight [3 * embedDim, embedDim]</c>, its biases and <c>NAME.proj</c>.</param>
    /// <param name="name">The layer's name, such as <c>blocks.0.attn</c>.</param>
    /// <param name="embedDim">Width of a token; a multiple of <paramref name="heads"/>.</param>
    /// <param name="heads">Attention heads.</param>
    /// <param name="qkvBias">Which biases there are.</param>
    /// <param name="initialization">First values.</param>
    /// <param name="block">The block that the layer is in, 0 for the first.</param>
    public Attention(ParameterSet parameters, string name, int embedDim, int heads, QkvBias qkvBias, TransformerInitialization initialization, int block)
    {
        _heads = heads;
        _weight = parameters.Add($"{name}.qkv.weight", new Shape(3 * embedDim, embedDim), initialization.Weight(embedDim, 3 * embedDim));
        if (qkvBias == QkvBias.Full)
        {
            _bias = parameters.Add($"{name}.qkv.bias", new Shape(3 * embedDim), Initializer.Zeros);
        }
        else
        {
            _queryBias = parameters.Add($"{name}.q_bias", new Shape(embedDim), Initializer.Zeros);
            _valueBias = parameters.Add($"{name}.v_bias", new Shape(embedDim), Initializer.Zeros);
        }
        _projection = new Linear(parameters, $"{name}.proj", embedDim, embedDim, initialization.ResidualWeight(embedDim, embedDim, block));
    }

    /// <summary>Lets every token look at all tokens of its image: <c>[batch, tokens, embedDim]</c> to the same shape.</summary>
    /// <param name="tokens"><c>[batch, tokens, embedDim]</c>.</param>
    /// <param name="scoreBias">Is added to the scaled scores, <c>[heads, tokens, tokens]</c>; null for none.</param>
    /// <param name="residual">Is added to the result, of the same shape; null for none.</param>
    /// <param name="scale">Multiplies the result before that, <c>[embedDim]</c>; null for none.</param>
    /// <param name="sampleFactors">Multiplies the result before that, <c>[batch]</c>; null for none.</param>
    public Tensor Forward(Tensor tokens, Tensor? scoreBias = null, Tensor? residual = null, Tensor? scale = null, Tensor? sampleFactors = null)
    {
        Tensor qkv = tokens.Linear(tokens.Graph.Use(_weight), Bias(tokens.Graph));
        return _projection.Forward(qkv.Attention(_heads, scoreBias), residual: residual, scale: scale, sampleFactors: sampleFactors);
    }

    private Tensor Bias(TensorGraph graph)
    {
        if (_bias is not null) return graph.Use(_bias);
        Tensor query = graph.Use(_queryBias!), value = graph.Use(_valueBias!);
        return query.Concat(0, graph.Filled(query.Shape, 0f), value);
    }
}
