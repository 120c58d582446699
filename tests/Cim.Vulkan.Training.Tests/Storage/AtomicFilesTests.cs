using System.IO;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Storage;

public sealed class AtomicFilesTests
{
    [Test]
    public void Writes_and_overwrites_a_file()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a.txt");
        AtomicFiles.WriteText(new PhysicalFileSystem(), path, "a longer first text");
        AtomicFiles.WriteText(new PhysicalFileSystem(), path, "second");
        Assert.That(File.ReadAllText(path), Is.EqualTo("second"));
        Assert.That(Directory.GetFiles(folder.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_failure_at_any_operation_is_seen_and_leaves_a_whole_file([Values] bool dieAfter)
    {
        int failAt = 1;
        for (; ; failAt++)
        {
            using var folder = new TemporaryFolder();
            string path = folder.File("a.txt");
            File.WriteAllText(path, "old");
            var disk = new FaultyFileSystem(failAt, dieAfter);
            try
            {
                AtomicFiles.WriteText(disk, path, "new");
                Assert.That(disk.Failed, Is.False, $"the failure of operation {failAt} was swallowed");
                break;
            }
            catch (IOException)
            {
                // Only the flush of the folder comes after the rename.
                Assert.That(File.ReadAllText(path), Is.EqualTo(failAt <= 4 ? "old" : "new"), $"operation {failAt}");
                if (!dieAfter) Assert.That(Directory.GetFiles(folder.Path), Has.Length.EqualTo(1), $"operation {failAt} left its temporary file");
            }
        }

        Assert.That(failAt, Is.EqualTo(6), "create, write, flush, rename, flush folder");
    }

    [Test]
    public void A_failing_writer_leaves_the_old_file()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a.txt");
        File.WriteAllText(path, "old");
        Assert.Throws<InvalidDataException>(() => AtomicFiles.Write(new PhysicalFileSystem(), path, _ => throw new InvalidDataException()));
        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        Assert.That(Directory.GetFiles(folder.Path), Has.Length.EqualTo(1));
    }

    [Test, Platform(Include = "Unix")]
    public void Flushing_a_missing_folder_is_an_error()
    {
        using var folder = new TemporaryFolder();
        IOException? error = Assert.Throws<IOException>(() => new PhysicalFileSystem().FlushFolder(folder.File("none")));
        Assert.That(error!.Message, Does.Contain("none"));
    }

    [Test, Platform(Include = "Unix")]
    public void Flushing_something_that_cannot_be_flushed_is_an_error()
    {
        // Character devices refuse fsync with EINVAL, which the runtime's own flush swallows.
        using IOutputFile file = new PhysicalFileSystem().Append("/dev/full");
        Assert.Throws<IOException>(file.FlushToDisk);
    }

    [Test, Platform(Include = "Unix")]
    public void A_full_disk_is_an_error()
    {
        using IOutputFile file = new PhysicalFileSystem().Append("/dev/full");
        Assert.Throws<IOException>(() => file.Write([1, 2, 3]));
    }

    [Test]
    public void A_lock_has_one_holder_and_can_be_taken_again()
    {
        using var folder = new TemporaryFolder();
        var disk = new PhysicalFileSystem();
        System.IDisposable? first = disk.TryLock(folder.File("lock"));
        Assert.That(first, Is.Not.Null);
        Assert.That(disk.TryLock(folder.File("lock")), Is.Null);
        first!.Dispose();
        using System.IDisposable? again = disk.TryLock(folder.File("lock"));
        Assert.That(again, Is.Not.Null);
    }
}
