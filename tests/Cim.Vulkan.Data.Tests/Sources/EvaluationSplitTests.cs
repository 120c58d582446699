using System.IO;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Sources;

public sealed class EvaluationSplitTests
{
    [TestCase("train/cat/1.png val/cat/2.png val/cat/3.png", 2)]
    [TestCase("train/cat/1.png validation/cat/2.png", 1)]
    [TestCase("train/cat/1.png test/cat/2.png", 1)]
    [TestCase("set/train/cat/1.png set/val/cat/2.png", 1)]
    public void A_split_set_apart_is_found(string files, int count)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in files.Split(' ')) File.WriteAllBytes(folder.Sub(file), [0]);
        Assert.That(EvaluationSplit.TryOpen(folder.Path)?.Count, Is.EqualTo(count));
    }

    [TestCase("cat/1.png dog/2.png")]
    [TestCase("train/cat/1.png")]
    [TestCase("1.png 2.png")]
    [TestCase("cat/1.png test/2.png")]
    public void Without_one_there_is_none(string files)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in files.Split(' ')) File.WriteAllBytes(folder.Sub(file), [0]);
        Assert.That(EvaluationSplit.TryOpen(folder.Path), Is.Null);
        Assert.That(EvaluationSplit.TryOpen(folder.Sub("nowhere/at/all")), Is.Null);
    }

    [Test]
    public void The_built_in_pictures_have_one() => Assert.That(EvaluationSplit.TryOpen("builtin:shapes")?.Description, Is.Not.Null.And.Not.EqualTo(DatasetLocator.Open("builtin:shapes").Description));

    [Test]
    public void The_test_records_of_cifar_are_one()
    {
        using var folder = new TemporaryFolder();
        CifarBinarySourceTests.Write(folder, "data_batch_1.bin", 1, 2);
        Assert.That(EvaluationSplit.TryOpen(folder.Path), Is.Null);
        CifarBinarySourceTests.Write(folder, "test_batch.bin", 3);
        Assert.That(EvaluationSplit.TryOpen(folder.Path)?.Read(0).Label, Is.EqualTo(3));
    }

    [Test]
    public void One_without_pictures_is_an_error()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Sub("train/cat/1.png"), [0]);
        Directory.CreateDirectory(Path.Combine(folder.Path, "val"));
        Assert.That(() => EvaluationSplit.TryOpen(folder.Path), Throws.TypeOf<DatasetException>().With.Message.Contains("no pictures found"));
    }
}
