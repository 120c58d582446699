using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Pretraining;

/// <summary>CIM with a ResNet as enhancer: the second kind of network behind the same trainer.</summary>
[TestFixture]
public sealed class ConvolutionalEnhancerTests : GpuTest
{
    private TemporaryFolder _folder = null!;
    private string _tokenizer = "";

    [OneTimeSetUp]
    public void Make_a_tokenizer()
    {
        if (GpuContext.Shared.Unavailable is not null) return;
        _folder = new TemporaryFolder();
        _tokenizer = SmallCim.MakeTokenizer(Device, _folder.Path);
    }

    [OneTimeTearDown]
    public void Remove_the_folder() => _folder?.Dispose();

    [TestCase(CimObjective.RevDet)]
    [TestCase(CimObjective.ResPix)]
    public void Overfits_one_batch(CimObjective objective)
    {
        using CimPretrainer trainer = SmallCim.Open(Device, Options(objective), _tokenizer, pictures: 4);
        var enhancer = new List<double>();
        for (int step = 0; step < 100; step++) enhancer.Add(LossOf(trainer, step));
        Assert.That(enhancer.TakeLast(20).Average(), Is.LessThan((objective == CimObjective.ResPix ? 0.85 : 0.95) * enhancer.Take(5).Average()));
    }

    [TestCase(CimObjective.RevDet, TargetNormalization.SlidingWindow, 1)]
    [TestCase(CimObjective.ResPix, TargetNormalization.Patch, 2)]
    public void Resumed_steps_equal_uninterrupted_ones(CimObjective objective, TargetNormalization normalization, int accumulate)
    {
        CimPretrainOptions options = Options(objective) with { Accumulate = accumulate, Target = new TargetOptions { Normalization = normalization } };
        using CimPretrainer whole = SmallCim.Open(Device, options, _tokenizer);
        for (int step = 0; step < 6; step++) LossOf(whole, step);
        string path = _folder.File($"{objective}.safetensors");
        using (CimPretrainer first = SmallCim.Open(Device, options, _tokenizer))
        {
            for (int step = 0; step < 3; step++) LossOf(first, step);
            SafetensorsWriter.WriteFile(new PhysicalFileSystem(), path, first.CheckpointTensors());
        }
        using CimPretrainer second = SmallCim.Open(Device, options, _tokenizer);
        using (SafetensorsFile file = SafetensorsFile.Open(path)) second.Restore(file);
        for (int step = 3; step < 6; step++) LossOf(second, step);
        Assert.That(DigestsOf(second), Is.EqualTo(DigestsOf(whole)));
        Assert.That(DigestsOf(whole).Keys, Has.Some.Contains("enhancer_statistics.values/layer4.0.bn2.running_var"));
    }

    [Test]
    public void A_step_that_is_not_finite_leaves_the_running_statistics()
    {
        using CimPretrainer trainer = SmallCim.Open(Device, Options(CimObjective.RevDet), _tokenizer);
        LossOf(trainer, 0);
        Graph.Parameter running = trainer.Models.Enhancer.Trunk.Statistics!["bn1.running_mean"], bias = trainer.Models.Enhancer.Parameters["bn1.bias"];
        float[] before = trainer.Memory.Read(running), good = trainer.Memory.Read(bias);
        Assert.That(before, Has.Some.Not.Zero, "the first step moved them");
        float[] bad = (float[])good.Clone();
        bad[0] = float.NaN;
        trainer.Memory.Write(bias, bad);
        LossOf(trainer, 1);
        Assert.That(trainer.Memory.Read(running), Is.EqualTo(before));
        trainer.Memory.Write(bias, good);
        LossOf(trainer, 2);
        Assert.That(trainer.Memory.Read(running), Is.Not.EqualTo(before));
    }

    [Test]
    public void What_it_exports_is_the_network_with_its_running_statistics()
    {
        using CimPretrainer trainer = SmallCim.Open(Device, Options(CimObjective.ResPix), _tokenizer);
        for (int step = 0; step < 3; step++) LossOf(trainer, step);
        trainer.Export(new PhysicalFileSystem(), _folder.Path);
        using PretrainedEnhancer enhancer = PretrainedEnhancer.Open(_folder.File(PretrainedEnhancer.FileName));
        using var memory = new PersistentMemory(Device);
        enhancer.LoadInto(memory);
        Assert.That(enhancer.Trunk, Is.TypeOf<ResNet>());
        foreach (string name in new[] { "bn1.running_mean", "layer4.0.bn2.running_var" })
            Assert.That(memory.Read(enhancer.Trunk.Statistics![name]), Is.EqualTo(trainer.Memory.Read(trainer.Models.Enhancer.Trunk.Statistics![name])), name);
        Assert.That(memory.Read(enhancer.Trunk.Parameters["layer3.0.conv1.weight"]), Is.EqualTo(trainer.Memory.Read(trainer.Models.Enhancer.Parameters["layer3.0.conv1.weight"])));
    }

    [TestCase(4, MapUpsampling.Bilinear, 0)]
    [TestCase(3, MapUpsampling.PixelShuffle, 0)]
    [TestCase(4, MapUpsampling.PixelShuffle, 1)]
    public void Every_way_to_a_logit_a_token_can_be_trained(int stage, MapUpsampling upsampling, int dilatedStages)
    {
        CimPretrainOptions options = Options(CimObjective.RevDet);
        ConvolutionalOptions network = options.Enhancer.Convolutional! with { DetectionStage = stage, Upsampling = upsampling, DilatedStages = dilatedStages };
        using CimPretrainer trainer = SmallCim.Open(Device, options with { Enhancer = new EnhancerOptions { Convolutional = network } }, _tokenizer);
        for (int step = 0; step < 2; step++) Assert.That(LossOf(trainer, step), Is.EqualTo(Math.Log(2)).Within(0.3));
    }

    private static CimPretrainOptions Options(CimObjective objective) => SmallCim.Options(objective, "-") with
    {
        Enhancer = new EnhancerOptions { Convolutional = new ConvolutionalOptions { Layers = 10, Width = 8, SmallStem = true } },
    };

    private static double LossOf(CimPretrainer trainer, int step)
    {
        trainer.Step(step);
        trainer.Finish();
        return trainer.Metrics["enhancerLoss"];
    }

    private static Dictionary<string, string> DigestsOf(CimPretrainer trainer) =>
        trainer.CheckpointTensors().ToDictionary(tensor => tensor.Name, tensor => Convert.ToHexString(SHA256.HashData(tensor.Read().Span)));
}
