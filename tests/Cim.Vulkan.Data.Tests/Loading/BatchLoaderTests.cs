using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Loading;

public sealed class BatchLoaderTests
{
    private static readonly BatchLoaderOptions Options = new()
    {
        BatchSize = 4,
        ImageSize = 16,
        TokenizerSize = 8,
        Mask = new MaskOptions(4, 4),
        Seed = 7,
        Workers = 2,
    };

    [Test]
    public void Batches_are_the_same_whatever_the_number_of_threads()
    {
        var source = new MemorySource(22, broken: [3, 9]);
        var expected = Hashes(source, Options with { Workers = 0 }, 12);
        Assert.That(Hashes(source, Options with { Workers = 1 }, 12), Is.EqualTo(expected));
        Assert.That(Hashes(source, Options with { Workers = 5, PrefetchBatches = 1 }, 12), Is.EqualTo(expected));
        Assert.That(Hashes(source, Options with { Workers = 3, CacheLimitBytes = 0 }, 12), Is.EqualTo(expected));
        Assert.That(Hashes(source, Options with { Workers = 3, CacheLimitBytes = 5000 }, 12), Is.EqualTo(expected));
        Assert.That(expected.Distinct().Count(), Is.EqualTo(12));
    }

    [TestCase(0)]
    [TestCase(2)]
    public void A_resume_in_the_middle_of_an_epoch_equals_an_uninterrupted_run(int workers)
    {
        var source = new MemorySource(22);
        var options = Options with { Workers = workers };
        var whole = Hashes(source, options, 14);
        using var resumed = new BatchLoader(source, options);
        resumed.StartAt(epoch: 1, step: 3);
        Assert.That(Enumerable.Range(0, 6).Select(_ => Hash(resumed.Next())), Is.EqualTo(whole[8..]));
        resumed.StartAt(0, 2);
        Assert.That(Enumerable.Range(0, 6).Select(_ => Hash(resumed.Next())), Is.EqualTo(whole[2..8]), "back again");
    }

    [Test]
    public void An_epoch_visits_each_picture_at_most_once_with_its_own_label()
    {
        using var loader = new BatchLoader(new MemorySource(22), Options);
        Assert.That(loader.StepsPerEpoch, Is.EqualTo(5));
        var orders = new List<int[]>();
        for (var epoch = 0; epoch < 2; epoch++)
        {
            var seen = new List<int>();
            for (var step = 0; step < 5; step++)
            {
                var batch = loader.Next();
                Assert.That((batch.Epoch, batch.Step), Is.EqualTo((epoch, step)));
                Assert.That(batch.Labels, Is.EqualTo(batch.Indices.Select(index => index % 2)));
                seen.AddRange(batch.Indices);
            }

            Assert.That(seen, Is.Unique);
            orders.Add([.. seen]);
        }

        Assert.That(orders[1], Is.Not.EqualTo(orders[0]));
    }

    [Test]
    public void Masks_have_one_count_in_a_batch_and_lie_in_the_grid()
    {
        using var loader = new BatchLoader(new MemorySource(8), Options with { Mask = new MaskOptions(4, 4) { MinimumCount = 3, MaximumCount = 9 } });
        var counts = new HashSet<int>();
        for (var step = 0; step < 40; step++)
        {
            var batch = loader.Next();
            counts.Add(batch.MaskedCount);
            Assert.That(batch.MaskedPositions.Length, Is.EqualTo(4 * batch.MaskedCount));
            foreach (var row in batch.MaskedPositions.ToArray().Chunk(batch.MaskedCount))
                Assert.That(row, Is.Ordered.Ascending.And.Unique.And.All.InRange(0, 15));
        }

        Assert.That(counts, Is.EquivalentTo(Enumerable.Range(3, 7)));
    }

    [Test]
    public void Equal_sizes_share_the_pictures_and_different_sizes_show_the_same_crop()
    {
        using var same = new BatchLoader(new MemorySource(4), Options with { TokenizerSize = 0 });
        var shared = same.Next();
        Assert.That(shared.TokenizerImages, Is.SameAs(shared.Images));

        using var two = new BatchLoader(new MemorySource(4), Options);
        var batch = two.Next();
        Assert.That(batch.TokenizerImages, Has.Length.EqualTo(4 * 3 * 64));
        for (var plane = 0; plane < 12; plane++)
            Assert.That(batch.TokenizerImages.Skip(plane * 64).Take(64).Average(), Is.EqualTo(batch.Images.Skip(plane * 256).Take(256).Average()).Within(0.01));
    }

