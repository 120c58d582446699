using System.IO;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Sources;

public sealed class CifarBinarySourceTests
{
    [Test]
    public void Records_of_several_files_are_read_in_order_with_interleaved_channels()
    {
        using var folder = new TemporaryFolder();
        var source = new CifarBinarySource([Write(folder, "data_batch_1.bin", 3, 4), Write(folder, "data_batch_2.bin", 5)]);
        Assert.That(source.Count, Is.EqualTo(3));
        var record = source.Read(2);
        Assert.That((record.Label, record.RawWidth, record.RawHeight), Is.EqualTo((5, 32, 32)));
        Assert.That(record.Bytes[..6], Is.EqualTo(new byte[] { 5, 105, 205, 6, 106, 206 }));
        Assert.That(source.Read(1).Label, Is.EqualTo(4));
        Assert.That(source.ClassNames, Has.Count.EqualTo(10));
    }

    [Test]
    public void A_length_that_is_no_multiple_of_a_record_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Sub("data_batch_1.bin");
        File.WriteAllBytes(path, new byte[3072]);
        Assert.That(() => new CifarBinarySource([path]), Throws.TypeOf<DatasetException>().With.Message.Contains("3073"));
    }

    [Test]
    public void A_label_outside_of_the_classes_is_refused()
    {
        using var folder = new TemporaryFolder();
        var source = new CifarBinarySource([Write(folder, "x.bin", 10)]);
        Assert.That(() => source.Read(0), Throws.TypeOf<DatasetException>().With.Message.Contains("label 10"));
    }

    [Test]
    public void The_true_pixels_of_real_records_are_close_to_their_mean_colours()
    {
        var source = DatasetLocator.Open(SharedData.Require("cifar10-bin-lossless"));
        Assert.That(source.Count, Is.EqualTo(4660));
        Assert.That(source.ClassNames[6], Is.EqualTo("frog"));
        var sums = new double[3];
        for (var i = 0; i < source.Count; i++)
        {
            var pixels = source.Read(i).Bytes;
            for (var at = 0; at < pixels.Length; at++) sums[at % 3] += pixels[at];
        }

        // CIFAR-10's published channel means are 0.4914, 0.4822, 0.4465.
        var scale = 1 / (255.0 * 1024 * source.Count);
        Assert.That(sums[0] * scale, Is.EqualTo(0.4914).Within(0.01));
        Assert.That(sums[1] * scale, Is.EqualTo(0.4822).Within(0.01));
        Assert.That(sums[2] * scale, Is.EqualTo(0.4465).Within(0.01));
    }

    /// <summary>Records whose planes start at label, label + 100 and label + 200 and count up.</summary>
    internal static string Write(TemporaryFolder folder, string name, params byte[] labels)
    {
        var bytes = new byte[labels.Length * CifarBinarySource.RecordBytes];
        for (var record = 0; record < labels.Length; record++)
        {
            bytes[record * CifarBinarySource.RecordBytes] = labels[record];
            for (var i = 0; i < 3072; i++)
                bytes[record * CifarBinarySource.RecordBytes + 1 + i] = (byte)(labels[record] + i / 1024 * 100 + i % 1024);
        }

        var path = folder.Sub(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
