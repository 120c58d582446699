using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Models.Tests.Layers;

public sealed class RelativePositionBiasTests
{
    private const int Tokens = 197;

    [Test]
    public void Class_token_has_the_last_three_rows()
    {
        int[] index = RelativePositionBias.Index(gridSide: 14, hasClassToken: true);
        Assert.That(index, Has.Length.EqualTo(Tokens * Tokens));
        Assert.That(index.Max(), Is.EqualTo(731));
        Assert.That(index[0], Is.EqualTo(731));
        Assert.That(index[1..Tokens], Is.All.EqualTo(729));
        Assert.That(Enumerable.Range(1, Tokens - 1).Select(query => index[query * Tokens]), Is.All.EqualTo(730));
    }

    // Patch 0 is the upper left corner, patch 195 the lower right one.
    [TestCase(0, 0, (13 * 27) + 13)]
    [TestCase(0, 195, 0)]
    [TestCase(195, 0, (26 * 27) + 26)]
    [TestCase(0, 1, (13 * 27) + 12)]
    [TestCase(14, 0, (14 * 27) + 13)]
    public void A_row_stands_for_row_and_column_difference_of_query_and_key(int query, int key, int row) =>
        Assert.That(RelativePositionBias.Index(14, hasClassToken: true)[((query + 1) * Tokens) + key + 1], Is.EqualTo(row));

    [Test]
    public void Without_class_token_every_row_is_a_difference()
    {
        int[] index = RelativePositionBias.Index(gridSide: 3, hasClassToken: false);
        Assert.That(index.Distinct().Count(), Is.EqualTo(25));
        Assert.That(index.Max(), Is.EqualTo(24));
    }
}
