using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Checkpoints;

public sealed class SafetensorsTests
{
    private const string OneFloat = """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""";

    private static readonly PhysicalFileSystem Disk = new();

    [Test]
    public void What_was_written_is_read()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("x.safetensors");
        NamedTensor[] tensors =
        [
            NamedTensor.Of("weight", [2, 3], [1f, -2, 3, float.NaN, float.PositiveInfinity, 1e-40f]),
            NamedTensor.Of("index", [2], [int.MinValue, 7]),
            NamedTensor.Of("counter", [], [uint.MaxValue]),
            NamedTensor.Of("none", [0, 4], Array.Empty<float>()),
            new NamedTensor("bytes", [3], SafetensorsType.U8, () => new byte[] { 1, 2, 3 }),
            new NamedTensor("half", [2], SafetensorsType.BF16, () => new byte[] { 4, 5, 6, 7 }),
        ];
        SafetensorsWriter.WriteFile(Disk, path, tensors, new Dictionary<string, string> { ["note"] = "ä \"quoted\"" });

        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.That(file.Entries.Select(entry => entry.Name), Is.EqualTo(new[] { "bytes", "counter", "half", "index", "none", "weight" }));
        Assert.That(file.Metadata["note"], Is.EqualTo("ä \"quoted\""));
        Assert.That(file.ReadFloats("weight"), Is.EqualTo(new[] { 1f, -2, 3, float.NaN, float.PositiveInfinity, 1e-40f }));
        Assert.That(file.ReadInt32s("index"), Is.EqualTo(new[] { int.MinValue, 7 }));
        Assert.That(file.ReadUInt32s("counter"), Is.EqualTo(new[] { uint.MaxValue }));
        Assert.That(file.ReadFloats("none"), Is.Empty);
        Assert.That(file.ReadBytes("half"), Is.EqualTo(new byte[] { 4, 5, 6, 7 }));
        Assert.That(file["weight"].Shape, Is.EqualTo(new[] { 2, 3 }));
        Assert.That(file["counter"].Shape, Is.Empty);
        Assert.That(file["half"].Type, Is.EqualTo(SafetensorsType.BF16));
    }

    [Test]
    public void Equal_content_is_equal_bytes_whatever_the_order()
    {
        using var folder = new TemporaryFolder();
        NamedTensor[] tensors = [NamedTensor.Of("b", [1], [2f]), NamedTensor.Of("a", [2], [1f, 3f])];
        SafetensorsWriter.WriteFile(Disk, folder.File("1"), tensors, new Dictionary<string, string> { ["x"] = "1", ["y"] = "2" });
        SafetensorsWriter.WriteFile(Disk, folder.File("2"), [.. tensors.Reverse()], new Dictionary<string, string> { ["y"] = "2", ["x"] = "1" });
        Assert.That(File.ReadAllBytes(folder.File("1")), Is.EqualTo(File.ReadAllBytes(folder.File("2"))));
    }

    [Test]
    public void The_first_tensor_starts_at_a_multiple_of_eight()
    {
        using var folder = new TemporaryFolder();
        for (int length = 1; length <= 9; length++)
        {
            SafetensorsWriter.WriteFile(Disk, folder.File("x"), [NamedTensor.Of(new string('n', length), [1], [1f])]);
            using SafetensorsFile file = SafetensorsFile.Open(folder.File("x"));
            Assert.That(file.Entries[0].OffsetBytes % 8, Is.Zero);
        }
    }

    [Test]
    public void A_name_given_twice_is_refused() =>
        Assert.That(() => Save([NamedTensor.Of("a", [1], [1f]), NamedTensor.Of("a", [1], [1f])]), Throws.ArgumentException.With.Message.Contains("'a' is given twice"));

    [Test]
    public void Bytes_that_do_not_match_the_shape_are_refused() =>
        Assert.That(() => Save([NamedTensor.Of("a", [2, 2], [1f])]), Throws.ArgumentException.With.Message.Contains("'a' of shape [2, 2] needs 16 bytes, got 4"));

    [TestCase("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "needs 8 bytes, has 4")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}""", 4, "outside the file's 4 bytes")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4, "which is no place")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "which is no place")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "two whole numbers")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4.5]}}""", 4, "two whole numbers")]
    [TestCase("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "the extent -1")]
    [TestCase("""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "the extent 1, not")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,4]}}""", 4, "too large")]
    [TestCase("""{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}""", 4, "unknown type 'F33'")]
    [TestCase("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, "no dtype")]
    [TestCase("""{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "no shape")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "no data_offsets")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", 4, "unknown field 'more'")]
    [TestCase("""{"a":7}""", 4, "not described by an object")]
    [TestCase("""{"__metadata__":{"x":1}}""", 0, "the metadata 'x' is not a string")]
    [TestCase("""{"__metadata__":[]}""", 0, "the metadata is not an object")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "'a' is there twice")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "overlaps")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "4 bytes before tensor 'a' belong to no tensor")]
    [TestCase(OneFloat, 8, "the last 4 bytes belong to no tensor")]
    [TestCase("""{"__metadata__":{"x":"1","x":"2"}}""", 0, "the metadata 'x' is there twice")]
    [TestCase("""{"__metadata__":{"x":"1"},"__metadata__":{"y":"2"}}""", 0, "'__metadata__' is there twice")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}""", 4, "has its shape twice")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "'a' is there twice")]
    [TestCase("""{"a\nb":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}""", 4, "tensor 'a b' lies at 0 to 8")]
    [TestCase("""{"a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}""", 4, "the extent of lists")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2147483648],"data_offsets":[0,4]}}""", 4, "the extent 2147483648")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", 4, "more than 32 extents")]
    [TestCase("""{"a":{"dtype":"\ud800","shape":[1],"data_offsets":[0,4]}}""", 4, "JSON")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} x""", 4, "JSON")]
    [TestCase("""{"a":{"a":{"a":{"a":{"a":{}}}}}}""", 0, "unknown field 'a'")]
    [TestCase("[]", 0, "does not start with '{'")]
    [TestCase("", 0, "does not start with '{'")]
    [TestCase("""{"a":""", 0, "JSON")]
    public void A_faulty_header_is_refused_with_one_line(string header, int dataBytes, string expected)
    {
        SafetensorsException error = OpenFaulty(Content(header, dataBytes));
        Assert.That(error.Message, Does.Contain(expected));
        Assert.That(error.Message, Does.Not.Contain("\n"));
    }

    [TestCase(0UL)]
    [TestCase(5UL)]
    [TestCase(100_000_001UL)]
    [TestCase(ulong.MaxValue)]
    public void A_header_length_that_does_not_fit_is_refused(ulong length)
    {
        var file = new byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        OpenFaulty(file);
    }

    [Test]
    public void A_header_that_is_not_utf8_is_refused()
    {
        byte[] file = Content(OneFloat, 4);
        file[8 + OneFloat.IndexOf('a')] = 0xff;
        Assert.That(OpenFaulty(file).Message, Does.Contain("JSON").And.Not.Contain("\n"));
    }

    [Test]
    public void A_long_name_makes_no_long_message() =>
        Assert.That(OpenFaulty(Content($"{{\"{new string('n', 1 << 20)}\":7}}", 0)).Message, Has.Length.LessThan(600));

    [Test]
    public void Every_prefix_of_a_file_is_refused()
    {
        byte[] whole = Content(OneFloat, 4);
        for (int length = 0; length < whole.Length; length++) OpenFaulty(whole[..length]);
    }

    [Test]
    public void A_file_cut_short_while_open_is_an_exception()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("x");
        SafetensorsWriter.WriteFile(Disk, path, [NamedTensor.Of("a", [1000], new float[1000])]);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        using (IOutputFile cut = Disk.Append(path)) cut.Truncate(500);
        SafetensorsException? error = Assert.Throws<SafetensorsException>(() => file.ReadFloats("a"));
        Assert.That(error!.Message, Does.Contain("ends early, within tensor 'a'"));
    }

    [Test]
    public void A_wrong_name_or_type_is_named()
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.WriteFile(Disk, folder.File("x"), [NamedTensor.Of("a", [1], [1])]);
        using SafetensorsFile file = SafetensorsFile.Open(folder.File("x"));
        Assert.That(() => file.ReadFloats("a"), Throws.TypeOf<SafetensorsException>().With.Message.Contains("is I32, not F32"));
        Assert.That(() => file.ReadFloats("b"), Throws.TypeOf<SafetensorsException>().With.Message.Contains("no tensor 'b'"));
        Assert.That(file.Find("b"), Is.Null);
    }

    [Test]
    public void A_missing_file_is_named() =>
        Assert.That(() => SafetensorsFile.Open("/none/x.safetensors"), Throws.TypeOf<SafetensorsException>().With.Message.Contains("x.safetensors"));

    private static byte[] Content(string header, int dataBytes)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)json.Length);
        json.CopyTo(file, 8);
        return file;
    }

    private static SafetensorsException OpenFaulty(byte[] content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("x"), content);
        return Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(folder.File("x")).Dispose())!;
    }

    private static void Save(NamedTensor[] tensors)
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.WriteFile(Disk, folder.File("x"), tensors);
    }
}
