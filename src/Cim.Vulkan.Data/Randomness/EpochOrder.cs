using System;

namespace Cim.Vulkan.Data;

/// <summary>The order in which an epoch visits the pictures: a permutation that is a pure function of (seed, epoch, count).</summary>
public static class EpochOrder
{
    /// <summary>Fills <paramref name="order"/> with the permutation of 0 … length - 1 of this epoch (Fisher-Yates).</summary>
    public static void Fill(Span<int> order, ulong seed, int epoch)
    {
        var random = new RandomSequence(seed, RandomPurpose.EpochOrder, epoch, 0);
        Shuffle(order, ref random);
    }

    /// <summary>Fills <paramref name="order"/> with 0 … length - 1 in order.</summary>
    public static void FillSequential(Span<int> order)
    {
        for (var i = 0; i < order.Length; i++) order[i] = i;
    }

    /// <summary>Fills <paramref name="order"/> with a permutation of 0 … length - 1 drawn from <paramref name="random"/>.</summary>
    internal static void Shuffle(Span<int> order, ref RandomSequence random)
    {
        FillSequential(order);
        for (var last = order.Length - 1; last > 0; last--)
        {
            var other = random.NextInt(last + 1);
            (order[last], order[other]) = (order[other], order[last]);
        }
    }
}
