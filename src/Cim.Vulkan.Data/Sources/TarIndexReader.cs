using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace Cim.Vulkan.Data;

/// <summary>A regular file inside a tar archive: its name (a key, never a path), where its bytes start and how many there are.</summary>
internal readonly record struct TarMember(string Name, long OffsetBytes, int LengthBytes);

/// <summary>
/// Walks the headers of a tar archive (ustar, GNU long names, pax) without reading contents. Everything that a picture shard has no
/// use for is refused: links, devices, sparse files, sizes that do not fit the file.
/// </summary>
internal sealed class TarIndexReader
{
    public const int BlockBytes = 512;

    /// <summary>No training picture is larger; a forged size must not become an allocation.</summary>
    public const int MaximumMemberBytes = 256 << 20;

    private const int MaximumNameBytes = 64 << 10;

    private readonly string _path;
    private readonly FileStream _file;
    private readonly byte[] _header = new byte[BlockBytes];

    private TarIndexReader(string path, FileStream file) => (_path, _file) = (path, file);

    /// <summary>Lists the regular files of the archive in order.</summary>
    /// <exception cref="DatasetException">The archive is broken or holds something that is refused.</exception>
    public static List<TarMember> ReadIndex(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BlockBytes);
            return new TarIndexReader(path, file).ReadMembers();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"cannot read the shard '{path}': {error.Message}", error);
        }
    }

    private List<TarMember> ReadMembers()
    {
        var members = new List<TarMember>();
        string? longName = null;
        long? paxSize = null;
        while (ReadHeader())
        {
            var type = (char)_header[156];
            var name = longName ?? HeaderName();
            var size = paxSize ?? ParseNumber(_header.AsSpan(124, 12), "size");
            var start = _file.Position;
            if (size < 0 || size > _file.Length - start)
                throw Broken($"entry '{Shown(name)}' says {size} bytes but the file ends before; is the download complete?");
            switch (type)
            {
                case 'L':
                    longName = ReadText(size, name).TrimEnd('\0');
                    break;
                case 'x':
                    ParsePax(ReadBytes(size, name), ref longName, ref paxSize);
                    break;
                case 'g':
                    break;
                case '\0' or '0' or '7':
                    if (!name.EndsWith('/')) members.Add(Member(name, start, size));
                    break;
                case '5':
                    break;
                default:
                    throw Broken($"entry '{Shown(name)}' is {KindOf(type)}, which is refused; pack the shard from plain files");
            }

            if (type is not ('L' or 'x' or 'g')) (longName, paxSize) = (null, null);
            _file.Position = start + (size + BlockBytes - 1) / BlockBytes * BlockBytes;
        }

        return members;
    }

    private TarMember Member(string name, long start, long size) =>
        size <= MaximumMemberBytes
            ? new TarMember(name, start, (int)size)
            : throw Broken($"entry '{Shown(name)}' has {size} bytes, more than the {MaximumMemberBytes} allowed for one picture");

    /// <summary>Reads the next header; false at the end mark (a block of zeros) or at the end of the file.</summary>
    private bool ReadHeader()
    {
        var read = _file.ReadAtLeast(_header, BlockBytes, throwOnEndOfStream: false);
        if (read == 0 || read == BlockBytes && _header.AsSpan().IndexOfAnyExcept((byte)0) < 0) return false;
        if (read < BlockBytes) throw Broken("it ends in the middle of a header; is the download complete?");
        var stored = ParseNumber(_header.AsSpan(148, 8), "checksum");
        long sum = 8 * ' ';
        for (var i = 0; i < BlockBytes; i++)
        {
            if (i is < 148 or >= 156) sum += _header[i];
        }

        if (sum != stored) throw Broken($"wrong header checksum at byte {_file.Position - BlockBytes}: not a tar archive, or damaged");
        return true;
    }

    private string HeaderName()
    {
        var name = Text(_header.AsSpan(0, 100));
        var isPosix = _header.AsSpan(257, 6).SequenceEqual("ustar\0"u8);
        var prefix = isPosix ? Text(_header.AsSpan(345, 155)) : "";
        return prefix.Length > 0 ? prefix + "/" + name : name;
    }

    private byte[] ReadBytes(long size, string name)
    {
        if (size > MaximumNameBytes) throw Broken($"the name record of '{Shown(name)}' has {size} bytes, more than the {MaximumNameBytes} allowed");
        var bytes = new byte[size];
        _file.ReadExactly(bytes);
        return bytes;
    }

    private string ReadText(long size, string name) => Encoding.UTF8.GetString(ReadBytes(size, name));

    /// <summary>Pax records are "LENGTH key=value\n"; only the name and the size of the next entry matter here.</summary>
    private void ParsePax(ReadOnlySpan<byte> records, ref string? longName, ref long? size)
    {
        while (!records.IsEmpty)
        {
            var space = records.IndexOf((byte)' ');
            if (space <= 0 || !int.TryParse(records[..space], out var length) || length <= space + 1 || length > records.Length)
                throw Broken("a pax record is malformed");
            var record = Encoding.UTF8.GetString(records[(space + 1)..(length - 1)]);
            var equals = record.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                var (key, value) = (record[..equals], record[(equals + 1)..]);
                if (key == "path") longName = value;
                if (key == "size") size = long.TryParse(value, out var parsed) ? parsed : throw Broken("a pax size is no number");
                if (key.StartsWith("GNU.sparse", StringComparison.Ordinal)) throw Broken("it holds a sparse file, which is refused");
            }

            records = records[length..];
        }
    }

    /// <summary>Octal text, or the base-256 form that GNU tar uses for large values.</summary>
    private long ParseNumber(ReadOnlySpan<byte> field, string what)
    {
        if ((field[0] & 0x80) != 0)
        {
            long value = field[0] & 0x7F;
            foreach (var digit in field[1..])
            {
                if (value > long.MaxValue >> 8) throw Broken($"a header's {what} is absurd");
                value = value << 8 | digit;
            }

            return value;
        }

        long octal = 0;
        foreach (var digit in Text(field).Trim())
        {
            if (digit is < '0' or > '7') throw Broken($"a header's {what} is no number: not a tar archive, or damaged");
            octal = octal * 8 + (digit - '0');
        }

        return octal;
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    /// <summary>Names come from outside: what is printed is short and has no control characters.</summary>
    private static string Shown(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name.Length > 80 ? name[..80] : name) text.Append(char.IsControl(letter) ? '?' : letter);
        return text.ToString();
    }

    private static string KindOf(char type) => type switch
    {
        '1' => "a hard link",
        '2' => "a symbolic link",
        '3' => "a character device",
        '4' => "a block device",
        '6' => "a pipe",
        'S' => "a sparse file",
        _ => $"of the unknown kind {(int)type}",
    };

    private DatasetException Broken(string reason) => new($"cannot use the shard '{_path}': {reason}.");
}
