using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Checkpoints;

public sealed class CheckpointStoreTests
{
    private static readonly RunIdentity Identity = new("test", JsonElement.Parse("""{"batch":64}"""));

    [Test]
    public void A_checkpoint_comes_back_as_it_was_saved()
    {
        using var folder = new TemporaryFolder();
        using RunFolder run = Open(folder.Path, resume: false);
        CheckpointState state = State(40) with { Epoch = 2, BatchInEpoch = 3, SkippedSteps = 1, Seed = ulong.MaxValue, Numbers = new() { ["scale"] = 0.1 } };
        var store = new CheckpointStore(run);
        store.Save(state, [NamedTensor.Of("w", [2], [1f, 2f]).In("parameters"), NamedTensor.Of("w", [2], [3f, 4f]).In("firstMoments")]);

        using CheckpointContents found = store.LoadLatest()!;
        Assert.That(Path.GetFileName(found.Path), Is.EqualTo("step-00000040"));
        Assert.That((found.State.Step, found.State.Epoch, found.State.BatchInEpoch, found.State.SkippedSteps, found.State.Seed), Is.EqualTo((40L, 2L, 3L, 1L, ulong.MaxValue)));
        Assert.That(found.State.Numbers["scale"], Is.EqualTo(0.1));
        Assert.That(found.State.Options.GetProperty("batch").GetInt32(), Is.EqualTo(64));
        Assert.That(found.Group("parameters").Single().Name, Is.EqualTo("w"));
        Assert.That(found.Tensors.ReadFloats("firstMoments/w"), Is.EqualTo(new[] { 3f, 4f }));
    }

    [Test]
    public void Without_a_checkpoint_there_is_none()
    {
        using var folder = new TemporaryFolder();
        using RunFolder run = Open(folder.Path, resume: true);
        Assert.That(new CheckpointStore(run).LoadLatest(), Is.Null);
    }

    [Test]
    public void The_last_ones_are_kept()
    {
        using var folder = new TemporaryFolder();
        using RunFolder run = Open(folder.Path, resume: false);
        var store = new CheckpointStore(run, keep: 2);
        for (int step = 10; step <= 50; step += 10) Save(store, step);
        Assert.That(Folders(run), Is.EqualTo(new[] { "step-00000040", "step-00000050" }));
    }

    [Test]
    public void The_best_stays_beside_the_last_ones()
    {
        using var folder = new TemporaryFolder();
        using RunFolder run = Open(folder.Path, resume: false);
        var store = new CheckpointStore(run, keep: 2);
        double[] losses = [5, 3, 4, 3, 6];
        for (int i = 0; i < losses.Length; i++) Save(store, (i + 1) * 10, losses[i]);
        Assert.That(Folders(run), Is.EqualTo(new[] { "step-00000020", "step-00000040", "step-00000050" }));
        Assert.That(store.Best(), Is.EqualTo(new BestCheckpoint(20, 3)));
        Assert.That(File.ReadAllText(Path.Combine(run.CheckpointPath, CheckpointStore.BestFile)), Does.Contain("\"step\": 20"));

        Save(store, 60, 2);
        Assert.That(Folders(run), Is.EqualTo(new[] { "step-00000050", "step-00000060" }));
        Assert.That(new CheckpointStore(run).Best()!.Step, Is.EqualTo(60), "a store that was opened later");
    }

    [Test]
    public void A_note_of_the_best_that_cannot_be_written_is_told_and_loses_nothing()
    {
        using var folder = new TemporaryFolder();
        using RunFolder run = Open(folder.Path, resume: false);
        var lines = new List<string>();
        var store = new CheckpointStore(run, keep: 1, lines.Add);
        Directory.CreateDirectory(Path.Combine(run.CheckpointPath, CheckpointStore.BestFile));
        Save(store, 10, 1);
        Assert.That(lines, Has.Count.EqualTo(1).And.All.Contains("could not note the best checkpoint"));
        Assert.That(Folders(run), Does.Contain("step-00000010"));
    }

    [TestCase("weights.safetensors")]
    [TestCase("state.json")]
    [TestCase("state.json.sha256")]
    public void A_damaged_file_is_named_and_the_checkpoint_before_used(string name)
    {
        using var folder = new TemporaryFolder();
        using RunFolder run = Open(folder.Path, resume: false);
        var lines = new List<string>();
        var store = new CheckpointStore(run, keep: 2, lines.Add);
        Save(store, 10);
        string damaged = Path.Combine(Save(store, 20), name);
        byte[] content = File.ReadAllBytes(damaged);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(damaged, content);

        using (CheckpointContents found = store.LoadLatest()!) Assert.That(found.State.Step, Is.EqualTo(10));
        Assert.That(lines, Has.Count.EqualTo(1));
        Assert.That(lines[0], Does.Contain("step-00000020").And.Contain("damaged").And.Not.Contain("\n"));

        // The run goes on from step 10 and comes by step 20 again.
        Save(store, 20);
        using CheckpointContents again = store.LoadLatest()!;
        Assert.That(again.State.Step, Is.EqualTo(20));
        Assert.That(lines, Has.Count.EqualTo(1));
    }

