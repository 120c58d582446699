using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Testing;
using Cim.Vulkan.Training.Tests.Pretraining;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Weights;

/// <summary>A pre-training that starts from weights of a file instead of random ones.</summary>
public sealed class InitialEnhancerTests : GpuTest
{
    private const int Side = 16, Patch = 4, Width = 32, Heads = 4;

    private TemporaryFolder _folder = null!;
    private string _tokenizer = "";

    [OneTimeSetUp]
    public void Make_a_tokenizer()
    {
        _folder = new TemporaryFolder();
        if (GpuContext.Shared.Unavailable is null) _tokenizer = SmallCim.MakeTokenizer(Device, _folder.Path);
    }

    [OneTimeTearDown]
    public void Remove_the_folder() => _folder.Dispose();

    [Test]
    public void A_transformer_takes_weights_of_another_grid_and_keeps_its_own_head()
    {
        Dictionary<string, float[]> values = Save("timm", Vit(32), [NamedTensor.Of("head.weight", [2, Width], new float[2 * Width])]);
        CimPretrainOptions options = Options with { InitEnhancer = PathOf("timm") };
        using CimPretrainer random = SmallCim.Open(Device, options, _tokenizer), trainer = SmallCim.Open(Device, options, _tokenizer);
        using InitialEnhancer initial = InitialEnhancer.Open(options)!;
        initial.LoadInto(trainer.Memory, trainer.Models.Enhancer.Trunk);
        Assert.That(initial.Lines.Skip(1), Is.EqualTo(new[] { "vit: 30 loaded, 0 missing, 0 unexpected, 1 resized, 1 of a head dropped, 0 ignored", "resized: pos_embed 8x8 to 4x4, bicubic" }));
        foreach (Parameter parameter in trainer.Models.Enhancer.Parameters.Parameters)
        {
            float[] loaded = trainer.Memory.Read(parameter);
            if (parameter.Name == "pos_embed") Assert.That(loaded[..Width], Is.EqualTo(values["pos_embed"][..Width]), "the class token's position");
            else if (values.TryGetValue(parameter.Name, out float[]? expected)) Assert.That(loaded, Is.EqualTo(expected), parameter.Name);
            else Assert.That(loaded, Is.EqualTo(random.Memory.Read(random.Models.Enhancer.Parameters[parameter.Name])), parameter.Name);
        }
    }

    [Test]
    public void A_ResNet_takes_weights_and_running_statistics_under_torchvisions_names()
    {
        ResNet network = ResNet();
        Dictionary<string, float[]> values = Save("torchvision", [network.Parameters, network.Statistics],
            [NamedTensor.Of("fc.weight", [2, 64], new float[128]), NamedTensor.Of("bn1.num_batches_tracked", [1], [3f])], "module.");
        CimPretrainOptions options = Options with { Enhancer = ConvolutionalEnhancer, InitEnhancer = PathOf("torchvision"), InitAs = "resnet" };
        using CimPretrainer trainer = SmallCim.Open(Device, options, _tokenizer);
        using InitialEnhancer initial = InitialEnhancer.Open(options)!;
        initial.LoadInto(trainer.Memory, trainer.Models.Enhancer.Trunk);
        Assert.That(initial.Lines.Last(), Is.EqualTo($"resnet: {values.Count} loaded, 0 missing, 0 unexpected, 0 resized, 1 of a head dropped, 1 ignored"));
        foreach (Parameter parameter in network.Parameters.Parameters)
            Assert.That(trainer.Memory.Read(trainer.Models.Enhancer.Parameters[parameter.Name]), Is.EqualTo(values[parameter.Name]), parameter.Name);
        foreach (Parameter running in network.Statistics.Parameters)
            Assert.That(trainer.Memory.Read(trainer.Models.Enhancer.Trunk.Statistics![running.Name]), Is.EqualTo(values[running.Name]), running.Name);
    }

    [Test]
    public void A_run_starts_from_what_another_left_and_is_resumed_without_that_file()
    {
        SmallCifar.Write(_folder.File("data"), records: 8);
        CimPretrainOptions first = Options with { Data = _folder.File("data"), Out = _folder.File("first"), Tokenizer = _tokenizer, Steps = 2 };
        Train(first);
        CimPretrainOptions whole = first with { Out = _folder.File("whole"), InitEnhancer = first.Out, Objective = CimObjective.ResPix };
        List<string> lines = Train(whole);
        Assert.That(lines, Has.Some.StartsWith("the enhancer starts from ").And.Some.EqualTo("vit: 30 loaded, 0 missing, 0 unexpected, 0 resized, 0 of a head dropped, 0 ignored"));
        CimPretrainOptions parts = whole with { Out = _folder.File("parts") };
        Train(parts, stopAfter: 1);
        string kept = File.ReadAllText(_folder.File("parts/run.json"));
        Directory.Delete(first.Out, recursive: true);
        Train(parts with { InitEnhancer = null }, resume: true);
        Assert.That(DigestOf(parts), Is.EqualTo(DigestOf(whole)));
        Assert.That(() => Train(parts, resume: true), Throws.Nothing, "the same command line, though its file is gone");
        Assert.That(File.ReadAllText(_folder.File("parts/run.json")), Is.EqualTo(kept).And.Contains("initEnhancer"));
        Assert.That(() => Train(parts with { InitEnhancer = "elsewhere" }, resume: true), Throws.TypeOf<CheckpointException>().With.Message.Contains("another initEnhancer"));
    }

