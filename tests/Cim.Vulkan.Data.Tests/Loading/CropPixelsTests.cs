using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Loading;

/// <summary>The loader's second form: crops as bytes, to be resized elsewhere.</summary>
public sealed class CropPixelsTests
{
    private static readonly CropPolicy[] Policies = [new RandomResizedCrop { FlipProbability = 0.5 }, new PadShift(5) { FlipProbability = 0.5 }, new WholeImage { FlipProbability = 1 }];

    private static readonly BatchLoaderOptions Options = new() { BatchSize = 4, ImageSize = 16, TokenizerSize = 8, Seed = 7, Workers = 0 };

    [TestCaseSource(nameof(Policies))]
    public void Both_forms_give_equal_pictures(CropPolicy crop)
    {
        using var floats = new BatchLoader(new MemorySource(9), Options with { Crop = crop });
        using var bytes = new BatchLoader(new MemorySource(9), Options with { Crop = crop, CropRoom = new CropRoom(24), Workers = 2 });
        for (var step = 0; step < 5; step++)
        {
            var (expected, actual) = (floats.Next(), bytes.Next());
            Assert.That(actual.Indices, Is.EqualTo(expected.Indices));
            Assert.That(actual.Images, Is.EqualTo(expected.Images).Within(1e-6));
            Assert.That(actual.TokenizerImages, Is.EqualTo(expected.TokenizerImages).Within(1e-6));
        }
    }

    [Test]
    public void Crops_lie_one_after_the_other_as_their_boxes_say()
    {
        using var loader = new BatchLoader(new MemorySource(9), Options with { CropRoom = new CropRoom(24) });
        var crops = loader.Next().Crops!;
        var pixels = Enumerable.Repeat(-1, 4 * crops.Room.Words).ToArray();
        var boxes = new int[4 * CropRoom.BoxNumbers];
        var used = crops.CopyTo(pixels, boxes);
        var next = 0;
        for (var row = 0; row < 4; row++)
        {
            Assert.That(boxes[(4 * row)..(4 * row + 4)], Is.EqualTo(new[] { next, crops[row].Width, crops[row].Height, crops[row].Flip ? 1 : 0 }));
            next += CropRoom.RowWords(crops[row].Width) * crops[row].Height;
        }

        Assert.That(used, Is.EqualTo(next));
        Assert.That(pixels[used..], Is.All.EqualTo(-1), "what is not used is not touched");
    }

    [Test]
    public void A_crop_beyond_its_room_is_shrunk_and_looks_the_same()
    {
        var options = Options with { Crop = new WholeImage { FlipProbability = 0.5 } };
        using var floats = new BatchLoader(new MemorySource(4, side: 300), options);
        using var bytes = new BatchLoader(new MemorySource(4, side: 300), options with { CropRoom = CropRoom.For(16) });
        var (expected, actual) = (floats.Next(), bytes.Next());
        Assert.That((actual.Crops![0].Width, actual.Crops[0].Height), Is.EqualTo((64, 64)));
        Assert.That(actual.Images, Is.EqualTo(expected.Images).Within(0.006));
        Assert.That(actual.TokenizerImages, Is.EqualTo(expected.TokenizerImages).Within(0.006));
    }

    [TestCase(7)]
    [TestCase(641)]
    public void Room_that_no_device_has_is_refused(int side) =>
        Assert.That(() => new BatchLoader(new MemorySource(4), Options with { CropRoom = new CropRoom(side) }), Throws.ArgumentException.With.Message.EqualTo($"room for crops: a side of {side} is outside of 8 to 640"));
}