    [Test]
    public void With_every_checkpoint_damaged_the_run_does_not_start_anew()
    {
        using var folder = new TemporaryFolder();
        using RunFolder run = Open(folder.Path, resume: false);
        var store = new CheckpointStore(run);
        File.Delete(Path.Combine(Save(store, 10), "weights.safetensors"));
        Assert.That(() => store.LoadLatest(), Throws.TypeOf<CheckpointException>().With.Message.Contains("all 1 checkpoints"));
    }

    [Test]
    public void A_failure_or_death_at_any_operation_leaves_a_checkpoint_to_load([Values] bool dieAfter)
    {
        int failAt = 1;
        for (; ; failAt++)
        {
            using var folder = new TemporaryFolder();
            using (RunFolder run = Open(folder.Path, resume: false)) Save(new CheckpointStore(run), 10, 5);
            var disk = new FaultyFileSystem(failAt, dieAfter);
            bool saved = TrySaveSecond(folder.Path, disk);

            using RunFolder after = Open(folder.Path, resume: true);
            using CheckpointContents found = new CheckpointStore(after, report: line => Assert.Fail($"operation {failAt}: {line}")).LoadLatest()!;
            Assert.That(found.Tensors.ReadFloats("w"), Is.EqualTo(new[] { (float)found.State.Step }));
            if (saved) Assert.That(found.State.Step, Is.EqualTo(20), $"operation {failAt}");
            if (!disk.Failed) break;
        }

        Assert.That(failAt, Is.GreaterThan(15));
    }

    [Test]
    public void What_an_aborted_save_left_is_cleared_by_the_next()
    {
        using var folder = new TemporaryFolder();
        using RunFolder run = Open(folder.Path, resume: false);
        Directory.CreateDirectory(Path.Combine(run.CheckpointPath, "step-00000005.tmp"));
        var store = new CheckpointStore(run);
        Save(store, 10);
        Assert.That(Folders(run), Is.EqualTo(new[] { "step-00000010" }));
    }

    [Test]
    public void Equal_state_is_equal_bytes()
    {
        using var folder = new TemporaryFolder();
        using RunFolder a = Open(folder.File("a"), resume: false);
        using RunFolder b = Open(folder.File("b"), resume: false);
        string first = Save(new CheckpointStore(a), 10), second = Save(new CheckpointStore(b), 10);
        foreach (string name in Directory.GetFiles(first).Select(path => Path.GetFileName(path)))
            Assert.That(File.ReadAllBytes(Path.Combine(first, name)), Is.EqualTo(File.ReadAllBytes(Path.Combine(second, name))), name);
    }

    [Test]
    public void A_checkpoint_of_another_format_is_refused()
    {
        using var folder = new TemporaryFolder();
        using RunFolder run = Open(folder.Path, resume: false);
        string path = new CheckpointStore(run).Save(State(10) with { FormatVersion = 2 }, [NamedTensor.Of("w", [1], [10f])]);
        Assert.That(() => CheckpointContents.Load(path), Throws.TypeOf<CheckpointException>().With.Message.Contains("format 2"));
    }

    private static bool TrySaveSecond(string path, FaultyFileSystem disk)
    {
        try
        {
            using RunFolder run = RunFolder.Open(disk, path, Identity, resume: true);
            Save(new CheckpointStore(run, keep: 1), 20, 4);
            return true;
        }
        catch (CheckpointException error)
        {
            Assert.That(error.Message, Does.Contain("injected").And.Not.Contain("\n"));
            return false;
        }
    }

    private static RunFolder Open(string path, bool resume) => RunFolder.Open(new PhysicalFileSystem(), path, Identity, resume);

    private static CheckpointState State(long step) => new() { Kind = "test", Step = step, Seed = 1, Options = Identity.Options };

    private static string Save(CheckpointStore store, int step, double? loss = null)
    {
        CheckpointState state = State(step);
        if (loss is { } value) state.Numbers[CheckpointState.LossKey] = value;
        return store.Save(state, [NamedTensor.Of("w", [1], [(float)step])]);
    }

    private static string[] Folders(RunFolder run) => [.. Directory.GetDirectories(run.CheckpointPath).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
