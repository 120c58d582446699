using System;
using System.Globalization;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Checkpoints;

/// <summary>Headers that are nearly right: typed errors of one line only, memory bounded by the file's size. <c>CIM_FUZZ_FACTOR</c> times as many on request.</summary>
public sealed class SafetensorsFuzzTests
{
    private const int Headers = 100_000, MostMessageLetters = 600;

    // An exception with its trace, and what the reader and the collections begin with.
    private const long MostConstantBytes = 32 << 10, MostBytesPerFileByte = 24;

    [Test]
    public void Whatever_a_header_says_it_is_read_or_refused_with_one_line()
    {
        int factor = int.Parse(Environment.GetEnvironmentVariable("CIM_FUZZ_FACTOR") ?? "1", CultureInfo.InvariantCulture);
        var mutator = new SafetensorsMutator(seed: 1);
        long accepted = 0, refused = 0, mostBytes = 0;
        Check(mutator.Valid(), ref mostBytes);
        mostBytes = 0;
        for (long i = 0; i < (long)Headers * factor; i++)
        {
            byte[] valid = mutator.Valid();
            if (i % 100 == 0) Assert.That(Check(valid, ref mostBytes), Is.True, $"header {i} is valid: {Convert.ToBase64String(valid)}");
            if (Check(mutator.Mutate(valid), ref mostBytes)) accepted++;
            else refused++;
        }

        TestContext.Out.WriteLine($"{accepted + refused:N0} headers: {refused:N0} refused, {accepted:N0} accepted and checked; most memory for one: {mostBytes:N0} bytes");
        Assert.That(refused, Is.GreaterThan(accepted), "most faults are found");
        Assert.That(accepted, Is.Positive, "some changes do not matter");
    }

    private static bool Check(byte[] file, ref long mostBytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        SafetensorsHeader? header = null;
        string? message = null;
        try
        {
            int length = SafetensorsHeader.ReadLength("x", file, file.Length);
            header = SafetensorsHeader.Parse("x", file.AsSpan(SafetensorsHeader.LengthFieldBytes, length), file.Length);
        }
        catch (SafetensorsException error)
        {
            message = error.Message;
        }
        catch (Exception error)
        {
            Assert.Fail($"{error.GetType().Name}: {error.Message}: {Convert.ToBase64String(file)}");
        }

        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        mostBytes = Math.Max(mostBytes, bytes);
        if (bytes > MostConstantBytes + (MostBytesPerFileByte * file.Length)) Assert.Fail($"{bytes} bytes of memory for a file of {file.Length}: {Convert.ToBase64String(file)}");
        if (message is not null && (message.Length > MostMessageLetters || message.Any(char.IsControl))) Assert.Fail($"the message is not one short line: {message}");
        if (header is not null && !IsSound(header, file.Length)) Assert.Fail($"accepted: {Convert.ToBase64String(file)}");
        return header is not null;
    }

    // Checked by other means than the reader's: every byte of data belongs to exactly one tensor of the right size.
    private static bool IsSound(SafetensorsHeader header, int fileLength)
    {
        var owners = new int[fileLength];
        foreach (SafetensorsEntry entry in header.Entries)
        {
            if (entry.LengthBytes != entry.Shape.Aggregate((decimal)entry.Type.SizeBytes(), (product, extent) => product * extent)) return false;
            for (long i = entry.OffsetBytes; i < entry.OffsetBytes + entry.LengthBytes; i++) owners[i]++;
        }

        int dataStart = Array.FindIndex(owners, owner => owner > 0);
        long bytes = header.Entries.Sum(entry => entry.LengthBytes);
        return owners.All(owner => owner <= 1) && (dataStart < 0 ? bytes == 0 : fileLength - dataStart == bytes)
            && header.Entries.Select(entry => entry.Name).Distinct(StringComparer.Ordinal).Count() == header.Entries.Count;
    }
}
