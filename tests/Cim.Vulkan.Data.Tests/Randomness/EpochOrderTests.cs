using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Randomness;

public sealed class EpochOrderTests
{
    [Test]
    public void An_order_visits_every_picture_once()
    {
        Assert.That(Order(1, 0, 1000).Order(), Is.EqualTo(Enumerable.Range(0, 1000)));
    }

    /// <summary>Computed by an independent program: a change here would break the resume of older runs.</summary>
    [Test]
    public void The_order_of_a_seed_and_epoch_never_changes() =>
        Assert.That(Order(1, 3, 12), Is.EqualTo(new[] { 1, 2, 10, 5, 3, 11, 9, 8, 7, 0, 4, 6 }));

    [Test]
    public void The_same_seed_and_epoch_give_the_same_order() => Assert.That(Order(1, 3, 100), Is.EqualTo(Order(1, 3, 100)));

    [Test]
    public void Another_epoch_or_seed_gives_another_order()
    {
        Assert.That(Order(1, 4, 100), Is.Not.EqualTo(Order(1, 3, 100)));
        Assert.That(Order(2, 3, 100), Is.Not.EqualTo(Order(1, 3, 100)));
    }

    private static int[] Order(ulong seed, int epoch, int count)
    {
        var order = new int[count];
        EpochOrder.Fill(order, seed, epoch);
        return order;
    }
}
