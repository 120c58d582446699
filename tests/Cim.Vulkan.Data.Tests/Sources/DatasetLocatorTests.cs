using System;
using System.IO;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Sources;

public sealed class DatasetLocatorTests
{
    [TestCase("cat/1.png dog/2.png", typeof(ImageFolderSource))]
    [TestCase("train/cat/1.png val/cat/2.png", typeof(ImageFolderSource))]
    [TestCase("set/train/cat/1.png", typeof(ImageFolderSource))]
    [TestCase("1.png 2.jpg", typeof(FlatFolderSource))]
    [TestCase("train/1.png", typeof(FlatFolderSource))]
    public void Layouts_are_recognised(string files, Type expected)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in files.Split(' ')) File.WriteAllBytes(folder.Sub(file), [0]);
        var source = DatasetLocator.Open(folder.Path);
        Assert.That(source, Is.TypeOf(expected));
        Assert.That(source.Description, Does.Contain($"{source.Count} pictures").And.Not.Contain("\n"));
    }

    [Test]
    public void The_split_chooses_folders_and_cifar_files()
    {
        using var folder = new TemporaryFolder();
        CifarBinarySourceTests.Write(folder, "data_batch_1.bin", 1, 2);
        CifarBinarySourceTests.Write(folder, "test_batch.bin", 3);
        Assert.That(DatasetLocator.Open(folder.Path).Count, Is.EqualTo(2));
        Assert.That(DatasetLocator.Open(folder.Path, "test").Read(0).Label, Is.EqualTo(3));
        Assert.That(DatasetLocator.Open(folder.Sub("test_batch.bin")).Count, Is.EqualTo(1));
    }

    [Test]
    public void A_split_that_is_not_there_is_never_replaced_by_another()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Sub("set/train/cat/1.png"), [0]);
        Assert.That(() => DatasetLocator.Open(folder.Path, "val"), Throws.TypeOf<DatasetException>().With.Message.Contains("'train' but none named 'val'"));
        CifarBinarySourceTests.Write(folder, "cifar/data_batch_1.bin", 1, 2);
        Assert.That(() => DatasetLocator.Open(folder.Sub("cifar"), "test"), Throws.TypeOf<DatasetException>().With.Message.Contains("test_batch.bin"));
    }

    [TestCase("", "no pictures found")]
    [TestCase("notes.txt", "no pictures found")]
    [TestCase("set.tar.gz", "unpack")]
    [TestCase("train/set.zip", "unpack")]
    public void A_folder_without_pictures_says_what_was_looked_for(string file, string message)
    {
        using var folder = new TemporaryFolder();
        if (file.Length > 0) File.WriteAllBytes(folder.Sub(file), [0]);
        Assert.That(() => DatasetLocator.Open(folder.Path), Throws.TypeOf<DatasetException>().With.Message.Contains(message));
    }

    [Test]
    public void A_missing_path_is_one_clear_line() =>
        Assert.That(
            () => DatasetLocator.Open("/nowhere/at all"),
            Throws.TypeOf<DatasetException>().With.Message.Contains("'/nowhere/at all'").And.Message.Not.Contains("\n"));

    [Test]
    public void A_packed_or_unknown_single_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Sub("x.tgz"), [0]);
        File.WriteAllBytes(folder.Sub("x.jpg"), [0]);
        Assert.That(() => DatasetLocator.Open(folder.Sub("x.tgz")), Throws.TypeOf<DatasetException>().With.Message.Contains("unpack"));
        Assert.That(() => DatasetLocator.Open(folder.Sub("x.jpg")), Throws.TypeOf<DatasetException>().With.Message.Contains("single picture"));
    }

    [Test]
    public void Real_folders_are_recognised()
    {
        var clothing = DatasetLocator.Open(SharedData.Require("clothing"));
        Assert.That((clothing.Count, clothing.ClassNames.Count), Is.EqualTo((1235, 10)));
        Assert.That(DatasetLocator.Open(SharedData.Require("imagenet-sample/images")).Count, Is.EqualTo(800));
    }
}
