using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;

namespace Cim.Vulkan.Training;

/// <summary>One file within a ZIP archive.</summary>
/// <param name="Name">Its path in the archive.</param>
/// <param name="Method">0 where it is stored as it is.</param>
/// <param name="IsEncrypted">Whether a password is needed.</param>
/// <param name="PackedBytes">Its length in the archive.</param>
/// <param name="HeaderOffset">Where its own header starts.</param>
internal sealed record ZipEntry(string Name, int Method, bool IsEncrypted, long PackedBytes, long HeaderOffset);

/// <summary>The central directory of a ZIP archive, also of the 64-bit form; every length and offset is checked against the file.</summary>
internal sealed class ZipDirectory
{
    private const int EndBytes = 22, MostCommentBytes = 65535, LocatorBytes = 20, End64Bytes = 56, EntryBytes = 46, LocalBytes = 30, MostNameBytes = 1024;
    private const uint EndMark = 0x06054B50, LocatorMark = 0x07064B50, End64Mark = 0x06064B50, EntryMark = 0x02014B50, LocalMark = 0x04034B50;

    private readonly ByteSource _file;
    private readonly Dictionary<string, ZipEntry> _entries = new(StringComparer.Ordinal);

    private ZipDirectory(ByteSource file) => _file = file;

    public IReadOnlyCollection<ZipEntry> Entries => _entries.Values;

    /// <exception cref="WeightsException">The archive is damaged.</exception>
    public static ZipDirectory Read(ByteSource file, MemoryBudget budget)
    {
        var directory = new ZipDirectory(file);
        (long offset, long length, long count) = directory.FindEnd();
        if (offset < 0 || length < 0 || length > file.Length - offset) throw directory.Fault("its directory lies outside of the file");
        if (count < 0 || count > length / EntryBytes) throw directory.Fault($"its directory is too short for {count} entries");
        Span<byte> header = stackalloc byte[EntryBytes];
        Span<byte> extra = stackalloc byte[MostNameBytes];
        for (long i = 0, end = offset + length; i < count; i++) offset = directory.ReadEntry(offset, end, header, extra, budget);
        return directory;
    }

    public ZipEntry? Find(string name) => _entries.GetValueOrDefault(name);