    [Test]
    public void What_does_not_fit_is_one_clear_line()
    {
        Save("other", ResNet().Parameters, [NamedTensor.Of("bn1.running_mean", [8], new float[8])]);
        Save("narrow", Vit(Side, width: 16), []);
        Save("unknown", Unknown(), []);
        Assert.Multiple(() =>
        {
            Refuses(Options with { InitEnhancer = PathOf("other") }, "fits the enhancer: it is resnet, the enhancer is a vision transformer; give --enhancer");
            Refuses(Options with { InitEnhancer = PathOf("narrow") }, "choose the sizes of the file's network");
            Refuses(Options with { InitEnhancer = PathOf("unknown") }, "names of no known network");
            Refuses(Options with { InitEnhancer = PathOf("narrow"), InitAs = "mae" }, "is no mae: its names are those of vit, give that");
            Refuses(Options with { InitEnhancer = PathOf("narrow"), InitAs = "alexnet" }, "--init-as alexnet is no network whose names are known");
        });
        static void Refuses(CimPretrainOptions options, string expected) =>
            Assert.That(() => InitialEnhancer.Open(options), Throws.TypeOf<WeightsException>().With.Message.Contains(expected).And.Message.Not.Contains("\n"));
    }

    [Test]
    public void Values_that_are_not_finite_are_refused()
    {
        NamedTensor[] tensors = [.. Tensors(Vit(Side)).Select(tensor => tensor.Name == "norm.bias" ? NamedTensor.Of("norm.bias", [Width], [.. new float[Width - 1], float.NaN]) : tensor)];
        SafetensorsWriter.WriteFile(new PhysicalFileSystem(), PathOf("nan"), tensors);
        CimPretrainOptions options = Options with { InitEnhancer = PathOf("nan") };
        using CimPretrainer trainer = SmallCim.Open(Device, options, _tokenizer);
        using InitialEnhancer initial = InitialEnhancer.Open(options)!;
        Assert.That(() => initial.LoadInto(trainer.Memory, trainer.Models.Enhancer.Trunk), Throws.TypeOf<WeightsException>().With.Message.Contains("norm.bias has values that are not finite"));
    }

    private static CimPretrainOptions Options => SmallCim.Options(CimObjective.RevDet, "-");

    private static EnhancerOptions ConvolutionalEnhancer => new() { Convolutional = new ConvolutionalOptions { Layers = 10, Width = 8, SmallStem = true } };

    private static ParameterSet Vit(int imageSize, int width = Width)
    {
        var set = new ParameterSet("vit");
        _ = new VisionTransformer(set, new VisionTransformerOptions { ImageSize = imageSize, PatchSize = Patch, EmbedDim = width, Heads = Heads, Depth = 2 });
        return set;
    }

    private static ResNet ResNet() => new(new ParameterSet("resnet"), new ParameterSet("statistics"), ConvolutionalEnhancer.Convolutional!.ToModel());

    private static ParameterSet Unknown()
    {
        var set = new ParameterSet("unknown");
        set.Add("features.0.weight", new Shape(2, 3), Initializer.Zeros);
        return set;
    }

    private string PathOf(string name) => _folder.File($"{name}.safetensors");

    private Dictionary<string, float[]> Save(string name, ParameterSet set, NamedTensor[] more) => Save(name, [set], more);

    private Dictionary<string, float[]> Save(string name, ParameterSet[] sets, NamedTensor[] more, string prefix = "")
    {
        NamedTensor[] tensors = [.. sets.SelectMany(Tensors)];
        SafetensorsWriter.WriteFile(new PhysicalFileSystem(), PathOf(name), [.. tensors.Concat(more).Select(tensor => tensor with { Name = prefix + tensor.Name })]);
        using var source = WeightsSource.Open(PathOf(name));
        return tensors.ToDictionary(tensor => tensor.Name, tensor => source.ReadFloats(source[tensor.Name]));
    }

    private static IEnumerable<NamedTensor> Tensors(ParameterSet set)
    {
        var random = new Random(1);
        return set.Parameters.Select(parameter => NamedTensor.Of(parameter.Name, [.. parameter.Shape.ToList()], [.. Enumerable.Range(0, (int)parameter.Count).Select(_ => random.NextSingle() - 0.5f)]));
    }

    private static List<string> Train(CimPretrainOptions options, bool resume = false, long? stopAfter = null)
    {
        var lines = new List<string>();
        TrainingJobs.Pretrain(Device, options, new JobStart(resume, stopAfter, lines.Add), CancellationToken.None);
        return lines;
    }

    private static string DigestOf(CimPretrainOptions options) => FileDigest.Sha256(Path.Combine(options.Out, "checkpoints", "step-00000002", CheckpointContents.WeightsFileName));
}
