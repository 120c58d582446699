using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Decoding;

/// <summary>Several hundred awkward files: each decodes to three sane channels or is refused; none brings the process down.</summary>
public sealed class BadImagesTests
{
    [Test]
    public void Every_awkward_file_decodes_or_is_refused()
    {
        var folder = SharedData.Require("bad-images");
        var counts = new SortedDictionary<string, (int Decoded, int Refused)>();
        var buffer = new PixelBuffer();
        foreach (var line in File.ReadLines(Path.Combine(folder, "manifest.jsonl")))
        {
            using var entry = JsonDocument.Parse(line);
            var file = entry.RootElement.GetProperty("file").GetString()!;
            var kind = file.Split('/')[0];
            var count = counts.GetValueOrDefault(kind);
            if (TryDecode(Path.Combine(folder, file), file, buffer))
            {
                Assert.That(buffer.Pixels.Length, Is.EqualTo(3 * buffer.Width * buffer.Height).And.Positive, file);
                count.Decoded++;
            }
            else
            {
                count.Refused++;
            }

            counts[kind] = count;
        }

        foreach (var (kind, count) in counts) TestContext.Out.WriteLine($"{kind}: {count.Decoded} decoded, {count.Refused} refused");
        Assert.That(counts["jpeg-progressive"], Is.EqualTo((3, 0)));
        Assert.That(counts["jpeg-cmyk"].Refused, Is.Zero);
        Assert.That(counts["png-palette-trns"].Refused, Is.Zero);
        Assert.That(counts["jpeg-exif-orientation"].Refused, Is.Zero);
        Assert.That(counts["derived-truncated"].Decoded, Is.Zero);
        Assert.That(counts["bomb"].Decoded, Is.Zero);
        Assert.That(counts.Values.Sum(count => count.Decoded), Is.GreaterThan(150));
    }

    private static bool TryDecode(string path, string key, PixelBuffer buffer)
    {
        try
        {
            ImageDecoder.Decode(new ImageRecord(key, -1, File.ReadAllBytes(path)), buffer);
            return true;
        }
        catch (ImageDecodeException error)
        {
            Assert.That(error.Message, Does.Contain(key).And.Not.Contain("\n"));
            return false;
        }
    }
}
