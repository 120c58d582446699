using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Sources;

public sealed class ShapesSourceTests
{
    private const int Looked = 300;

    [Test]
    public void A_picture_is_the_same_whoever_draws_it_and_when()
    {
        var expected = Digests(new ShapesSource());
        var source = new ShapesSource();
        var drawn = new string[Looked];
        Parallel.For(0, Looked, i => drawn[Looked - 1 - i] = Digest(source, Looked - 1 - i));
        Assert.That(drawn, Is.EqualTo(expected));
    }

    [Test]
    public void No_two_pictures_of_training_and_validation_are_alike()
    {
        var all = Digests(new ShapesSource()).Concat(Digests(new ShapesSource(validation: true))).ToList();
        Assert.That(all, Is.Unique);
    }

    [Test]
    public void Classes_are_balanced_from_the_first_picture_on()
    {
        var source = new ShapesSource();
        var counts = Enumerable.Range(0, 100).GroupBy(i => source.Read(i).Label).Select(group => group.Count());
        Assert.That(counts, Is.EqualTo(Enumerable.Repeat(10, 10)));
        Assert.That(source.ClassNames, Has.Count.EqualTo(10).And.Contains("heart"));
    }

    [Test]
    public void A_larger_picture_is_the_same_drawing()
    {
        var (small, large) = (new ShapesSource(side: 32), new ShapesSource(side: 64));
        for (var i = 0; i < 20; i++)
            Assert.That(MeanDifference(small.Read(i).Bytes, Halved(large.Read(i).Bytes, 64)), Is.LessThan(3), $"picture {i}");
    }

    [Test]
    public void Every_shape_stands_out_and_leaves_room_for_its_background()
    {
        foreach (var kind in Enum.GetValues<ShapeKind>())
        {
            var inside = 0;
            for (var i = 0; i < 10_000; i++)
                if (ShapeOutline.Contains(kind, (i % 100 - 49.5f) / 50, (i / 100 - 49.5f) / 50)) inside++;
            Assert.That(inside, Is.InRange(1500, 8000), $"{kind}: {inside / 100.0} % of its square");
        }
    }

    [Test]
    public void The_locator_opens_both_splits_and_other_sizes()
    {
        var (train, val) = (DatasetLocator.Open("builtin:shapes"), DatasetLocator.Open("builtin:shapes@64", "val"));
        Assert.That((train.Count, val.Count), Is.EqualTo((ShapesSource.TrainCount, ShapesSource.ValidationCount)));
        Assert.That((train.Read(7).RawWidth, val.Read(7).RawWidth), Is.EqualTo((32, 64)));
    }

    [TestCase("builtin:shape", "train", "builtin:shapes")]
    [TestCase("builtin:shapes@big", "train", "'big' is no side")]
    [TestCase("builtin:shapes@4", "train", "from 8 to 1024")]
    [TestCase("builtin:shapes", "dev", "splits train and val")]
    public void A_wrong_path_is_refused_with_the_right_one(string path, string split, string hint) =>
        Assert.That(() => DatasetLocator.Open(path, split), Throws.TypeOf<DatasetException>().With.Message.Contains(hint));

    private static List<string> Digests(ShapesSource source) => Enumerable.Range(0, Looked).Select(i => Digest(source, i)).ToList();

    private static string Digest(ShapesSource source, int index) => Convert.ToHexString(SHA256.HashData(source.Read(index).Bytes));

    private static byte[] Halved(byte[] pixels, int side)
    {
        var half = new byte[pixels.Length / 4];
        for (var i = 0; i < half.Length; i++)
        {
            var (channel, x, y) = (i % 3, i / 3 % (side / 2), i / 3 / (side / 2));
            int At(int right, int down) => pixels[3 * ((2 * y + down) * side + 2 * x + right) + channel];
            half[i] = (byte)((At(0, 0) + At(1, 0) + At(0, 1) + At(1, 1) + 2) / 4);
        }

        return half;
    }

    private static double MeanDifference(byte[] a, byte[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Average();
}
