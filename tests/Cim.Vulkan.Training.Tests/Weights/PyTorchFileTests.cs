using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Weights;

/// <summary>Files that PyTorch and Python wrote are read as data, with the names and values that went in.</summary>
public sealed class PyTorchFileTests
{
    private static readonly float[] s_signed = [-2, -1, 0, 1, 2, 3];

    [TestCase("tensors.pt", WeightsForm.PyTorchZip)]
    [TestCase("tensors_legacy.pt", WeightsForm.PyTorchLegacy)]
    public void Every_type_and_view_is_read_as_it_was_saved(string name, WeightsForm form)
    {
        using var source = WeightsSource.Open(TestFiles.Path(name));
        Assert.That(source.Form, Is.EqualTo(form));
        float[] plain = [.. TestFiles.Filled(24, 0)];
        Assert.That(source["plain"].Shape, Is.EqualTo(new[] { 4, 6 }));
        foreach (string same in (string[])["plain", "half", "bfloat", "double"]) Assert.That(source.Floats(same), Is.EqualTo(plain), same);
        Assert.That(source["turned"].Shape, Is.EqualTo(new[] { 6, 4 }));
        Assert.That(source.Floats("turned"), Is.EqualTo(Enumerable.Range(0, 24).Select(i => plain[(i % 4 * 6) + (i / 4)])));
        Assert.That(source.Floats("part"), Is.EqualTo(new[] { plain[8], plain[9], plain[10], plain[14], plain[15], plain[16] }));
        Assert.That(source["scalar"].Shape, Is.Empty);
        Assert.That(source.Floats("scalar"), Is.EqualTo(new[] { 2.5f }));
        Assert.That(source["empty"].ShapeText, Is.EqualTo("[0, 3]"));
        Assert.That(source.Floats("empty"), Is.Empty);
        foreach (string signed in (string[])["long", "int", "short", "char"]) Assert.That(source.Floats(signed), Is.EqualTo(s_signed), signed);
        Assert.That(source.Floats("byte"), Is.EqualTo(new float[] { 0, 1, 2, 3, 4, 5 }));
        Assert.That(source.Floats("bool"), Is.EqualTo(new float[] { 1, 0, 1 }));
        Assert.That(source.Floats("parameter"), Is.EqualTo(TestFiles.Filled(4, 1)));
        Assert.That(source["bfloat"].Type, Is.EqualTo(SafetensorsType.BF16));
        Assert.That(source.ReadBytes(source["turned"]), Is.EqualTo(source.Floats("turned").SelectMany(BitConverter.GetBytes)));
    }

    [Test]
    public void NumPy_arrays_are_read_from_pickles_of_every_protocol([Range(0, 5)] int protocol)
    {
        using var source = WeightsSource.Open(TestFiles.Path($"arrays_{protocol}.pkl"));
        Assert.That(source.Form, Is.EqualTo(WeightsForm.Pickle));
        Assert.That(source.Floats("a"), Is.EqualTo(TestFiles.Filled(6, 0)));
        Assert.That(source["columns_first"].Shape, Is.EqualTo(new[] { 2, 3 }));
        Assert.That(source.Floats("columns_first"), Is.EqualTo(TestFiles.Filled(6, 1)));
        Assert.That(source["long"].Type, Is.EqualTo(SafetensorsType.I64));
        Assert.That(source.Floats("long"), Is.EqualTo(new float[] { 0, 1, 2, 3, 4 }));
    }

    [Test]
    public void Tensors_that_pickle_packed_by_itself_are_read()
    {
        using var source = WeightsSource.Open(TestFiles.Path("tensors.pkl"));
        Assert.That(source.Floats("weight"), Is.EqualTo(TestFiles.Filled(6, 0)));
        Assert.That(source.Floats("bias"), Is.EqualTo(TestFiles.Filled(2, 1)));
    }

    [Test]
    public void The_network_of_a_checkpoint_is_found_and_what_lies_beside_it_is_told()
    {
        using var source = WeightsSource.Open(TestFiles.Path("checkpoint.pt"));
        Assert.That(source.Containers, Is.EqualTo(new[] { "model" }));
        Assert.That(source.StrippedPrefix, Is.EqualTo("module."));
        Assert.That(source.LeftAside, Is.EqualTo(new[] { "model_ema", "optimizer", "epoch", "best", "args" }));
        Assert.That(source.Tensors.Select(tensor => tensor.Name), Is.EqualTo(new[] { "weight", "bias" }));
        Assert.That(source.Floats("bias"), Is.EqualTo(TestFiles.Filled(2, 1)));
        using var average = WeightsSource.Open(TestFiles.Path("checkpoint.pt"), "model_ema");
        Assert.That(average.Floats("bias"), Is.EqualTo(TestFiles.Filled(2, 8)));
    }

