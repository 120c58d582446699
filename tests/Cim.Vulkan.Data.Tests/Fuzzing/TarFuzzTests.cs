using System;
using System.IO;
using System.Text;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Fuzzing;

/// <summary>Damaged tar headers: read or refused by one typed line, in bounded time and memory. The full count is 1,000,000, a factor of 100.</summary>
public sealed class TarFuzzTests
{
    private const int UsualCount = 10_000, HeaderBytes = 512;

    /// <summary>Where the fields of a header start, and how long they are.</summary>
    private static readonly (int Start, int Length)[] Fields = [(0, 100), (100, 8), (124, 12), (124, 12), (124, 12), (136, 12), (148, 8), (156, 1), (156, 1), (157, 100), (257, 8), (345, 155)];

    private static readonly string[] Numbers = ["00000000000\0", "77777777777\0", "-0000000001\0", "99999999999\0", "           \0", "17777777777\0", "0x1000\0", "\0", "000000000001", "1 1\0"];

    [Test]
    public void Damaged_headers_are_read_or_refused()
    {
        var archive = WholeArchive();
        using var run = new FuzzRun("tar-headers", timeLimit: TimeSpan.FromSeconds(2), allocationLimitBytes: 1 << 20);
        var count = FuzzRun.Count(UsualCount);
        for (var number = 0; number < count; number++) run.Try(number, Damage(archive, number), Reads);
        run.Finish(peakGrowthLimitBytes: 300L << 20);
    }

    [Test]
    public void Damaged_shards_are_opened_or_refused()
    {
        using var folder = new TemporaryFolder();
        var (archive, path) = (WholeArchive(), folder.Sub("s.tar"));
        using var run = new FuzzRun("tar-shards", timeLimit: TimeSpan.FromSeconds(2), allocationLimitBytes: 160 << 20);
        var count = FuzzRun.Count(UsualCount / 20);
        for (var number = 0; number < count; number++) run.Try(number, Damage(archive, number), bytes => Opens(path, bytes));
        run.Finish(peakGrowthLimitBytes: 500L << 20);
    }

    private static byte[] WholeArchive()
    {
        var path = Path.GetTempFileName();
        try
        {
            new TarBuilder().File("a/0.jpg", new byte[700]).File("a/0.cls", "3")
                .Pax("path", "pax/" + new string('p', 120) + ".png").File("short", "x").Pax("size", "5").File("b.jpg", "12345")
                .Entry("././@LongLink", 'L', Encoding.UTF8.GetBytes("gnu/" + new string('g', 150) + ".gif\0"), 159).File("short", "y")
                .Entry("folder/", '5', [], 0).File("c.jpg", "z").File("c.cls", "4").End().Save(path);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static byte[] Damage(byte[] archive, int number)
    {
        var random = new Random(number);
        if (random.Next(10) == 0) return new ByteMutator(random).Mutate(archive, archive);
        var bytes = archive.AsSpan().ToArray();
        var header = bytes.AsSpan(random.Next(bytes.Length / HeaderBytes) * HeaderBytes, HeaderBytes);
        for (var faults = 1 + random.Next(3); faults > 0; faults--) DamageField(header, random);
        if (random.Next(5) != 0) MendChecksum(header);
        return random.Next(8) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    private static void DamageField(Span<byte> header, Random random)
    {
        var (start, length) = Fields[random.Next(Fields.Length)];
        var field = header.Slice(start, length);
        switch (random.Next(6))
        {
            case 0:
                field[random.Next(length)] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                random.NextBytes(field);
                break;
            case 2:
                field.Fill((byte)random.Next(256));
                break;
            case 3:
                field[0] = (byte)(0x80 | random.Next(128));
                random.NextBytes(field[^Math.Min(length, 1 + random.Next(8))..]);
                break;
            case 4:
                header[156] = (byte)"\001234567LKxgSVMDNX"[random.Next(18)];
                break;
            default:
                var text = Encoding.ASCII.GetBytes(Numbers[random.Next(Numbers.Length)]);
                text.AsSpan(0, Math.Min(length, text.Length)).CopyTo(field);
                break;
        }
    }

    private static void MendChecksum(Span<byte> header)
    {
        header.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var value in header) sum += value;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header[148..]);
    }

    private static bool Reads(byte[] bytes)
    {
        using var reader = new TarReader("damaged.tar", new MemoryStream(bytes, writable: false));
        try
        {
            var end = 0L;
            while (reader.Read(out var member))
            {
                Assert.That(member.OffsetBytes, Is.GreaterThan(end), "entries follow each other");
                end = member.OffsetBytes + member.LengthBytes;
                Assert.That(end, Is.LessThanOrEqualTo(bytes.Length), "contents lie in the archive");
            }

            return true;
        }
        catch (DatasetException error)
        {
            Assert.That(error.Message, Does.StartWith("cannot use the shard 'damaged.tar': ").And.Not.Contain("\n"));
            return false;
        }
    }

    private static bool Opens(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        try
        {
            var source = new WebDatasetSource([path]);
            for (var i = 0; i < source.Count; i++) Assert.That(source.Read(i).Bytes, Is.Not.Empty);
            return true;
        }
        catch (DatasetException error)
        {
            Assert.That(error.Message, Does.Not.Contain("\n"));
            return false;
        }
    }
}
