using System;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>How tokens learn where they are.</summary>
public enum PositionKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By a learned vector a token, <c>pos_embed</c>.</summary>
    Learned,

    /// <summary>By fixed sines and cosines of row and column (He et al. 2022, MAE).</summary>
    SineCosine,
}

/// <summary>Absolute positions, added to tokens.</summary>
public sealed class PositionEmbedding
{
    private readonly PositionKind _kind;
    private readonly Parameter? _learned;
    private readonly int _gridSide;
    private readonly int _embedDim;
    private readonly bool _hasClassToken;

    /// <summary>Declares the parameter, where there is one.</summary>
    /// <param name="parameters">Takes <c>PREFIXpos_embed [1, tokens, embedDim]</c> for learned positions; weight decay does not apply to it.</param>
    /// <param name="prefix">Goes before the name.</param>
    /// <param name="kind">Kind of positions.</param>
    /// <param name="gridSide">Patches along one side of an image.</param>
    /// <param name="embedDim">Width of a token; a multiple of 4 for sines and cosines.</param>
    /// <param name="hasClassToken">Whether a class token goes before the patches.</param>
    /// <param name="initialization">First values.</param>
    public PositionEmbedding(ParameterSet parameters, string prefix, PositionKind kind, int gridSide, int embedDim, bool hasClassToken, TransformerInitialization initialization)
    {
        if (kind == PositionKind.SineCosine && embedDim % 4 != 0)
            throw new ArgumentException($"{prefix}pos_embed: sines and cosines need an embedDim that is a multiple of 4, got {embedDim}", nameof(embedDim));
        _kind = kind;
        _gridSide = gridSide;
        _embedDim = embedDim;
        _hasClassToken = hasClassToken;
        if (kind == PositionKind.Learned)
            _learned = parameters.Add($"{prefix}pos_embed", new Shape(1, Tokens, embedDim), initialization.Small(), isDecayed: false);
    }

    private int Tokens => (_gridSide * _gridSide) + (_hasClassToken ? 1 : 0);

    /// <summary>Adds the positions: <c>[batch, tokens, embedDim]</c> to the same shape.</summary>
    /// <param name="tokens"><c>[batch, tokens, embedDim]</c>.</param>
    public Tensor Forward(Tensor tokens) => _kind switch
    {
        PositionKind.Learned => tokens.Add(tokens.Graph.Use(_learned!)),
        PositionKind.SineCosine => tokens.Add(Fixed(tokens.Graph)),
        _ => tokens,
    };

    /// <summary>
    /// Fixed positions, <c>[tokens, embedDim]</c>: sines then cosines of the column, then of the row, at geometrically falling frequencies;
    /// zeros for the class token.
    /// </summary>
    /// <param name="gridSide">Patches along one side of an image.</param>
    /// <param name="embedDim">Width of a token, a multiple of 4.</param>
    /// <param name="hasClassToken">Whether token 0 is a class token.</param>
    public static float[] SineCosine(int gridSide, int embedDim, bool hasClassToken)
    {
        int quarter = embedDim / 4, first = hasClassToken ? 1 : 0;
        var values = new float[((gridSide * gridSide) + first) * embedDim];
        for (int patch = 0; patch < gridSide * gridSide; patch++)
            for (int i = 0; i < quarter; i++)
            {
                double frequency = Math.Pow(10000, -(double)i / quarter);
                double column = patch % gridSide * frequency, row = patch / gridSide * frequency;
                int at = ((patch + first) * embedDim) + i;
                values[at] = (float)Math.Sin(column);
                values[at + quarter] = (float)Math.Cos(column);
                values[at + (2 * quarter)] = (float)Math.Sin(row);
                values[at + (3 * quarter)] = (float)Math.Cos(row);
            }
        return values;
    }

    private Tensor Fixed(TensorGraph graph) =>
        graph.Constant<float>("pos_embed", new Shape(1, Tokens, _embedDim), SineCosine(_gridSide, _embedDim, _hasClassToken));
}
