using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Gather;

/// <summary>Cases of <c>one_hot</c>, <c>embed_channels</c> and <c>not_equal</c>.</summary>
public sealed class OneHotCase : IOpCases
{
    private static readonly (int Batch, int Height, int Width, int Classes)[] Forms =
    {
        (1, 1, 1, 1), (1, 1, 3, 2), (2, 3, 5, 7), (3, 7, 1, 17), (1, 5, 7, 64), (2, 4, 4, 65), (5, 2, 3, 31), (1, 8, 8, 256), (7, 3, 3, 33),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach ((int batch, int height, int width, int classes) in Forms)
        {
            var grid = new Shape(batch, height, width);
            yield return Last(grid, classes);
            yield return Channels(grid, classes);
            foreach (int channels in new[] { 1, 3, 9 }) yield return Embed(grid, classes, channels);
        }
        foreach (int count in new[] { 1, 3, 7, 31, 64, 65, 1000 }) yield return NotEqual(count);
        yield return Channels(new Shape(4, 14, 14), 1024) with { IsBenchmark = true };
        yield return Embed(new Shape(2, 14, 14), 1024, 128) with { IsBenchmark = true };
    }

    private static OpCase Last(Shape grid, int classes) =>
        new("one_hot", $"{grid} of {classes}", new[] { CaseInput.Integer("indices", grid, classes) },
            inputs => new[] { inputs[0].OneHot(classes) },
            values => new[] { values[0].SelectMany(index => Enumerable.Range(0, classes).Select(k => k == (int)index ? 1.0 : 0.0)).ToArray() })
        { IsExact = true, GradientTolerance = 0 };

    private static OpCase Channels(Shape grid, int classes) =>
        new("one_hot", $"channels {grid} of {classes}", new[] { CaseInput.Integer("indices", grid, classes) },
            inputs => new[] { inputs[0].OneHotChannels(classes) },
            values =>
            {
                int pixels = grid[1] * grid[2];
                var y = new double[values[0].Length * classes];
                for (int i = 0; i < values[0].Length; i++) y[(((i / pixels * classes) + (int)values[0][i]) * pixels) + (i % pixels)] = 1;
                return new[] { y };
            })
        { IsExact = true, GradientTolerance = 0 };

    private static OpCase Embed(Shape grid, int classes, int channels) =>
        new("embed_channels", $"{grid} of {classes} to {channels}",

            new[]
            {
                CaseInput.Integer("indices", grid, classes),
                CaseInput.Normal("weight", new Shape(channels, classes)),
                CaseInput.Normal("bias", new Shape(channels)),
            },
            inputs => new[] { inputs[0].EmbedChannels(inputs[1], inputs[2]) },
            values =>
            {
                int pixels = grid[1] * grid[2];
                var y = new double[values[0].Length * channels];
                for (int i = 0; i < values[0].Length; i++)
                    for (int o = 0; o < channels; o++)
                        y[(((i / pixels * channels) + o) * pixels) + (i % pixels)] = values[1][(o * classes) + (int)values[0][i]] + values[2][o];
                return new[] { y };
            });

    private static OpCase NotEqual(int count) =>
        new("not_equal", $"{count}", new[] { CaseInput.Integer("a", new Shape(count), 3), CaseInput.Integer("other", new Shape(count), 3) },
            inputs => new[] { inputs[0].NotEqual(inputs[1]) },
            values => new[] { values[0].Zip(values[1], (a, b) => a == b ? 0.0 : 1.0).ToArray() })
        { IsExact = true, GradientTolerance = 0 };
}
