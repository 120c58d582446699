using System;
using NUnit.Framework;

namespace Cim.Vulkan.Models.Tests.Layers;

public sealed class PositionEmbeddingTests
{
    [Test]
    public void Columns_come_before_rows_and_sines_before_cosines()
    {
        float[] positions = PositionEmbedding.SineCosine(gridSide: 3, embedDim: 8, hasClassToken: false);
        // Patch 5 is in row 1, column 2; the frequencies of width 8 are 1 and 1/100.
        double[] expected = { Math.Sin(2), Math.Sin(0.02), Math.Cos(2), Math.Cos(0.02), Math.Sin(1), Math.Sin(0.01), Math.Cos(1), Math.Cos(0.01) };
        Assert.That(positions[(5 * 8)..(6 * 8)], Is.EqualTo(expected).Within(1e-6));
    }

    [Test]
    public void Class_token_has_no_position()
    {
        float[] positions = PositionEmbedding.SineCosine(gridSide: 2, embedDim: 4, hasClassToken: true);
        Assert.That(positions[..4], Is.All.Zero);
        Assert.That(positions[4..], Is.EqualTo(PositionEmbedding.SineCosine(2, 4, hasClassToken: false)));
    }
}
