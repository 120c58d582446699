using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Sources;

/// <summary>Files that are named like pictures and are none.</summary>
public sealed class PictureFileTests
{
    [TestCase("Ünïcode 写真 🐱.png")]
    [TestCase("with  spaces and 'quotes' \"both\".PNG")]
    [TestCase("-rf.png")]
    [TestCase("%20$HOME`x`.png")]
    public void Unusual_names_are_read(string name)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Sub(name), [1, 2]);
        var record = DatasetLocator.Open(folder.Path).Read(0);
        Assert.That(record.Key, Is.EqualTo(name));
        Assert.That(record.Bytes, Has.Length.EqualTo(2));
    }

    [Test]
    public void An_empty_file_is_a_bad_picture_of_its_own()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Sub("x.png"), []);
        AssertBad(folder, "empty");
    }

    [Test]
    public void A_file_larger_than_any_picture_is_not_read()
    {
        using var folder = new TemporaryFolder();
        using (var file = File.Create(folder.Sub("x.png"))) file.SetLength(257L << 20);
        AssertBad(folder, "more than the 268435456 allowed");
    }

    [Test]
    public void A_folder_named_like_a_picture_is_a_folder()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Sub("cat.jpg/1.png"), [1]);
        File.WriteAllBytes(folder.Sub("dog.jpg/1.png"), [1]);
        Assert.That(DatasetLocator.Open(folder.Path).ClassNames, Is.EqualTo(new[] { "cat.jpg", "dog.jpg" }));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "creating links needs a privilege there")]
    public void Links_that_lead_nowhere_or_in_a_circle_are_bad_pictures_of_their_own()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder.Sub("x.png"), folder.Sub("gone.png"));
        AssertBad(folder, "link that leads nowhere");
        File.Delete(folder.Sub("x.png"));
        File.CreateSymbolicLink(folder.Sub("x.png"), folder.Sub("x.png"));
        AssertBad(folder, "link that leads nowhere");
    }

    [Test]
    [Platform(Include = "Linux", Reason = "pipes, devices and names of bytes")]
    public void Pipes_devices_and_names_that_are_no_text_neither_hang_nor_stop_anything()
    {
        using var folder = new TemporaryFolder();
        Shell("mkfifo \"$0/x.png\"", folder.Path);
        AssertBad(folder, "empty");
        Shell("rm \"$0/x.png\" && ln -s /dev/zero \"$0/x.png\"", folder.Path);
        AssertBad(folder, "empty");
        Shell("rm \"$0/x.png\" && echo y > \"$0/$(printf 'x\\377.png')\"", folder.Path);
        AssertBad(folder, "not valid UTF-8");
        Shell("rm \"$0\"/*", folder.Path);
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "permissions are others there")]
    public void A_file_that_may_not_be_read_is_a_bad_picture_of_its_own()
    {
        if (OperatingSystem.IsWindows()) return;
        if (Environment.UserName == "root") Assert.Ignore("root may read everything");
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Sub("x.png"), [1]);
        File.SetUnixFileMode(folder.Sub("x.png"), UnixFileMode.None);
        AssertBad(folder, "read permission");
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "creating links needs a privilege there")]
    public void Folders_that_link_to_each_other_are_listed_once()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in "abcdefgh")
        {
            File.WriteAllBytes(folder.Sub($"set/{name}/1.png"), [1]);
            foreach (var other in "abcdefgh".Where(other => other != name)) Directory.CreateSymbolicLink(folder.Sub($"set/{name}/to-{other}"), folder.Sub($"set/{other}"));
        }

        var source = DatasetLocator.Open(folder.Sub("set"));
        Assert.That(source.ClassNames, Has.Count.EqualTo(8));
        Assert.That(source.Count, Is.EqualTo(64), "each class holds its own picture and, through links, those of the others once");
    }

    private static void AssertBad(TemporaryFolder folder, string reason)
    {
        var source = DatasetLocator.Open(folder.Path);
        Assert.That(() => source.Read(0), Throws.TypeOf<ImageDecodeException>().With.Message.Contains(reason).And.Message.Not.Contains("\n"));
    }

    private static void Shell(string script, string argument)
    {
        using var process = Process.Start("/bin/sh", ["-c", script, argument])!;
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, script);
    }
}