    [Test]
    public void Bad_pictures_are_named_once_and_replaced_by_the_next_of_the_order()
    {
        var named = new ConcurrentBag<string>();
        var options = Options with { Skipped = error => named.Add(error.Key), Shuffle = false };
        using var loader = new BatchLoader(new MemorySource(8, broken: [2, 3, 7]), options);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            Assert.That(loader.Next().Indices, Is.EqualTo(new[] { 0, 1, 4, 4 }));
            Assert.That(loader.Next().Indices, Is.EqualTo(new[] { 4, 5, 6, 0 }));
        }

        Assert.That(named, Is.EquivalentTo(new[] { "picture 2", "picture 3", "picture 7" }));
        Assert.That(loader.SkippedCount, Is.EqualTo(3));
    }

    [TestCase(0)]
    [TestCase(3)]
    public void A_bad_picture_is_an_error_of_its_batch_when_strict(int workers)
    {
        using var loader = new BatchLoader(new MemorySource(8, broken: [5]), Options with { Strict = true, Shuffle = false, Workers = workers });
        Assert.That(loader.Next().Indices, Is.EqualTo(new[] { 0, 1, 2, 3 }), "the batch before is delivered");
        Assert.That(() => loader.Next(), Throws.TypeOf<ImageDecodeException>().With.Property(nameof(ImageDecodeException.Key)).EqualTo("picture 5"));
        Assert.That(() => loader.Next(), Throws.TypeOf<ImageDecodeException>(), "and it stays");
    }

    [TestCase(0)]
    [TestCase(2)]
    public void Errors_of_the_storage_surface_in_next(int workers)
    {
        var source = new MemorySource(8) { Failure = new DatasetException("the disk is gone") };
        using var loader = new BatchLoader(source, Options with { Workers = workers });
        Assert.That(() => loader.Next(), Throws.TypeOf<DatasetException>().With.Message.EqualTo("the disk is gone"));
    }

    [Test]
    public void A_set_without_any_usable_picture_is_one_clear_line()
    {
        using var loader = new BatchLoader(new MemorySource(4, broken: [0, 1, 2, 3]), Options);
        Assert.That(() => loader.Next(), Throws.TypeOf<DatasetException>().With.Message.Contains("none of the 4 pictures"));
    }

    [Test]
    public void Fewer_pictures_than_a_batch_are_refused_at_once() =>
        Assert.That(() => new BatchLoader(new MemorySource(3), Options), Throws.TypeOf<DatasetException>().With.Message.Contains("at most 3"));

    [Test]
    public void The_cache_reads_each_picture_once()
    {
        var cached = new MemorySource(8);
        Hashes(cached, Options with { Workers = 0 }, 10);
        Assert.That(cached.Reads, Is.EqualTo(8));
        var uncached = new MemorySource(8);
        Hashes(uncached, Options with { Workers = 0, CacheLimitBytes = 0 }, 10);
        Assert.That(uncached.Reads, Is.EqualTo(40));
    }

    [Test]
    public void Reading_ahead_stops_at_the_ring()
    {
        var source = new MemorySource(64);
        using (var loader = new BatchLoader(source, Options with { PrefetchBatches = 2, CacheLimitBytes = 0 }))
        {
            loader.Next();
            loader.Next();
        }

        Assert.That(source.Reads, Is.InRange(8, 16), "two delivered and at most two ahead");
    }

    [Test]
    public void Disposing_ends_the_threads_and_the_loader()
    {
        var loader = new BatchLoader(new MemorySource(8), Options);
        loader.Next();
        loader.Dispose();
        loader.Dispose();
        Assert.That(() => loader.Next(), Throws.TypeOf<System.ObjectDisposedException>());
    }

    [Test]
    public void Cached_steps_without_threads_allocate_nothing([Values] bool asBytes)
    {
        using var loader = new BatchLoader(new MemorySource(8), Options with { Workers = 0, CropRoom = asBytes ? new CropRoom(16) : null });
        for (var step = 0; step < 20; step++) loader.Next();
        loader.StartAt(10, 0);
        loader.Next();
        var before = System.GC.GetAllocatedBytesForCurrentThread();
        loader.Next();
        Assert.That(System.GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static string[] Hashes(ImageSource source, BatchLoaderOptions options, int steps)
    {
        using var loader = new BatchLoader(source, options);
        return [.. Enumerable.Range(0, steps).Select(_ => Hash(loader.Next()))];
    }

    /// <summary>Everything a batch delivers, in one value.</summary>
    private static string Hash(ImageBatch batch)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<float>(batch.Images));
        hash.AppendData(MemoryMarshal.AsBytes<float>(batch.TokenizerImages));
        hash.AppendData(MemoryMarshal.AsBytes<int>(batch.Labels));
        hash.AppendData(MemoryMarshal.AsBytes<int>(batch.Indices));
        hash.AppendData(MemoryMarshal.AsBytes(batch.MaskedPositions));
        return $"{batch.Epoch}/{batch.Step} {System.Convert.ToHexString(hash.GetHashAndReset())}";
    }
}
