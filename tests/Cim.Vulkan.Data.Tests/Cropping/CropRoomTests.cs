using System;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Cropping;

public sealed class CropRoomTests
{
    [TestCase(512, 512)]
    [TestCase(340, 768)]
    [TestCase(1, 1)]
    [TestCase(768, 1)]
    public void A_crop_with_room_keeps_its_size(int width, int height) => Assert.That(new CropRoom(512).Fit(width, height), Is.EqualTo((width, height)));

    [TestCase(513, 512)]
    [TestCase(4000, 3000)]
    [TestCase(769, 2)]
    [TestCase(1, 100_000)]
    [TestCase(100_000, 1)]
    [TestCase(25_000, 25_000)]
    public void A_larger_crop_is_shrunk_until_it_fits_and_not_much_further(int width, int height)
    {
        var room = new CropRoom(512);
        var (fitWidth, fitHeight) = room.Fit(width, height);
        Assert.That(room.Holds(width, height), Is.False);
        Assert.That(room.Holds(fitWidth, fitHeight), Is.True);
        Assert.That(Math.Max(fitWidth, fitHeight) >= 765 || fitWidth * fitHeight > 0.99 * 512 * 512, Is.True, $"{fitWidth}x{fitHeight}");
        if (Math.Min(width, height) > 100) Assert.That((double)fitWidth / fitHeight, Is.EqualTo((double)width / height).Within(1).Percent);
    }

    [Test]
    public void Room_for_every_size_of_crop_is_found()
    {
        foreach (var side in new[] { CropRoom.SmallestSide, 33, CropRoom.GreatestSide })
        {
            var room = new CropRoom(side);
            for (var width = 1; width < 2000; width += 37)
                for (var height = 1; height < 2000; height += 41)
                {
                    var (fitWidth, fitHeight) = room.Fit(width, height);
                    if (!room.Holds(fitWidth, fitHeight) || fitWidth < 1 || fitHeight < 1 || fitWidth > width || fitHeight > height)
                        Assert.Fail($"{width}x{height} became {fitWidth}x{fitHeight} in {room}");
                }
        }
    }

    [TestCase(224, 512)]
    [TestCase(32, 128)]
    [TestCase(1, 8)]
    public void The_room_follows_the_pictures_size(int imageSize, int side) => Assert.That(CropRoom.For(imageSize).Side, Is.EqualTo(side));
}
