using System;
using System.Text;

namespace Cim.Vulkan.Data;

/// <summary>What is wrong with a tar archive; the reader adds which.</summary>
internal sealed class TarFormatException(string message) : Exception(message);

/// <summary>The fields of one header block of a tar archive.</summary>
internal readonly ref struct TarHeader(ReadOnlySpan<byte> block)
{
    /// <summary>Headers are blocks of this length, and contents are padded to it.</summary>
    public const int Bytes = 512;

    private readonly ReadOnlySpan<byte> _block = block;

    /// <summary>The type flag.</summary>
    public char Kind => (char)_block[156];

    /// <summary>The size field in bytes, never negative.</summary>
    public long Size => ParseNumber(_block.Slice(124, 12), "size");

    /// <summary>The name, with the prefix that POSIX archives keep apart.</summary>
    public string Name
    {
        get
        {
            var isPosix = _block.Slice(257, 6).SequenceEqual("ustar\0"u8);
            var (name, prefix) = (Text(_block[..100]), isPosix ? Text(_block.Slice(345, 155)) : "");
            return prefix.Length > 0 ? prefix + "/" + name : name;
        }
    }

    /// <exception cref="TarFormatException">The block at byte <paramref name="offset"/> of the archive is no header.</exception>
    public void CheckSum(long offset)
    {
        var stored = ParseNumber(_block.Slice(148, 8), "checksum");
        // Some old archivers added the bytes as signed numbers.
        long unsigned = 8 * ' ', signed = 8 * ' ';
        for (var i = 0; i < Bytes; i++)
        {
            if (i is >= 148 and < 156) continue;
            unsigned += _block[i];
            signed += (sbyte)_block[i];
        }

        if (stored != unsigned && stored != signed)
            throw new TarFormatException($"wrong header checksum at byte {offset}: not a tar archive, or damaged; pack or download it again");
    }

    /// <summary>The text of a field up to its first zero.</summary>
    public static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    /// <summary>A type flag in words.</summary>
    public static string Describe(char kind) => kind switch
    {
        '1' => "a hard link",
        '2' => "a symbolic link",
        'K' => "a link with a long name",
        '3' => "a character device",
        '4' => "a block device",
        '6' => "a pipe",
        'S' => "a sparse file",
        'M' => "the rest of a file from another volume",
        _ => $"of the unknown kind {(int)kind}",
    };

    /// <summary>Octal text, or the base-256 form that GNU tar uses for large values; its negative numbers are refused with the absurd ones.</summary>
    private static long ParseNumber(ReadOnlySpan<byte> field, string what)
    {
        if ((field[0] & 0x80) != 0)
        {
            long value = field[0] & 0x7F;
            foreach (var digit in field[1..])
            {
                if (value > long.MaxValue >> 8) throw new TarFormatException($"a header's {what} is absurd: the archive is damaged; pack or download it again");
                value = value << 8 | digit;
            }

            return value;
        }

        var end = field.IndexOf((byte)0);
        long octal = 0;
        foreach (var digit in (end < 0 ? field : field[..end]).Trim((byte)' '))
        {
            if (digit is < (byte)'0' or > (byte)'7')
                throw new TarFormatException($"a header's {what} is no number: not a tar archive, or damaged; pack or download it again");
            octal = octal * 8 + (digit - '0');
        }

        return octal;
    }
}
