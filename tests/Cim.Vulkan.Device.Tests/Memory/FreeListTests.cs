using System;
using System.Collections.Generic;
using NUnit.Framework;

namespace Cim.Vulkan.Device.Tests.Memory;

[TestFixture]
public sealed class FreeListTests
{
    [Test]
    public void Neighbours_that_become_free_are_joined()
    {
        var list = new FreeList(300);
        for (var i = 0; i < 3; i++) Assert.That(list.TryTake(100, 1, out _), Is.True);
        Assert.That(list.TryTake(1, 1, out _), Is.False);
        list.Give(0, 100);
        list.Give(200, 100);
        Assert.That(list.FreeRangeCount, Is.EqualTo(2));
        list.Give(100, 100);
        Assert.That((list.FreeRangeCount, list.IsEmpty), Is.EqualTo((1, true)));
    }

    [Test]
    public void A_range_that_is_not_taken_cannot_be_given_back()
    {
        var list = new FreeList(100);
        list.TryTake(10, 1, out var offset);
        list.Give(offset, 10);
        Assert.That(() => list.Give(offset, 10), Throws.InvalidOperationException);
    }

    [Test]
    public void Random_takes_and_gives_never_overlap_and_lose_nothing()
    {
        var random = new Random(7);
        var list = new FreeList(1 << 16);
        var taken = new List<(long Offset, long Size)>();
        for (var step = 0; step < 5000; step++)
        {
            var size = random.Next(1, 2000);
            var alignment = 1L << random.Next(0, 9);
            if (random.Next(2) == 0 && list.TryTake(size, alignment, out var offset))
            {
                Assert.That(offset % alignment, Is.Zero);
                Assert.That(taken.Exists(t => t.Offset < offset + size && offset < t.Offset + t.Size), Is.False);
                taken.Add((offset, size));
            }
            else if (taken.Count > 0)
            {
                var at = random.Next(taken.Count);
                list.Give(taken[at].Offset, taken[at].Size);
                taken.RemoveAt(at);
            }
        }
        foreach (var (offset, size) in taken) list.Give(offset, size);
        Assert.That((list.FreeBytes, list.FreeRangeCount), Is.EqualTo((1L << 16, 1)));
    }
}
