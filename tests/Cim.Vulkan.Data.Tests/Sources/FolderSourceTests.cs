using System.IO;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Sources;

public sealed class FolderSourceTests
{
    [Test]
    public void Labels_are_the_places_of_the_class_folders_sorted_by_ordinal()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "b/2.png", "b/10.png", "B/1.png", "a/deep/er/x.JPG", "empty/readme.txt", ".hidden/1.png", "a/.2.png");
        var source = new ImageFolderSource(folder.Path);
        Assert.That(source.ClassNames, Is.EqualTo(new[] { "B", "a", "b" }));
        Assert.That(Keys(source), Is.EqualTo(new[] { "B/1.png", "a/deep/er/x.JPG", "b/10.png", "b/2.png" }));
        Assert.That(Enumerable.Range(0, 4).Select(i => source.Read(i).Label), Is.EqualTo(new[] { 0, 1, 2, 2 }));
    }

    [Test]
    public void A_flat_folder_has_no_labels_and_goes_deeper_only_when_asked()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "b.png", "a b ü.webp", "notes.txt", "sub/c.png");
        Assert.That(Keys(new FlatFolderSource(folder.Path)), Is.EqualTo(new[] { "a b ü.webp", "b.png" }));
        Assert.That(Keys(new FlatFolderSource(folder.Path, recursive: true)), Is.EqualTo(new[] { "a b ü.webp", "b.png", "sub/c.png" }));
        Assert.That(new FlatFolderSource(folder.Path).Read(0).Label, Is.EqualTo(-1));
    }

    [Test]
    public void Bytes_of_a_picture_are_the_bytes_of_its_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Sub("c/x.png"), [1, 2, 3]);
        Assert.That(new ImageFolderSource(folder.Path).Read(0).Bytes, Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public void A_file_that_vanished_is_an_error_with_its_path()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "x.png");
        var source = new FlatFolderSource(folder.Path);
        File.Delete(folder.Sub("x.png"));
        Assert.That(() => source.Read(0), Throws.TypeOf<DatasetException>().With.Message.Contains("x.png"));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "creating links needs a privilege there")]
    public void Links_to_other_folders_are_followed_and_links_upwards_are_not()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "set/cat/1.png", "elsewhere/2.png");
        Directory.CreateSymbolicLink(folder.Sub("set/cat/loop"), folder.Sub("set"));
        Directory.CreateSymbolicLink(folder.Sub("set/dog"), folder.Sub("elsewhere"));
        Assert.That(Keys(new ImageFolderSource(folder.Sub("set"))), Is.EqualTo(new[] { "cat/1.png", "dog/2.png" }));
    }

    private static string[] Keys(ImageSource source) => [.. Enumerable.Range(0, source.Count).Select(i => source.Read(i).Key)];

    private static void Write(TemporaryFolder folder, params string[] names)
    {
        foreach (var name in names) File.WriteAllBytes(folder.Sub(name), [0]);
    }
}
