using System;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Cropping;

public sealed class ResamplerTests
{
    [Test]
    public void A_box_of_the_output_size_is_copied_exactly([Values] ResampleKernel kernel, [Values] bool flip)
    {
        var picture = TestPictures.Buffer(40, 36, (x, y, band) => (byte)(x * 31 + y * 17 + band * 91));
        var planes = Resample(picture, new CropBox(5, 3, 32, 32, flip), 32, 32, kernel);
        for (var i = 0; i < planes.Length; i++)
        {
            var (band, y, x) = (i / 1024, i / 32 % 32, i % 32);
            var source = (byte)((5 + (flip ? 31 - x : x)) * 31 + (3 + y) * 17 + band * 91);
            Assert.That(planes[i], Is.EqualTo(source / 255f).Within(1e-6), $"band {band}, ({x}, {y})");
        }
    }

    [Test]
    public void Beyond_the_edge_the_picture_is_mirrored()
    {
        var picture = TestPictures.Buffer(8, 8, (x, y, _) => (byte)(x + 10 * y));
        var planes = Resample(picture, new CropBox(-2, 3, 8, 8, false), 8, 8, ResampleKernel.Bicubic);
        Assert.That(planes[..3].Select(value => Math.Round(value * 255)), Is.EqualTo(new double[] { 32, 31, 30 }));
        Assert.That(Math.Round(planes[7 * 8 + 2] * 255), Is.EqualTo(40), "row 10 mirrors to row 4");
    }

    [Test]
    public void A_gradient_stays_a_gradient_at_both_resolutions_of_one_box()
    {
        var picture = TestPictures.Buffer(250, 200, (x, y, band) => (byte)(band == 0 ? x : band == 1 ? y : 128));
        var box = new CropBox(37, 21, 150, 120, Flip: true);
        CheckGradient(Resample(picture, box, 64, 64, ResampleKernel.Bicubic), box, 64);
        CheckGradient(Resample(picture, box, 32, 32, ResampleKernel.Lanczos), box, 32);
    }

    [TestCase(50, 224, ResampleKernel.Bicubic)]
    [TestCase(300, 112, ResampleKernel.Lanczos)]
    [TestCase(1, 7, ResampleKernel.Bicubic)]
    [TestCase(3, 1, ResampleKernel.Lanczos)]
    public void A_plain_picture_stays_plain_at_any_scale(int from, int to, ResampleKernel kernel)
    {
        var picture = TestPictures.Buffer(from, from, (_, _, band) => (byte)(50 + 60 * band));
        var planes = Resample(picture, new CropBox(0, 0, from, from, false), to, to, kernel);
        for (var i = 0; i < planes.Length; i++) Assert.That(planes[i], Is.EqualTo((50 + 60 * (i / (to * to))) / 255f).Within(1e-5));
    }

    [Test]
    public void Overshoot_is_clamped_to_the_unit_interval()
    {
        var picture = TestPictures.Buffer(16, 16, (x, _, _) => (byte)(x < 8 ? 0 : 255));
        var planes = Resample(picture, new CropBox(0, 0, 16, 16, false), 50, 50, ResampleKernel.Lanczos);
        Assert.That((planes.Min(), planes.Max()), Is.EqualTo((0f, 1f)));
    }

    [Test]
    public void Shrinking_averages_instead_of_picking_pixels()
    {
        var checkers = TestPictures.Buffer(128, 128, (x, y, _) => (byte)((x + y) % 2 * 255));
        var planes = Resample(checkers, new CropBox(0, 0, 128, 128, false), 16, 16, ResampleKernel.Bicubic);
        Assert.That(planes.Min(), Is.GreaterThan(0.45));
        Assert.That(planes.Max(), Is.LessThan(0.55));
    }

    [Test]
    public void Memory_of_an_earlier_larger_picture_leaves_no_trace()
    {
        var small = TestPictures.Buffer(9, 9, (x, y, _) => (byte)(x * y));
        var large = TestPictures.Buffer(90, 90, (_, _, _) => 255);
        var box = new CropBox(1, 1, 7, 7, false);
        var resampler = new Resampler();
        var used = new float[3 * 25];
        resampler.Resample(large, new CropBox(0, 0, 90, 90, false), 5, 5, ResampleKernel.Bicubic, used);
        resampler.Resample(small, box, 5, 5, ResampleKernel.Bicubic, used);
        Assert.That(used, Is.EqualTo(Resample(small, box, 5, 5, ResampleKernel.Bicubic)));
    }

    [Test]
    public void A_destination_of_the_wrong_length_is_refused()
    {
        var picture = TestPictures.Buffer(4, 4, (_, _, _) => 0);
        Assert.That(
            () => new Resampler().Resample(picture, new CropBox(0, 0, 4, 4, false), 4, 4, ResampleKernel.Bicubic, new float[47]),
            Throws.ArgumentException.With.Message.Contains("48"));
    }

    private static void CheckGradient(float[] planes, CropBox box, int size)
    {
        // Near the border the cut filter bends the gradient a little; four pixels in, it is exact.
        for (var y = 4; y < size - 4; y++)
        {
            for (var x = 4; x < size - 4; x++)
            {
                var column = box.Left + (size - x - 0.5) * box.Width / size - 0.5;
                var row = box.Top + (y + 0.5) * box.Height / size - 0.5;
                Assert.That(planes[y * size + x] * 255, Is.EqualTo(column).Within(0.1));
                Assert.That(planes[size * size + y * size + x] * 255, Is.EqualTo(row).Within(0.1));
            }
        }
    }

    private static float[] Resample(PixelBuffer picture, CropBox box, int width, int height, ResampleKernel kernel)
    {
        var planes = new float[3 * width * height];
        new Resampler().Resample(picture, box, width, height, kernel, planes);
        return planes;
    }
}
