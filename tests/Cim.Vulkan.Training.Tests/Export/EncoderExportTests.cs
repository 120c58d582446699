using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;
using Cim.Vulkan.Testing;
using Cim.Vulkan.Training.Tests.Pretraining;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using NUnit.Framework;
using Tensor = Cim.Vulkan.Graph.Tensor;

namespace Cim.Vulkan.Training.Tests.Export;

/// <summary>What leaves a run: the same features in ONNX Runtime as here, by every way out.</summary>
[TestFixture]
public sealed class EncoderExportTests : GpuTest
{
    private const int Pictures = 3, Side = 16;

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

    [TestCase(CimObjective.RevDet, false)]
    [TestCase(CimObjective.ResPix, false)]
    [TestCase(CimObjective.RevDet, true)]
    [TestCase(CimObjective.ResPix, true)]
    public void A_run_gives_the_same_features_and_head_in_ONNX_Runtime(CimObjective objective, bool isConvolutional)
    {
        string run = _folder.File($"run-{objective}-{isConvolutional}");
        using CimPretrainer trainer = Trained(objective, isConvolutional, run);
        IVisionEncoder trunk = trainer.Models.Enhancer.Trunk;
        AssertAgrees(trainer, run, ExportFeatures.Pooled, images => trunk.Pool(images));
        AssertAgrees(trainer, run, ExportFeatures.Map, images => trunk is ResNet network ? network.Forward(images, null)
            : ((VisionTransformer)trunk).PatchTokens(((VisionTransformer)trunk).Forward(images)).Permute(0, 2, 1));
        if (trunk is VisionTransformer transformer) AssertAgrees(trainer, run, ExportFeatures.Tokens, images => transformer.Forward(images));
        Enhancer enhancer = trainer.Models.Enhancer;
        AssertAgrees(trainer, run, ExportFeatures.Head, images => objective == CimObjective.RevDet ? enhancer.Detect(images, null)
            : enhancer.RestoresPatches ? enhancer.Restore(images, null).Unpatchify(4, 3, Side, Side) : enhancer.Restore(images, null));
    }

    [Test]
    public void Safetensors_of_a_checkpoint_are_those_of_the_run()
    {
        string run = _folder.File("run-weights");
        using CimPretrainer trainer = Trained(CimObjective.ResPix, isConvolutional: true, run);
        string out1 = _folder.File("of-checkpoint.safetensors"), out2 = _folder.File("of-run.safetensors");
        EncoderExport.Run(new ExportOptions { Source = run, Out = out1 });
        trainer.Export(new PhysicalFileSystem(), run);
        EncoderExport.Run(new ExportOptions { Source = run, Out = out2, Format = ExportFormat.Safetensors });
        byte[] written = File.ReadAllBytes(Path.Combine(run, PretrainedEnhancer.FileName));
        Assert.That(File.ReadAllBytes(out1).AsSpan().SequenceEqual(written), "of the checkpoint");
        Assert.That(File.ReadAllBytes(out2).AsSpan().SequenceEqual(written), "of the run's own file");
    }

    private static void AssertAgrees(CimPretrainer trainer, string run, ExportFeatures features, Func<Tensor, Tensor> describe)
    {
        string path = Path.Combine(run, $"{features}.onnx");
        EncoderExport.Run(new ExportOptions { Source = run, Out = path, Features = features, Normalizes = true });
        var images = new float[Pictures * 3 * Side * Side];
        for (int i = 0; i < images.Length; i++) images[i] = i * 37 % 256 / 255f;
        using var session = new InferenceSession(path);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run([NamedOnnxValue.CreateFromTensor("images", new DenseTensor<float>(images, [Pictures, 3, Side, Side]))]);
        float[] there = [.. results[0].AsEnumerable<float>()], here = RunHere(trainer.Memory, images, describe);
        Assert.That(there, Has.Length.EqualTo(here.Length));
        double largest = Math.Max(1, here.Max(Math.Abs)), error = here.Zip(there, (left, right) => Math.Abs(left - right)).Max() / largest;
        TestContext.Out.WriteLine($"{features}: {here.Length} values of up to {here.Max(Math.Abs):0.00}, within {error:E1}");
        Assert.That(error, Is.LessThan(1e-4), features.ToString());
        Assert.That(here.Distinct().Count(), Is.GreaterThan(1));
    }

    private static float[] RunHere(PersistentMemory memory, float[] images, Func<Tensor, Tensor> describe)
    {
        var graph = new TensorGraph();
        graph.Output("result", describe(CimStepGraph.Normalize(graph.Input("images", new Shape(Pictures, 3, Side, Side)))));
        using Program program = Program.Load(memory, Planner.Plan(graph, DeviceProfiles.Of(Device.Capabilities)), new ProgramOptions { Name = "export" });
        program.BeginStep();
        images.CopyTo(program.Input<float>("images"));
        program.Wait(program.Submit());
        return program.Read<float>("result");
    }

    // A few steps, saved as a run that is under way.
    private CimPretrainer Trained(CimObjective objective, bool isConvolutional, string run)
    {
        CimPretrainOptions options = SmallCim.Options(objective, run);
        if (isConvolutional) options = options with { Enhancer = new EnhancerOptions { Convolutional = new ConvolutionalOptions { Layers = 10, Width = 8, SmallStem = true } } };
        CimPretrainer trainer = SmallCim.Open(Device, options, _tokenizer);
        for (int step = 0; step < 3; step++) trainer.Step(step);
        trainer.Finish();
        var shared = OptionsJson.ToJson(options);
        using RunFolder folder = RunFolder.Open(new PhysicalFileSystem(), run, new RunIdentity(CimPretrainOptions.Kind, shared), resume: false);
        new CheckpointStore(folder).Save(new CheckpointState { Kind = CimPretrainOptions.Kind, Step = 3, Seed = options.Seed, Options = shared }, trainer.CheckpointTensors());
        return trainer;
    }
}
