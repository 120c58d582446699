using System;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Cropping;

public sealed class CropPolicyTests
{
    [Test]
    public void Random_resized_crops_keep_their_area_and_ratio_inside_the_picture()
    {
        var boxes = Draw(new RandomResizedCrop(0.2, 0.9), 400, 300, 224, 2000);
        foreach (var box in boxes)
        {
            Assert.That(box.Left >= 0 && box.Top >= 0 && box.Left + box.Width <= 400 && box.Top + box.Height <= 300, Is.True, box.ToString());
            Assert.That(box.Width * box.Height / 120_000.0, Is.InRange(0.19, 0.91), box.ToString());
            Assert.That((double)box.Width / box.Height, Is.InRange(0.74, 1.35), box.ToString());
        }

        Assert.That(boxes.Distinct().Count(), Is.GreaterThan(1900));
    }

    [TestCase(1000, 2)]
    [TestCase(2, 1000)]
    [TestCase(1, 1)]
    public void Pictures_of_any_shape_have_a_box(int width, int height)
    {
        foreach (var box in Draw(new RandomResizedCrop(), width, height, 224, 50))
        {
            Assert.That(box.Width, Is.InRange(1, width));
            Assert.That(box.Height, Is.InRange(1, height));
            Assert.That(box.Left >= 0 && box.Left + box.Width <= width && box.Top >= 0 && box.Top + box.Height <= height, Is.True);
        }
    }

    [Test]
    public void The_flip_comes_as_often_as_asked()
    {
        var flips = Draw(new PadShift { FlipProbability = 0.3 }, 32, 32, 32, 5000).Count(box => box.Flip);
        Assert.That(flips, Is.EqualTo(1500).Within(150));
        Assert.That(Draw(new PadShift(), 32, 32, 32, 100).Count(box => box.Flip), Is.Zero);
    }

    [Test]
    public void Shifts_reach_every_offset_up_to_their_limit()
    {
        var boxes = Draw(new PadShift(3), 32, 32, 32, 3000);
        Assert.That(boxes.Select(box => (box.Left, box.Top)).Distinct().Count(), Is.EqualTo(49));
        Assert.That(boxes.Max(box => Math.Max(Math.Abs(box.Left), Math.Abs(box.Top))), Is.EqualTo(3));
        Assert.That(boxes.Select(box => (box.Width, box.Height)).Distinct().Single(), Is.EqualTo((32, 32)));
    }

    [Test]
    public void A_centre_crop_is_the_share_of_the_shorter_side()
    {
        Assert.That(Draw(new CenterCrop(0.875), 400, 256, 224, 1).Single(), Is.EqualTo(new CropBox(88, 16, 224, 224, false)));
        Assert.That(Draw(new WholeImage(), 400, 256, 224, 1).Single(), Is.EqualTo(new CropBox(0, 0, 400, 256, false)));
    }

    private static CropBox[] Draw(CropPolicy policy, int width, int height, int imageSize, int count)
    {
        var boxes = new CropBox[count];
        for (var index = 0; index < count; index++)
        {
            var random = new RandomSequence(3, RandomPurpose.Crop, 0, index);
            boxes[index] = policy.Choose(width, height, imageSize, ref random);
        }

        return boxes;
    }
}
