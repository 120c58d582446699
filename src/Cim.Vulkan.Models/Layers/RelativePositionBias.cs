using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>
/// A learned bias on attention scores that depends on where the key lies as seen from the query, shared by all blocks (Bao et al. 2021, BEiT).
/// </summary>
public sealed class RelativePositionBias
{
    private readonly Parameter _table;
    private readonly int _gridSide;
    private readonly bool _hasClassToken;

    /// <summary>Declares the table.</summary>
    /// <param name="parameters">
    /// Takes <c>NAME.relative_position_bias_table [(2 * gridSide - 1)² + 3, heads]</c>, three rows fewer without a class token.
    /// </param>
    /// <param name="name">The layer's name, by custom <c>rel_pos_bias</c>.</param>
    /// <param name="gridSide">Patches along one side of an image.</param>
    /// <param name="heads">Attention heads.</param>
    /// <param name="hasClassToken">Whether a class token goes before the patches.</param>
    public RelativePositionBias(ParameterSet parameters, string name, int gridSide, int heads, bool hasClassToken)
    {
        _gridSide = gridSide;
        _hasClassToken = hasClassToken;
        int span = (2 * gridSide) - 1;
        int rows = (span * span) + (hasClassToken ? 3 : 0);
        _table = parameters.Add($"{name}.relative_position_bias_table", new Shape(rows, heads), Initializer.Zeros);
    }

    /// <summary>The bias of every pair of tokens: <c>[heads, tokens, tokens]</c>, query by key.</summary>
    /// <param name="graph">The graph that uses it.</param>
    public Tensor Forward(TensorGraph graph)
    {
        int tokens = (_gridSide * _gridSide) + (_hasClassToken ? 1 : 0);
        Tensor index = graph.Constant<int>("relative_position_index", new Shape(tokens, tokens), Index(_gridSide, _hasClassToken), ElementType.Int32);
        return graph.Use(_table).GatherRows(index).Permute(2, 0, 1);
    }

    /// <summary>
    /// The table's row of every pair, <c>[tokens, tokens]</c>, query by key: first (row difference, column difference) of patches,
    /// then class to patch, patch to class, class to class.
    /// </summary>
    /// <param name="gridSide">Patches along one side of an image.</param>
    /// <param name="hasClassToken">Whether token 0 is a class token.</param>
    public static int[] Index(int gridSide, bool hasClassToken)
    {
        int span = (2 * gridSide) - 1, patches = gridSide * gridSide, first = hasClassToken ? 1 : 0, tokens = patches + first;
        var index = new int[tokens * tokens];
        for (int query = 0; query < patches; query++)
            for (int key = 0; key < patches; key++)
            {
                int rows = (query / gridSide) - (key / gridSide), columns = (query % gridSide) - (key % gridSide);
                index[((query + first) * tokens) + key + first] = ((rows + gridSide - 1) * span) + columns + gridSide - 1;
            }
        if (!hasClassToken) return index;
        for (int patch = 1; patch < tokens; patch++)
        {
            index[patch] = span * span;
            index[patch * tokens] = (span * span) + 1;
        }
        index[0] = (span * span) + 2;
        return index;
    }
}
