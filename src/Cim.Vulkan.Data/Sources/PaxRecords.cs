using System;
using System.Globalization;
using System.Text;

namespace Cim.Vulkan.Data;

/// <summary>What a pax header says about the next entry: only its name and its size matter here.</summary>
internal readonly record struct PaxRecords(string? Path, long? Size)
{
    /// <summary>No honest header is longer; a forged one must not become an allocation.</summary>
    public const int MaximumBytes = 64 << 10;

    /// <summary>Longer than any path that a system can open.</summary>
    private const int MaximumNameLength = 4096;

    /// <summary>Reads records of the form "LENGTH key=value\n".</summary>
    /// <exception cref="TarFormatException">A record is malformed or describes a sparse file.</exception>
    public static PaxRecords Parse(ReadOnlySpan<byte> records)
    {
        var result = default(PaxRecords);
        while (!records.IsEmpty)
        {
            var space = records.IndexOf((byte)' ');
            if (space <= 0 || !int.TryParse(records[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length <= space + 1 || length > records.Length || records[length - 1] != (byte)'\n')
                throw new TarFormatException("a pax record is malformed: the archive is damaged; pack or download it again");
            var record = records[(space + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals > 0) result = result.With(record[..equals], record[(equals + 1)..]);
            records = records[length..];
        }

        return result;
    }

    /// <summary>Checks a header that holds for all entries after it: it may not give them all one name or size.</summary>
    /// <exception cref="TarFormatException">It does, or is malformed.</exception>
    public static void CheckGlobal(ReadOnlySpan<byte> records)
    {
        if (Parse(records) != default) throw new TarFormatException("a global pax header gives all entries one name or size; pack the shard again");
    }

    /// <summary>The name, where it is not absurdly long.</summary>
    /// <exception cref="TarFormatException">It is.</exception>
    public static string CheckedName(string name) => name.Length <= MaximumNameLength
        ? name
        : throw new TarFormatException($"the name '{PrintableText.Of(name, 80)}' has {name.Length} letters, more than the {MaximumNameLength} allowed");

    private PaxRecords With(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.StartsWith("GNU.sparse"u8)) throw new TarFormatException("it holds a sparse file, which is refused; pack the shard from plain files");
        if (key.SequenceEqual("path"u8)) return this with { Path = CheckedName(Encoding.UTF8.GetString(value)) };
        if (!key.SequenceEqual("size"u8)) return this;
        return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? this with { Size = size }
            : throw new TarFormatException("a pax size is no number: the archive is damaged; pack or download it again");
    }
}
