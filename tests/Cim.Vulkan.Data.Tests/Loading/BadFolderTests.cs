using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Loading;

/// <summary>The folder of awkward files as a training folder: two epochs, each bad one named once, each good one used.</summary>
public sealed class BadFolderTests
{
    /// <summary>Another decoder reads these by leaving their damage aside (wrong checksums, garbage between markers) or because they are compressed bitmaps.</summary>
    private static readonly string[] RefusedOnPurpose =
    [
        "bmp/badrle.bmp", "jpeg-crash/jdcrash_8e5e74dbf9b68a.jpg", "jpeg-crash/jdcrash_b55977028a3a57.jpg", "png-broken/badcrc.png",
        "png-broken/broken_data_stream.png", "png-bugfix/x_interlaced_chck.png", "png-suite-corrupt/xcsn0g01.png",
    ];

    [TestCase(0)]
    [TestCase(3)]
    public void Two_epochs_name_each_bad_file_once_and_use_each_good_one(int workers)
    {
        var folder = SharedData.Require("bad-images");
        var source = DatasetLocator.Open(folder);
        var named = new ConcurrentQueue<string>();
        var used = new HashSet<string>();
        using var loader = new BatchLoader(source, new BatchLoaderOptions { BatchSize = 1, ImageSize = 16, Workers = workers, Skipped = error => named.Enqueue(error.Key) });
        var keys = KeysOf(folder, source);
        for (var step = 0; step < 2 * loader.StepsPerEpoch; step++) used.Add(keys[loader.Next().Indices[0]]);

        Assert.That(named, Is.Unique);
        Assert.That(loader.SkippedCount, Is.EqualTo(named.Count));
        Assert.That(used.Intersect(named), Is.Empty);
        Assert.That(used.Count + named.Count, Is.EqualTo(source.Count), "each file is used or named");
        var good = GoodFiles(folder).Intersect(keys).Except(RefusedOnPurpose).ToArray();
        Assert.That(good, Has.Length.GreaterThan(180));
        Assert.That(good.Except(used), Is.Empty, "what another decoder reads is used");
    }

    private static string[] KeysOf(string folder, ImageSource source)
    {
        var keys = new ImageFolderSource(folder);
        Assert.That(keys.Count, Is.EqualTo(source.Count));
        return [.. keys.Keys];
    }

    private static IEnumerable<string> GoodFiles(string folder) =>
        from line in File.ReadLines(Path.Combine(folder, "manifest.jsonl"))
        let entry = JsonDocument.Parse(line).RootElement
        where entry.GetProperty("pillow").GetString() == "ok"
        select entry.GetProperty("file").GetString()!;
}
