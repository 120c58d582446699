using System;
using System.IO;
using System.Linq;
using Cim.Vulkan.Data;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Probing;

public sealed class ProbeDataTests
{
    [Test]
    public void Fifteen_percent_are_held_out_and_never_learned_from()
    {
        using var folder = new TemporaryFolder();
        Fill(folder, "a", 60, "b", 40);
        ProbeData data = ProbeData.Open(folder.Path, null, 1000, seed: 3);
        (string[] training, string[] measured) = (Keys(data.Training), Keys(data.Measured));
        Assert.That((training.Length, measured.Length, data.Classes), Is.EqualTo((85, 15, 2)));
        Assert.That(training.Concat(measured).Distinct().Count(), Is.EqualTo(100));
        Assert.That(Keys(ProbeData.Open(folder.Path, null, 1000, seed: 3).Measured), Is.EqualTo(measured), "the same seed chooses the same");
        Assert.That(Keys(ProbeData.Open(folder.Path, null, 1000, seed: 4).Measured), Is.Not.EqualTo(measured), "another seed chooses others");
    }

    [TestCase("val")]
    [TestCase("validation")]
    [TestCase("test")]
    public void A_split_set_apart_is_measured_on(string split)
    {
        using var folder = new TemporaryFolder();
        Fill(folder, "train/a", 30, "train/b", 30, $"{split}/a", 4, $"{split}/b", 4);
        ProbeData data = ProbeData.Open(folder.Path, null, 1000, seed: 3);
        Assert.That((data.Training.Count, data.Measured.Count), Is.EqualTo((60, 8)));
        ProbeData few = ProbeData.Open(folder.Path, null, 40, seed: 3);
        Assert.That((few.Training.Count, few.Measured.Count), Is.EqualTo((34, 6)), "85 and 15 % of 40");
    }

    [Test]
    public void Test_data_may_lie_anywhere()
    {
        using var folder = new TemporaryFolder();
        Fill(folder, "here/a", 30, "here/b", 30, "there/a", 5, "there/b", 5);
        Assert.That(ProbeData.Open(folder.File("here"), folder.File("there"), 1000, seed: 3).Measured.Count, Is.EqualTo(10));
    }

    [TestCase("flat", null, "these pictures have none")]
    [TestCase("one", null, "only one ('only')")]
    [TestCase("few", null, "at least 20")]
    [TestCase("nowhere", null, "no data set")]
    [TestCase("two", "nowhere", "no data set")]
    [TestCase("two", "three", "3 classes where the pictures to learn from have 2 ('c' is unknown)")]
    [TestCase("three", "two", "2 classes where the pictures to learn from have 3 ('c' is missing)")]
    [TestCase("two", "flat", "0 classes")]
    [TestCase("two", "two", "leave --test-data out")]
    public void Pictures_that_cannot_be_probed_with_are_one_clear_line(string data, string? testData, string expected)
    {
        using var folder = new TemporaryFolder();
        Fill(folder, "flat", 30, "one/only", 30, "few/a", 3, "few/b", 3, "two/a", 20, "two/b", 20, "three/a", 20, "three/b", 20, "three/c", 20);
        Assert.That(() => ProbeData.Open(folder.File(data), testData is null ? null : folder.File(testData), 1000, seed: 1),
            Throws.TypeOf<DatasetException>().With.Message.Contains(expected).And.Message.Not.Contains("\n"));
    }

    private static string[] Keys(ImageSource source) => Enumerable.Range(0, source.Count).Select(i => source.Read(i).Key).ToArray();

    private static void Fill(TemporaryFolder folder, params object[] foldersAndCounts)
    {
        foreach (object[] pair in foldersAndCounts.Chunk(2))
        {
            string path = Directory.CreateDirectory(folder.File((string)pair[0])).FullName;
            for (int i = 0; i < (int)pair[1]; i++) File.WriteAllBytes(Path.Combine(path, $"{i:D3}.png"), [0]);
        }
    }
}
