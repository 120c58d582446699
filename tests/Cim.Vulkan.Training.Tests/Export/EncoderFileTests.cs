using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Export;

/// <summary>Encoders in files of their own, without a device.</summary>
public sealed class EncoderFileTests
{
    private readonly TemporaryFolder _folder = new();

    private static IEnumerable<TestCaseData> Networks
    {
        get
        {
            yield return Named("ViT-S", Vit(VisionTransformerOptions.Small));
            yield return Named("small, with layer scale", Vit(Small with { LayerScale = 0.1f }));
            yield return Named("small, with fixed positions", Vit(Small with { Positions = PositionKind.SineCosine }));
            yield return Named("small, with relative positions", Vit(Small with { RelativePositions = RelativePositionKind.PerBlock, QkvBias = QkvBias.QueryAndValue }));
            yield return Named("ResNet-50", Net(ResNetOptions.ResNet50));
            yield return Named("ResNet-18 with a small stem", Net(ResNetOptions.ResNet18 with { Width = 8, HasSmallStem = true, DilatedStages = 1 }));
        }
    }

    private static VisionTransformerOptions Small => new() { ImageSize = 32, PatchSize = 8, EmbedDim = 32, Depth = 2, Heads = 4 };

    [OneTimeTearDown]
    public void Remove_the_folder() => _folder.Dispose();

    [TestCaseSource(nameof(Networks))]
    public void Comes_back_from_its_file_to_the_bit(Func<IVisionEncoder> network)
    {
        IVisionEncoder encoder = network();
        string path = _folder.File($"{Guid.NewGuid():N}.safetensors"), again = _folder.File($"{Guid.NewGuid():N}.safetensors");
        EncoderFile.Save(new PhysicalFileSystem(), path, EncoderDescription.Of(encoder, encoder is VisionTransformer transformer ? transformer.Options.ImageSize : 64), null, name => ValuesOf(encoder.Named(name)));
        using (EncoderFile file = EncoderFile.Open(path)!)
        {
            Assert.That(file.Encoder.AllParameters().Select(parameter => parameter.Name), Is.EqualTo(encoder.AllParameters().Select(parameter => parameter.Name)));
            foreach (Parameter parameter in file.Encoder.AllParameters())
                Assert.That(file.Read(parameter).AsSpan().SequenceEqual(ValuesOf(encoder.Named(parameter.Name))), parameter.Name);
            EncoderFile.Save(new PhysicalFileSystem(), again, file.Description, file.Options, name => file.Read(file.Encoder.Named(name)));
        }
        Assert.That(File.ReadAllBytes(again).AsSpan().SequenceEqual(File.ReadAllBytes(path)), "the same file once more");
        File.Delete(path);
        File.Delete(again);
    }

    [Test]
    public void Has_timms_names()
    {
        IVisionEncoder encoder = Vit(Small with { LayerScale = 0.1f, Positions = PositionKind.SineCosine })();
        string path = _folder.File("names.safetensors");
        EncoderFile.Save(new PhysicalFileSystem(), path, EncoderDescription.Of(encoder, 32), null, name => ValuesOf(encoder.Named(name)));
        using var file = SafetensorsFile.Open(path);
        string[] names = [.. file.Entries.Select(entry => entry.Name)];
        Assert.That(names, Has.Member("blocks.1.ls2.gamma").And.Member("pos_embed").And.None.Contains("gamma_"));
        Assert.That(file.Metadata["timm.architecture"], Is.EqualTo("vit_base_patch16_224"));
        Assert.That(file.Metadata["format"], Is.EqualTo("pt"));
    }

    [Test]
    public void A_file_of_an_earlier_version_is_opened_and_exported()
    {
        var options = new CimPretrainOptions { ImageSize = 32, PatchSize = 8, Enhancer = new EnhancerOptions { Width = 32, Depth = 2, Heads = 4, LayerScale = 0.1 } };
        IVisionEncoder encoder = CimModels.TrunkOf(options);
        NamedTensor[] tensors = [.. encoder.AllParameters().Select(parameter => NamedTensor.Of(parameter.Name, [.. parameter.Shape.ToList()], ValuesOf(parameter)))];
        string old = _folder.File("old.safetensors"), path = _folder.File("new.safetensors");
        WeightsFile.Save(new PhysicalFileSystem(), old, CimPretrainer.EnhancerKind, OptionsJson.ToJson(options), tensors);
        IReadOnlyList<string> lines = EncoderExport.Run(new ExportOptions { Source = old, Out = path });
        Assert.That(lines[1], Does.StartWith("in timm: create_model('vit_base_patch16_224') with {\"num_classes\": 0"));
        foreach (string file in new[] { old, path })
        {
            using var enhancer = PretrainedEnhancer.Open(file);
            Assert.That(enhancer.Read(enhancer.Trunk.Named("blocks.1.gamma_2")), Is.EqualTo(ValuesOf(encoder.Named("blocks.1.gamma_2"))), file);
        }
        using var opened = EncoderFile.Open(path);
        Assert.That(opened!.Options!.Enhancer.LayerScale, Is.EqualTo(0.1));
    }

    [Test]
    public void A_file_that_describes_no_network_is_told_from_one_that_does()
    {
        string path = _folder.File("plain.safetensors");
        SafetensorsWriter.WriteFile(new PhysicalFileSystem(), path, [NamedTensor.Of("w", [1], [1f])]);
        Assert.That(EncoderFile.Open(path), Is.Null);
        Assert.That(() => EncoderExport.Run(new ExportOptions { Source = path, Out = _folder.File("plain.onnx") }),
            Throws.TypeOf<SafetensorsException>().With.Message.Contains("holds weights of no stated kind"));
    }

    private static Func<IVisionEncoder> Vit(VisionTransformerOptions options) => () => new VisionTransformer(new ParameterSet("vit"), options);

    private static Func<IVisionEncoder> Net(ResNetOptions options) => () => new ResNet(new ParameterSet("resnet"), new ParameterSet("statistics"), options);

    // Cheaper than first values, and other ones for each name.
    private static float[] ValuesOf(Parameter parameter)
    {
        var random = new Random(parameter.Name.Sum(character => character) + parameter.Name.Length);
        var values = new float[parameter.Count];
        for (int i = 0; i < values.Length; i++) values[i] = random.NextSingle() - 0.5f;
        return values;
    }

    private static TestCaseData Named(string name, Func<IVisionEncoder> network) => new TestCaseData(network).SetArgDisplayNames(name);
}
