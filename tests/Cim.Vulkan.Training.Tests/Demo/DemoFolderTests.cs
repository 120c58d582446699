using System.IO;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Demo;

public sealed class DemoFolderTests
{
    private static readonly PhysicalFileSystem Disk = new();

    [Test]
    public void A_folder_with_something_else_in_it_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("thesis.txt"), "all of it");
        Assert.That(() => Open(folder.Path), Throws.TypeOf<OptionsException>().With.Message.Contains("holds no demo"));
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Is.EqualTo(new[] { folder.File("thesis.txt") }));
    }

    [Test]
    public void The_same_demo_is_gone_on_with_and_another_is_refused()
    {
        using var folder = new TemporaryFolder();
        Open(folder.Path).Dispose();
        Open(folder.Path).Dispose();
        Assert.That(() => DemoFolder.Open(Disk, new DemoOptions { Out = folder.Path, Steps = 7 }), Throws.TypeOf<OptionsException>().With.Message.Contains("(steps)"));
    }

    [Test]
    public void Two_demos_cannot_use_a_folder_at_once()
    {
        using var folder = new TemporaryFolder();
        using DemoFolder first = Open(folder.Path);
        Assert.That(() => Open(folder.Path), Throws.TypeOf<OptionsException>().With.Message.Contains("another demo"));
    }

    [Test]
    public void A_file_is_no_folder()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("out"), "");
        Assert.That(() => Open(folder.File("out")), Throws.TypeOf<OptionsException>().With.Message.Contains("is a file"));
    }

    [Test]
    public void A_damaged_identity_is_said_and_not_overwritten()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("demo.json"), "{");
        Assert.That(() => Open(folder.Path), Throws.TypeOf<OptionsException>().With.Message.Contains("damaged"));
        Assert.That(File.ReadAllText(folder.File("demo.json")), Is.EqualTo("{"));
    }

    private static DemoFolder Open(string path) => DemoFolder.Open(Disk, new DemoOptions { Out = path });
}
