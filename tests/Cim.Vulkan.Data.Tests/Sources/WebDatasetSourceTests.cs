using System.IO;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Sources;

public sealed class WebDatasetSourceTests
{
    [Test]
    public void Samples_join_neighbours_of_one_key_over_several_shards()
    {
        using var folder = new TemporaryFolder();
        new TarBuilder().File("a/0.jpg", "first").File("a/0.cls", "2\n").File("a/1.cls", "0").File("a/1.meta.json", "{}").File("a/1.PNG", "second")
            .End().Save(folder.Sub("s-0.tar"));
        new TarBuilder().File("0.json", "{}").File("1.jpg", "third").End().Save(folder.Sub("s-1.tar"));
        var source = DatasetLocator.Open(folder.Path);
        var records = Enumerable.Range(0, source.Count).Select(source.Read).ToArray();
        Assert.That(records.Select(record => System.Text.Encoding.ASCII.GetString(record.Bytes)), Is.EqualTo(new[] { "first", "second", "third" }));
        Assert.That(records.Select(record => record.Label), Is.EqualTo(new[] { 2, 0, -1 }));
        Assert.That(records.Select(record => record.Key), Is.EqualTo(new[] { "s-0.tar:a/0.jpg", "s-0.tar:a/1.PNG", "s-1.tar:1.jpg" }));
        Assert.That(source.ClassNames, Is.EqualTo(new[] { "0", "1", "2" }));
    }

    [Test]
    public void A_name_that_climbs_out_of_the_archive_is_only_a_key()
    {
        using var folder = new TemporaryFolder();
        var path = new TarBuilder().File("../../escape.jpg", "x").File("/etc/absolute.jpg", "y").End().Save(folder.Sub("s.tar"));
        var source = new WebDatasetSource([path]);
        Assert.That(source.Read(0).Key, Is.EqualTo("s.tar:../../escape.jpg"));
        Assert.That(source.Read(1).Bytes, Is.EqualTo("y"u8.ToArray()));
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Has.Length.EqualTo(1), "nothing is unpacked");
    }

    [Test]
    public void Long_names_of_both_kinds_are_understood()
    {
        using var folder = new TemporaryFolder();
        var longName = new string('n', 200) + "/k.jpg";
        var path = new TarBuilder()
            .Pax("path", "pax/" + longName).File("short.jpg", "1")
            .Entry("././@LongLink", 'L', System.Text.Encoding.UTF8.GetBytes("gnu/" + longName + "\0"), longName.Length + 5).File("short.jpg", "2")
            .File("plain.jpg", "3").End().Save(folder.Sub("s.tar"));
        var source = new WebDatasetSource([path]);
        Assert.That(
            Enumerable.Range(0, 3).Select(i => source.Read(i).Key), Is.EqualTo(new[] { "s.tar:pax/" + longName, "s.tar:gnu/" + longName, "s.tar:plain.jpg" }));
    }

    [TestCase('1', "hard link")]
    [TestCase('2', "symbolic link")]
    [TestCase('3', "character device")]
    [TestCase('4', "block device")]
    [TestCase('6', "pipe")]
    [TestCase('S', "sparse")]
    [TestCase('Z', "unknown kind")]
    public void Everything_but_plain_files_is_refused_by_name(char type, string kind)
    {
        using var folder = new TemporaryFolder();
        var path = new TarBuilder().File("0.jpg", "x").Entry("bad.jpg", type, [], 0).End().Save(folder.Sub("s.tar"));
        Assert.That(
            () => new WebDatasetSource([path]), Throws.TypeOf<DatasetException>().With.Message.Contains(kind).And.Message.Contains("bad.jpg"));
    }

    [TestCase(5000)]
    [TestCase(68_719_476_735)]
    public void A_size_that_does_not_fit_the_file_is_refused(long size)
    {
        using var folder = new TemporaryFolder();
        var path = new TarBuilder().Entry("0.jpg", '0', [1, 2, 3], size).Save(folder.Sub("s.tar"));
        Assert.That(() => new WebDatasetSource([path]), Throws.TypeOf<DatasetException>().With.Message.Contains("download"));
    }

    [TestCase("-1")]
    [TestCase("9223372036854775807")]
    [TestCase("many")]
    public void An_absurd_pax_size_is_refused(string size)
    {
        using var folder = new TemporaryFolder();
        var path = new TarBuilder().Pax("size", size).File("0.jpg", "x").End().Save(folder.Sub("s.tar"));
        Assert.That(() => new WebDatasetSource([path]), Throws.TypeOf<DatasetException>());
    }

    [Test]
    public void A_member_larger_than_any_picture_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = new TarBuilder().Entry("0.jpg", '0', [], 300 << 20).Save(folder.Sub("s.tar"));
        // A file with a hole: the bytes are there for the reader and take no space.
        using (var file = File.OpenWrite(path)) file.SetLength(301 << 20);
        Assert.That(() => new WebDatasetSource([path]), Throws.TypeOf<DatasetException>().With.Message.Contains("more than"));
    }

    [Test]
    public void A_damaged_header_is_named_as_such()
    {
        using var folder = new TemporaryFolder();
        var path = new TarBuilder().File("0.jpg", "x").End().Save(folder.Sub("s.tar"));
        var bytes = File.ReadAllBytes(path);
        bytes[0] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.That(() => new WebDatasetSource([path]), Throws.TypeOf<DatasetException>().With.Message.Contains("checksum"));
    }

    [Test]
    public void A_label_that_is_no_number_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = new TarBuilder().File("0.jpg", "x").File("0.cls", "cat").End().Save(folder.Sub("s.tar"));
        Assert.That(() => new WebDatasetSource([path]), Throws.TypeOf<DatasetException>().With.Message.Contains(".cls"));
    }

    [Test]
    public void Real_shards_hold_all_their_samples()
    {
        var path = SharedData.Require("tiny-imagenet-wds");
        var training = DatasetLocator.Open(path);
        Assert.That((training.Count, training.ClassNames.Count), Is.EqualTo((3000, 10)));
        Assert.That(training.ClassNames[0], Does.StartWith("n01443537 goldfish"));
        Assert.That(DatasetLocator.Open(path, "val").Count, Is.EqualTo(250));
        var record = training.Read(2999);
        var picture = TestPictures.Decode(record.Bytes);
        Assert.That((picture.Width, picture.Height), Is.EqualTo((64, 64)));
        Assert.That(record.Label, Is.InRange(0, 9));
    }
}
