using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Testing;
using Cim.Vulkan.Training.Tests.Pretraining;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Runs;

/// <summary>What a run does about steps that are not finite.</summary>
public sealed class StepWatchTests : GpuTest
{
    private TemporaryFolder _folder = null!;
    private string _tokenizer = null!;

    [OneTimeSetUp]
    public void Make_a_tokenizer()
    {
        if (GpuContext.Shared.Unavailable is not null) return;
        _folder = new TemporaryFolder();
        _tokenizer = SmallCim.MakeTokenizer(Device, _folder.Path);
    }

    [OneTimeTearDown]
    public void Remove_the_folder() => _folder?.Dispose();

    [TestCase(1)]
    [TestCase(2)]
    public void A_bad_parameter_is_named(int accumulate)
    {
        using CimPretrainer trainer = Open(accumulate);
        trainer.Step(0);
        Spoil(trainer.Memory, trainer.Models.Enhancer.Parameters, "blocks.1.norm1.weight", float.PositiveInfinity);
        trainer.Step(1);
        Assert.That(trainer.FindBadTensor(1), Does.Contain("blocks.1.norm1.weight").And.Contain("1 of 32 values, the first is infinite at 0"));
        Assert.That(trainer.SkippedInRow, Is.EqualTo(1));
    }

    [Test]
    public void The_first_result_that_overflows_is_named_and_not_what_follows_from_it()
    {
        using CimPretrainer trainer = Open();
        trainer.Step(0);
        // Large and finite: their product with the layer's input is not.
        Parameter weight = trainer.Models.Generator!.Parameters["lm_head.weight"];
        trainer.Memory.Write(weight, Enumerable.Repeat(3e38f, (int)weight.Count).ToArray());
        trainer.Step(1);
        Assert.That(trainer.FindBadTensor(1), Does.Contain("near lm_head.").And.Not.Contain("parameter").And.Not.Contain("gradient"));
    }

    [Test]
    public void A_search_changes_nothing()
    {
        using CimPretrainer whole = Open(), searched = Open();
        for (int step = 0; step < 4; step++)
        {
            whole.Step(step);
            searched.Step(step);
            if (step == 2) Assert.That(searched.FindBadTensor(step), Is.Null);
        }
        whole.Finish();
        searched.Finish();
        foreach ((NamedTensor a, NamedTensor b) in whole.CheckpointTensors().Zip(searched.CheckpointTensors())) Assert.That(b.Read().Span.SequenceEqual(a.Read().Span), a.Name);
    }

    [Test]
    public void A_skipped_step_is_told_once_with_its_tensor()
    {
        using CimPretrainer trainer = Open();
        var lines = new List<string>();
        var watch = new StepWatch(trainer, namesTensors: true, lines.Add);
        for (int step = 0; step < 4; step++)
        {
            if (step == 1) Spoil(trainer.Memory, trainer.Models.Generator!.Parameters, "lm_head.bias", float.NaN);
            trainer.Step(step);
            watch.Look();
        }
        Assert.That(lines, Has.Count.EqualTo(1));
        Assert.That(lines[0], Does.StartWith("step 2 was skipped").And.Contain("lm_head.bias").And.Contain("NaN"));
        Assert.That(watch.IsDiverged, Is.False);
    }

    [Test]
    public void Skipped_steps_in_a_row_end_the_run_and_keep_the_checkpoint_before()
    {
        CimPretrainOptions options = SmallCim.Options(CimObjective.RevDet, _folder.Path);
        using CimPretrainer trainer = SmallCim.Open(Device, options, _tokenizer);
        var identity = new RunIdentity(CimPretrainOptions.Kind, OptionsJson.ToJson(options));
        using RunFolder folder = RunFolder.Open(new PhysicalFileSystem(), _folder.File("diverged"), identity, resume: false);
        var length = new RunLength(1000, 8);
        TrainingRun Run() => new(folder, identity, options, length, trainer, new PlainLines(_ => { }));
        Run().Execute(resume: false, stopAfter: 3, default);
        trainer.Memory.Write(trainer.Models.Generator!.Parameters["lm_head.bias"], Enumerable.Repeat(float.NaN, 16).ToArray());

        // Resuming would mend it: the run goes on with the spoiled weights.
        DivergenceException? error = Assert.Throws<DivergenceException>(() => Run().Execute(resume: false, stopAfter: null, default));
        Assert.That(error!.Message, Does.Contain("20 steps in a row").And.Not.Contain("\n"));
        string kept = Directory.GetDirectories(folder.CheckpointPath).Single();
        Assert.That(Path.GetFileName(kept), Is.EqualTo("step-00000003"), "bad weights are not saved");
        CheckpointContents.Load(kept).Dispose();
    }

    private static void Spoil(Cim.Vulkan.Runtime.PersistentMemory memory, ParameterSet set, string name, float value)
    {
        float[] values = memory.Read(set[name]);
        values[0] = value;
        memory.Write(set[name], values);
    }

    private CimPretrainer Open(int accumulate = 1) => SmallCim.Open(Device, SmallCim.Options(CimObjective.RevDet, _folder.Path) with { Accumulate = accumulate }, _tokenizer);
}
