using System;
using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Gather;

/// <summary>
/// Cases of <c>gather_tokens</c>, <c>scatter_tokens</c>, <c>replace_tokens</c>, <c>clear_tokens</c>,
/// <c>scatter_into_tokens</c> and <c>positions_to_mask</c>.
/// </summary>
public sealed class TokensCase : IOpCases
{
    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach ((int batch, int tokens, int count, int width) in Positions.Forms)
        {
            yield return Gather(batch, tokens, count, width);
            yield return Scatter(batch, tokens, count, width);
            yield return Replace(batch, tokens, count, width, isShared: true);
            yield return Replace(batch, tokens, count, width, isShared: false);
            yield return Clear(batch, tokens, count, width);
            yield return ScatterInto(batch, tokens, count);
            yield return Mask(batch, tokens, count);
        }
        yield return Gather(4, 196, 75, 384) with { IsBenchmark = true };
        yield return Scatter(4, 196, 75, 384) with { IsBenchmark = true };
        yield return Replace(4, 196, 75, 384, isShared: true) with { IsBenchmark = true };
    }

    private static OpCase Gather(int batch, int tokens, int count, int width) =>
        new("gather_tokens", $"{batch}x{tokens}x{width} by {count}",
            new[] { CaseInput.Normal("x", new Shape(batch, tokens, width)), Positions.Of(batch, tokens, count) },
            inputs => new[] { inputs[0].GatherTokens(inputs[1]) },
            values =>
            {
                var y = new double[batch * count * width];
                for (int i = 0; i < batch * count; i++)
                    Array.Copy(values[0], ((i / count * tokens) + (int)values[1][i]) * width, y, i * width, width);
                return new[] { y };
            })
        { IsExact = true };

    private static OpCase Scatter(int batch, int tokens, int count, int width) =>
        new("scatter_tokens", $"{batch}x{tokens}x{width} by {count}",
            new[] { CaseInput.Normal("values", new Shape(batch, count, width)), Positions.Of(batch, tokens, count) },
            inputs => new[] { inputs[0].ScatterTokens(inputs[1], tokens) },
            values => new[] { Placed(new double[batch * tokens * width], values[0], values[1], tokens, count, width) })
        { IsExact = true };

    private static OpCase Replace(int batch, int tokens, int count, int width, bool isShared)
    {
        CaseInput value = CaseInput.Normal("token", isShared ? new Shape(width) : new Shape(batch, count, width));
        return new OpCase("replace_tokens", $"{batch}x{tokens}x{width} by {count} {(isShared ? "shared" : "own")}",
            new[] { CaseInput.Normal("x", new Shape(batch, tokens, width)), Positions.Of(batch, tokens, count), value },
            inputs => new[] { inputs[0].ReplaceTokens(inputs[1], inputs[2]) },
            values => new[] { Placed((double[])values[0].Clone(), values[2], values[1], tokens, count, width) }) with
        { IsExact = true };
    }

    private static OpCase Clear(int batch, int tokens, int count, int width) =>
        new("clear_tokens", $"{batch}x{tokens}x{width} by {count}",
            new[] { CaseInput.Normal("x", new Shape(batch, tokens, width)), Positions.Of(batch, tokens, count) },
            inputs => new[] { inputs[0].ClearTokens(inputs[1]) },
            values => new[] { Placed((double[])values[0].Clone(), new double[width], values[1], tokens, count, width) })
        { IsExact = true };

    private static OpCase ScatterInto(int batch, int tokens, int count) =>
        new("scatter_into_tokens", $"{batch}x{tokens} by {count}",

            new[]
            {
                CaseInput.Integer("tokens", new Shape(batch, tokens), 8192),
                Positions.Of(batch, tokens, count),
                CaseInput.Integer("sampled", new Shape(batch, count), 8192),
            },
            inputs => new[] { inputs[0].ScatterIntoTokens(inputs[1], inputs[2]) },
            values => new[] { Placed((double[])values[0].Clone(), values[2], values[1], tokens, count, 1) })
        { IsExact = true, GradientTolerance = 0 };

    private static OpCase Mask(int batch, int tokens, int count) =>
        new("positions_to_mask", $"{batch}x{tokens} by {count}", new[] { Positions.Of(batch, tokens, count) },
            inputs => new[] { inputs[0].PositionsToMask(tokens) },
            values => new[] { Placed(new double[batch * tokens], new[] { 1.0 }, values[0], tokens, count, 1) })
        { IsExact = true, GradientTolerance = 0 };

    // Values: one row a position, or one row for all.
    private static double[] Placed(double[] y, double[] values, double[] positions, int tokens, int count, int width)
    {
        for (int i = 0; i < positions.Length; i++)
            for (int c = 0; c < width; c++)
                y[(((i / count * tokens) + (int)positions[i]) * width) + c] = values[((i * width) + c) % values.Length];
        return y;
    }
}
