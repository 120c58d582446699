using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Checkpoints;

public sealed class RunFolderTests
{
    private static readonly PhysicalFileSystem Disk = new();

    [Test]
    public void Two_runs_cannot_use_a_folder_at_once()
    {
        using var folder = new TemporaryFolder();
        using RunFolder first = RunFolder.Open(Disk, folder.Path, Identity("""{"batch":1}"""), resume: false);
        Assert.That(() => RunFolder.Open(Disk, folder.Path, Identity("""{"batch":1}"""), resume: true), Throws.TypeOf<CheckpointException>().With.Message.Contains("another process"));
    }

    [Test]
    public void A_folder_with_checkpoints_is_only_taken_to_resume()
    {
        using var folder = new TemporaryFolder();
        SaveRun(folder.Path, """{"batch":1}""");
        Assert.That(() => RunFolder.Open(Disk, folder.Path, Identity("""{"batch":1}"""), resume: false), Throws.TypeOf<CheckpointException>().With.Message.Contains("--resume"));
        using RunFolder resumed = RunFolder.Open(Disk, folder.Path, Identity("""{"batch":1}"""), resume: true);
        Assert.That(resumed.Path, Is.EqualTo(folder.Path));
    }

    [Test]
    public void A_refused_start_leaves_the_folder_free()
    {
        using var folder = new TemporaryFolder();
        SaveRun(folder.Path, """{"batch":1}""");
        Assert.Throws<CheckpointException>(() => RunFolder.Open(Disk, folder.Path, Identity("""{"batch":1}"""), resume: false));
        RunFolder.Open(Disk, folder.Path, Identity("""{"batch":1}"""), resume: true).Dispose();
    }

    [Test]
    public void Another_run_is_refused_and_the_difference_named()
    {
        using var folder = new TemporaryFolder();
        SaveRun(folder.Path, """{"batch":1,"optimizer":{"beta1":0.9},"logEvery":10}""");
        RunIdentity other = Identity("""{"batch":1,"optimizer":{"beta1":0.95},"logEvery":20}""");
        var mayDiffer = new HashSet<string> { "logEvery" };
        Assert.That(
            () => RunFolder.Open(Disk, folder.Path, other, resume: true, mayDiffer),
            Throws.TypeOf<CheckpointException>().With.Message.Contains("another optimizer.beta1:"));
    }

    [Test]
    public void Options_that_may_differ_do_not_hinder()
    {
        using var folder = new TemporaryFolder();
        SaveRun(folder.Path, """{"batch":1,"logEvery":10}""");
        RunFolder.Open(Disk, folder.Path, Identity("""{"logEvery":20,"batch":1}"""), resume: true, new HashSet<string> { "logEvery" }).Dispose();
    }

    [Test]
    public void A_run_that_never_saved_can_be_started_again_with_other_options()
    {
        using var folder = new TemporaryFolder();
        RunFolder.Open(Disk, folder.Path, Identity("""{"batch":1}"""), resume: false).Dispose();
        RunFolder.Open(Disk, folder.Path, Identity("""{"batch":2}"""), resume: false).Dispose();
        Assert.That(File.ReadAllText(folder.File("run.json")), Does.Contain("\"batch\": 2"));
    }

    [Test]
    public void Kind_and_options_that_only_one_side_has_are_differences()
    {
        var mayDiffer = new HashSet<string>();
        RunIdentity a = Identity("""{"x":1,"same":[1,2]}""");
        RunIdentity b = new("other", JsonElement.Parse("""{"y":1,"same":[1,2]}"""));
        Assert.That(a.Differences(b, mayDiffer), Is.EqualTo(new[] { "kind", "x", "y" }));
        Assert.That(a.Differences(a, mayDiffer), Is.Empty);
    }

    private static RunIdentity Identity(string options) => new("test", JsonElement.Parse(options));

    private static void SaveRun(string path, string options)
    {
        RunIdentity identity = Identity(options);
        using RunFolder run = RunFolder.Open(Disk, path, identity, resume: false);
        new CheckpointStore(run).Save(new CheckpointState { Kind = "test", Step = 1, Seed = 1, Options = identity.Options }, [NamedTensor.Of("w", [1], [1f])]);
    }
}
