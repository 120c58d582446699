using System;
using System.IO;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Sources;

/// <summary>What the user reads about a path that is no data set: each says what is wrong and how to mend it.</summary>
public sealed class DatasetMessageTests
{
    [TestCase("", "it is empty; put pictures there")]
    [TestCase("a/ b/", "its 2 folders hold no files; put pictures there")]
    [TestCase("notes.txt list.csv", "its files end in .csv, .txt; give a folder with .jpg")]
    [TestCase("a/1.NEF", "end in .nef; convert such pictures to JPEG or PNG")]
    [TestCase("film.mp4", "extract single pictures")]
    [TestCase("set.tar.gz", "is packed: unpack it first")]
    [TestCase("images.7z", "is packed: unpack it first")]
    [TestCase("train.parquet", "export them as picture files")]
    public void A_folder_without_pictures_says_why(string content, string message)
    {
        using var folder = new TemporaryFolder();
        Fill(folder, content);
        Assert.That(() => DatasetLocator.Open(folder.Path), Throws.TypeOf<DatasetException>().With.Message.Contains(message).And.Message.Not.Contains("\n"));
    }

    [TestCase("x.zip", "unpack it first")]
    [TestCase("x.jpg", "is a single picture: give the folder")]
    [TestCase("x.npz", "export them as picture files")]
    [TestCase("x.txt", "give a folder; class folders")]
    [TestCase("x.tar", "it is empty; download it again")]
    public void A_single_file_says_what_to_give_instead(string name, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Sub(name), []);
        Assert.That(() => DatasetLocator.Open(folder.Sub(name)), Throws.TypeOf<DatasetException>().With.Message.Contains(message));
    }

    [TestCase("cat/1.png", 1, 1, TestName = "One folder of pictures is a set of one class")]
    [TestCase("cat/1.png dog/2.png", 2, 2, TestName = "Two are classes")]
    [TestCase("cover.png cat/1.png dog/2.png", 3, 0, TestName = "Pictures beside them make a tree without labels")]
    [TestCase("train/1.png bus/2.png car/3.png", 3, 3, TestName = "A class may be called train")]
    [TestCase("train/cat/1.png train/dog/1.png extra/3.png", 2, 2, TestName = "A split is a split whatever lies beside it")]
    public void Layouts_with_few_or_odd_folders(string content, int count, int classes)
    {
        using var folder = new TemporaryFolder();
        Fill(folder, content);
        var source = DatasetLocator.Open(folder.Path);
        Assert.That((source.Count, source.ClassNames.Count), Is.EqualTo((count, classes)));
    }

    private static void Fill(TemporaryFolder folder, string content)
    {
        foreach (var name in content.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name.EndsWith('/')) Directory.CreateDirectory(folder.Sub(name));
            else File.WriteAllBytes(folder.Sub(name), [1]);
        }
    }
}