    [Test]
    public void A_whole_module_gives_the_names_of_its_state_dict()
    {
        using var source = WeightsSource.Open(TestFiles.Path("whole_module.pt"));
        Assert.That(source.ModuleClass, Is.EqualTo("torch.nn.modules.container.Sequential"));
        Assert.That(source.Tensors.Select(tensor => tensor.Name), Is.EqualTo(new[] { "conv1.weight", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var", "bn1.num_batches_tracked", "fc.weight", "fc.bias" }));
        Assert.That(source.Floats("fc.weight"), Is.EqualTo(TestFiles.Filled(8, 5)));
    }

    [TestCase("encoder.pkl", "dall_e.encoder.Encoder", 62, "blocks.group_2.block_1.id_path.w")]
    [TestCase("decoder.pkl", "dall_e.decoder.Decoder", 64 + 4, "blocks.group_1.block_1.id_path.w")]
    [TestCase("decoder_zip.pt", "dall_e.decoder.Decoder", 64 + 4, "blocks.group_4.block_1.id_path.w")]
    public void Half_a_DALL_E_is_read_though_its_classes_are_nowhere(string name, string type, int least, string identity)
    {
        using var source = WeightsSource.Open(TestFiles.Path(name));
        Assert.That(source.ModuleClass, Is.EqualTo(type));
        Assert.That(source.Tensors, Has.Count.GreaterThanOrEqualTo(least));
        Assert.That(source.Find(identity), Is.Not.Null);
        for (int i = 0; i < source.Tensors.Count; i++)
            Assert.That(source.ReadFloats(source.Tensors[i]), Is.EqualTo(TestFiles.Filled((int)source.Tensors[i].ElementCount, i)), source.Tensors[i].Name);
    }

    [Test]
    public void An_archive_of_the_64_bit_form_is_read_the_same()
    {
        using var usual = WeightsSource.Open(TestFiles.Path("tensors.pt"));
        using var large = WeightsSource.OfPickle(new MemoryBytes("x", Zip64.Of(File.ReadAllBytes(TestFiles.Path("tensors.pt")))), WeightsForm.PyTorchZip);
        Assert.That(large.Tensors.Select(tensor => tensor.Name), Is.EqualTo(usual.Tensors.Select(tensor => tensor.Name)));
        foreach (WeightTensor tensor in usual.Tensors) Assert.That(large.ReadBytes(large[tensor.Name]), Is.EqualTo(usual.ReadBytes(tensor)), tensor.Name);
    }

    [Test]
    public void An_archive_that_was_packed_again_is_refused_with_a_reason()
    {
        using var target = new MemoryStream();
        using (var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        using (Stream entry = zip.CreateEntry("archive/data.pkl", CompressionLevel.Optimal).Open())
            entry.Write("(dS'epoch'\nI3\ns."u8);
        Assert.That(() => WeightsSource.OfPickle(new MemoryBytes("x", target.ToArray()), WeightsForm.PyTorchZip), Throws.TypeOf<WeightsException>().With.Message.Contains("compressed, which torch.save never does"));
    }

    [TestCase("runs_a_command.pt", "wants posix.system, which weights have no use for: refused")]
    [TestCase("complex.pt", "complex")]
    [TestCase("quantised.pt", "quantised")]
    [TestCase("expanded.pt", ".contiguous()")]
    public void What_is_not_read_is_refused_by_name(string name, string part) =>
        Assert.That(() => WeightsSource.Open(TestFiles.Path(name)), Throws.TypeOf<WeightsException>().With.Message.Contains(part).And.Message.Contains(name));

    private static IEnumerable<TestCaseData> ForeignFiles() =>
    [
        Foreign([], "is empty"),
        Foreign("\u001f\u008b rest"u8[1..], "of no known form"),
        Foreign([0x1F, 0x8B, 8, 0], "gunzip"),
        Foreign([0x93, .. "NUMPY\u0001\0"u8], "NumPy array (.npy)"),
        Foreign([0x08, 0x07, 0x12, 0x07, .. "pytorch"u8], "ONNX"),
        Foreign("GGUF\u0003\0\0\0"u8, "GGUF"),
        Foreign("<!DOCTYPE html>"u8, "web page"),
        Foreign("version https://git-lfs.github.com/spec/v1\n"u8, "Git LFS"),
        Foreign("sys_info\0\0\0\0\0\0"u8, "tar archive"),
        Foreign("{\"a\": 1}"u8, "JSON"),
    ];

    [TestCaseSource(nameof(ForeignFiles))]
    public void Another_form_is_told_by_its_content(byte[] content, string part)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "x.pt");
        File.WriteAllBytes(path, content);
        Assert.That(() => WeightsSource.Open(path), Throws.TypeOf<WeightsException>().With.Message.Contains(part));
    }

    [Test]
    public void A_whole_number_that_no_float_holds_is_refused()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "x.safetensors");
        SafetensorsWriter.WriteFile(new PhysicalFileSystem(), path, [NamedTensor.Of("right", [1], [1 << 25]), NamedTensor.Of("wrong", [1], [(1 << 25) + 1])]);
        using var source = WeightsSource.Open(path);
        Assert.That(source.Floats("right"), Is.EqualTo(new float[] { 1 << 25 }));
        Assert.That(() => source.Floats("wrong"), Throws.TypeOf<WeightsException>().With.Message.Contains("33554433"));
    }

    private static TestCaseData Foreign(ReadOnlySpan<byte> content, string part) => new TestCaseData(content.ToArray(), part).SetArgDisplayNames(part);
}
