namespace Cim.Vulkan.Graph;

/// <summary>Checks of ops that work on tokens by their positions.</summary>
internal static class TokenArguments
{
    /// <summary>Refuses positions that are not Int32 <c>[batch, count]</c> with at most as many positions as tokens; returns count.</summary>
    public static int CheckPositions(string name, Tensor positions, int batch, int tokens)
    {
        AxisArguments.RequireRank(name, "positions", positions, 2, "[batch, count]");
        AxisArguments.RequireType(name, "positions", positions, ElementType.Int32);
        if (positions.Shape[0] != batch)
            throw new System.ArgumentException($"{name}: positions must be [{batch}, count], got {positions.Shape}");
        if (positions.Shape[1] > tokens)
            throw new System.ArgumentException($"{name}: {positions.Shape[1]} positions an image are more than its {tokens} tokens");
        return positions.Shape[1];
    }

    /// <summary>Refuses a tensor that is not <c>[batch, tokens, width]</c> of 32-bit elements.</summary>
    public static void CheckTokens(string name, string operand, Tensor tokens)
    {
        AxisArguments.RequireRank(name, operand, tokens, 3, "[batch, tokens, width]");
        AxisArguments.RequireWords(name, tokens);
    }
}
