using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Sources;

/// <summary>Archives as they come and as they should not come.</summary>
public sealed class TarReaderTests
{
    [Test]
    public void Missing_end_blocks_and_missing_padding_are_no_loss()
    {
        var whole = Bytes(new TarBuilder().File("0.jpg", "first").File("1.jpg", "second"));
        Assert.That(Names(whole), Is.EqualTo(new[] { "0.jpg", "1.jpg" }));
        Assert.That(Names(whole[..^500]), Is.EqualTo(new[] { "0.jpg", "1.jpg" }), "the content is complete");
    }

    [Test]
    public void Every_other_truncation_is_refused()
    {
        var whole = Bytes(new TarBuilder().File("0.jpg", "first").File("1.jpg", "second"));
        foreach (var length in new[] { 1, 511, 514, 1025, 1535, 1536 + 5 })
            Assert.That(() => Names(whole[..length]), Throws.TypeOf<DatasetException>().With.Message.Contains("complete?"), $"{length} bytes");
    }

    [Test]
    public void A_size_in_base_256_is_read_and_a_negative_one_refused()
    {
        byte[] size = [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5], negative = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFB];
        Assert.That(Names(WithField(124, size)), Is.EqualTo(new[] { "0.jpg" }));
        Assert.That(() => Names(WithField(124, negative)), Throws.TypeOf<DatasetException>().With.Message.Contains("size is absurd"));
        Assert.That(() => Names(WithField(124, "-0000000005\0"u8.ToArray())), Throws.TypeOf<DatasetException>().With.Message.Contains("size is no number"));
    }

    [Test]
    public void A_folder_with_a_size_has_no_content()
    {
        var archive = Bytes(new TarBuilder().Entry("photos/", '5', [], 4096).File("photos/0.jpg", "x").End());
        Assert.That(Names(archive), Is.EqualTo(new[] { "photos/0.jpg" }));
    }

    [Test]
    public void A_name_record_of_gigabytes_is_refused_before_it_is_read()
    {
        var archive = Bytes(new TarBuilder().Entry("long", 'L', new byte[100_000], 100_000).File("0.jpg", "x").End());
        Assert.That(() => Names(archive), Throws.TypeOf<DatasetException>().With.Message.Contains("more than the 65536 allowed"));
        Assert.That(() => Names(Bytes(new TarBuilder().Pax("path", new string('n', 5000)).File("0.jpg", "x").End())), Throws.TypeOf<DatasetException>().With.Message.Contains("5000 letters"));
    }

    [TestCase("path", "same.jpg", "global")]
    [TestCase("size", "3", "global")]
    [TestCase("comment", "0123abcd", null)]
    public void A_global_header_may_comment_and_no_more(string key, string value, string? refusal)
    {
        var record = $" {key}={value}\n";
        var bytes = Encoding.UTF8.GetBytes($"{record.Length + 2}{record}");
        var archive = Bytes(new TarBuilder().Entry("g", 'g', bytes, bytes.Length).File("0.jpg", "x").End());
        if (refusal is null) Assert.That(Names(archive), Has.Count.EqualTo(1));
        else Assert.That(() => Names(archive), Throws.TypeOf<DatasetException>().With.Message.Contains(refusal));
    }

    [TestCase("GNU.sparse.major", "1")]
    [TestCase("GNU.sparse.size", "99999999999")]
    public void A_sparse_file_in_pax_form_is_refused(string key, string value) =>
        Assert.That(() => Names(Bytes(new TarBuilder().Pax(key, value).File("0.jpg", "x").End())), Throws.TypeOf<DatasetException>().With.Message.Contains("sparse"));

    [TestCase("9 path=x")]
    [TestCase("99999999999 path=x\n")]
    [TestCase("-9 path=x\n")]
    [TestCase("no record at all")]
    [TestCase("3 x")]
    public void A_malformed_pax_record_is_refused(string record) =>
        Assert.That(
            () => Names(Bytes(new TarBuilder().Entry("x", 'x', Encoding.ASCII.GetBytes(record), record.Length).File("0.jpg", "x").End())),
            Throws.TypeOf<DatasetException>().With.Message.Contains("malformed"));

    [Test]
    public void A_checksum_of_signed_bytes_counts_too()
    {
        var archive = Bytes(new TarBuilder().File("ü.jpg", "x").End());
        var sum = 8 * ' ';
        for (var i = 0; i < 512; i++) sum += i is >= 148 and < 156 ? 0 : (sbyte)archive[i];
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0')).CopyTo(archive, 148);
        Assert.That(Names(archive), Is.EqualTo(new[] { "ü.jpg" }));
    }

    [Test]
    public void Millions_of_entries_cost_no_memory()
    {
        using var reader = new TarReader("many.tar", new RepeatedBlock(Bytes(new TarBuilder().File("0.txt", ""))[..512], 200_000));
        var count = 0;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        while (reader.Read(out _)) count++;
        Assert.That(count, Is.EqualTo(200_000));
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(1 << 20));
    }

    private static byte[] WithField(int at, byte[] field)
    {
        var archive = Bytes(new TarBuilder().File("0.jpg", "12345").End());
        field.CopyTo(archive, at);
        archive.AsSpan(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var value in archive.AsSpan(0, 512)) sum += value;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(archive, 148);
        return archive;
    }

    private static List<string> Names(byte[] archive)
    {
        using var reader = new TarReader("test.tar", new MemoryStream(archive));
        var names = new List<string>();
        while (reader.Read(out var member)) names.Add(member.Name);
        return names;
    }

    private static byte[] Bytes(TarBuilder builder)
    {
        using var folder = new TemporaryFolder();
        return File.ReadAllBytes(builder.Save(folder.Sub("x.tar")));
    }

    /// <summary>One block again and again, without the memory for it.</summary>
    private sealed class RepeatedBlock(byte[] block, long count) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => block.Length * count;

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int length) => Read(buffer.AsSpan(offset, length));

        public override int Read(Span<byte> buffer)
        {
            var from = (int)(Position % block.Length);
            var length = Position >= Length ? 0 : Math.Min(buffer.Length, block.Length - from);
            block.AsSpan(from, length).CopyTo(buffer);
            Position += length;
            return length;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int length) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}