    /// <summary>Where the bytes of an entry are.</summary>
    /// <exception cref="WeightsException">It is packed, locked, or not where the directory says.</exception>
    public ByteRegion Locate(ZipEntry entry)
    {
        if (entry.IsEncrypted) throw new WeightsException($"'{_file.Name}' is locked with a password: unlock it first");
        if (entry.Method != 0) throw new WeightsException($"'{_file.Name}' has its '{WeightsException.OneLine(entry.Name)}' compressed, which torch.save never does: have it saved again by PyTorch");
        Span<byte> local = stackalloc byte[LocalBytes];
        if (entry.HeaderOffset < 0 || entry.HeaderOffset > _file.Length - LocalBytes) throw Fault($"'{WeightsException.OneLine(entry.Name)}' lies outside of the file");
        _file.Read(entry.HeaderOffset, local, "an entry of the archive");
        if (BinaryPrimitives.ReadUInt32LittleEndian(local) != LocalMark) throw Fault($"'{WeightsException.OneLine(entry.Name)}' is not where its directory says");
        long start = entry.HeaderOffset + LocalBytes + BinaryPrimitives.ReadUInt16LittleEndian(local[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(local[28..]);
        if (start > _file.Length || entry.PackedBytes > _file.Length - start) throw Fault($"'{WeightsException.OneLine(entry.Name)}' of {entry.PackedBytes} bytes does not fit the file of {_file.Length}");
        return new ByteRegion(_file, start, entry.PackedBytes);
    }

    private (long Offset, long Length, long Count) FindEnd()
    {
        int length = (int)Math.Min(_file.Length, EndBytes + MostCommentBytes);
        var tail = new byte[length];
        long start = _file.Length - length;
        _file.Read(start, tail, "the archive's directory");
        for (int i = length - EndBytes; i >= 0; i--)
        {
            ReadOnlySpan<byte> end = tail.AsSpan(i);
            if (BinaryPrimitives.ReadUInt32LittleEndian(end) != EndMark || BinaryPrimitives.ReadUInt16LittleEndian(end[20..]) > end.Length - EndBytes) continue;
            uint count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]), bytes = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]), offset = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
            bool is64 = count == ushort.MaxValue || bytes == uint.MaxValue || offset == uint.MaxValue;
            return is64 ? FindEnd64(start + i - LocatorBytes) : (offset, bytes, count);
        }

        throw Fault("it has no directory, as when a download ended early");
    }

    private (long Offset, long Length, long Count) FindEnd64(long locatorAt)
    {
        Span<byte> bytes = stackalloc byte[End64Bytes];
        if (locatorAt < 0) throw Fault("its 64-bit directory is missing");
        _file.Read(locatorAt, bytes[..LocatorBytes], "the archive's directory");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != LocatorMark) throw Fault("its 64-bit directory is missing");
        long at = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        if (at < 0 || at > _file.Length - End64Bytes) throw Fault("its 64-bit directory lies outside of the file");
        _file.Read(at, bytes, "the archive's directory");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != End64Mark) throw Fault("its 64-bit directory is not where it should be");
        return (BinaryPrimitives.ReadInt64LittleEndian(bytes[48..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]));
    }

    private long ReadEntry(long at, long end, Span<byte> header, Span<byte> text, MemoryBudget budget)
    {
        if (at > end - EntryBytes) throw Fault("its directory ends within an entry");
        _file.Read(at, header, "the archive's directory");
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != EntryMark) throw Fault("its directory has something else than entries");
        int nameBytes = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]), extraBytes = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]), commentBytes = BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
        long next = at + EntryBytes + nameBytes + extraBytes + commentBytes;
        if (next > end || nameBytes > MostNameBytes || extraBytes > MostNameBytes) throw Fault("an entry of its directory is too long");
        _file.Read(at + EntryBytes, text[..nameBytes], "the archive's directory");
        // An entry, its text, and its share of the dictionary.
        budget.Charge(MemoryBudget.ObjectBytes + MemoryBudget.EntryBytes + MemoryBudget.TextBytes + (2L * nameBytes));
        string name = Encoding.UTF8.GetString(text[..nameBytes]);
        _file.Read(at + EntryBytes + nameBytes, text[..extraBytes], "the archive's directory");
        (long packed, long offset) = Sizes(header, text[..extraBytes]);
        bool isEncrypted = (header[8] & 1) != 0;
        if (!_entries.TryAdd(name, new ZipEntry(name, BinaryPrimitives.ReadUInt16LittleEndian(header[10..]), isEncrypted, packed, offset))) throw Fault($"it has '{WeightsException.OneLine(name)}' twice");
        return next;
    }

    // Sizes of 32 bits that are all ones stand in the extra field 1, in this order, each only where it is needed.
    private (long Packed, long Offset) Sizes(ReadOnlySpan<byte> header, ReadOnlySpan<byte> extra)
    {
        long packed = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]), plain = BinaryPrimitives.ReadUInt32LittleEndian(header[24..]), offset = BinaryPrimitives.ReadUInt32LittleEndian(header[42..]);
        while (extra.Length >= 4)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (length > extra.Length - 4) break;
            ReadOnlySpan<byte> field = extra.Slice(4, length);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1)
            {
                plain = Take(ref field, plain);
                packed = Take(ref field, packed);
                offset = Take(ref field, offset);
            }

            extra = extra[(4 + length)..];
        }

        bool isStored = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]) == 0;
        if (packed < 0 || offset < 0 || (isStored && packed != plain)) throw Fault("an entry's sizes contradict each other");
        return (packed, offset);
    }

    private static long Take(ref ReadOnlySpan<byte> field, long size)
    {
        if (size != uint.MaxValue || field.Length < sizeof(long)) return size;
        long value = BinaryPrimitives.ReadInt64LittleEndian(field);
        field = field[sizeof(long)..];
        return value;
    }

    private WeightsException Fault(string what) => new($"'{_file.Name}' is not a valid ZIP archive: {what}; fetch or copy it again");
}
