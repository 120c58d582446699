using System;
using System.IO;

namespace Cim.Vulkan.Data;

/// <summary>A regular file inside a tar archive: its name (a key, never a path), where its bytes start and how many there are.</summary>
internal readonly record struct TarMember(string Name, long OffsetBytes, int LengthBytes);

/// <summary>
/// Walks the headers of a tar archive (v7, ustar, GNU long names, pax) without reading contents and without keeping anything but the entry
/// at hand. Everything that a picture shard has no use for is refused: links, devices, sparse files, sizes that do not fit the file.
/// </summary>
internal sealed class TarReader : IDisposable
{
    private readonly string _path;
    private readonly Stream _file;
    private readonly long _lengthBytes;
    private readonly byte[] _block = new byte[TarHeader.Bytes];
    private long _next;
    private string? _longName;
    private PaxRecords _pax;

    /// <summary>Reads an archive that is open already and belongs to the reader from now on.</summary>
    /// <param name="path">What to call it in messages.</param>
    /// <param name="file">The archive; must be seekable.</param>
    public TarReader(string path, Stream file) => (_path, _file, _lengthBytes) = (path, file, file.Length);

    /// <exception cref="DatasetException">The file cannot be read, or is empty.</exception>
    public static TarReader Open(string path)
    {
        try
        {
            // Pipes and devices have no length; opening one could wait forever.
            var file = new FileInfo(path);
            var length = (file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file).Length;
            if (length == 0) throw new DatasetException($"cannot use the shard '{path}': it is empty; download it again or remove it.");
            return new TarReader(path, new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, TarHeader.Bytes));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, error);
        }
    }

    /// <summary>Steps to the next regular file; false at the end of the archive.</summary>
    /// <exception cref="DatasetException">The archive is broken or holds something that is refused.</exception>
    public bool Read(out TarMember member)
    {
        try
        {
            return ReadMember(out member);
        }
        catch (TarFormatException error)
        {
            throw new DatasetException($"cannot use the shard '{_path}': {error.Message}.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(_path, error);
        }
    }

    /// <summary>Closes the archive.</summary>
    public void Dispose() => _file.Dispose();

    private static DatasetException Unreadable(string path, Exception error) =>
        new($"cannot read the shard '{path}': {error.Message.TrimEnd('.')}; mend its permissions or its storage, or take it out of the folder.", error);

    private bool ReadMember(out TarMember member)
    {
        member = default;
        while (ReadBlock())
        {
            var header = new TarHeader(_block);
            header.CheckSum(_next);
            var kind = header.Kind;
            var name = _pax.Path ?? _longName ?? header.Name;
            var start = _next + TarHeader.Bytes;
            var size = SizeOf(header, kind, name, start);
            _next = start + (size + TarHeader.Bytes - 1) / TarHeader.Bytes * TarHeader.Bytes;
            switch (kind)
            {
                case 'L':
                    _longName = PaxRecords.CheckedName(TarHeader.Text(ReadRecords(start, size)));
                    break;
                case 'x':
                    _pax = PaxRecords.Parse(ReadRecords(start, size));
                    break;
                case 'g':
                    PaxRecords.CheckGlobal(ReadRecords(start, size));
                    break;
                default:
                    (_longName, _pax) = (null, default);
                    if (kind == '5' || name.EndsWith('/')) break;
                    member = MemberOf(kind, name, start, size);
                    return true;
            }
        }

        return false;
    }

    private long SizeOf(in TarHeader header, char kind, string name, long start)
    {
        // What some archivers write as the size of a folder is room to reserve; no data follows.
        if (kind == '5') return 0;
        var describesNext = kind is 'L' or 'x' or 'g';
        var size = describesNext ? header.Size : _pax.Size ?? header.Size;
        if (size < 0 || size > _lengthBytes - start)
            throw new TarFormatException($"entry '{PrintableText.Of(name)}' says {size} bytes but the file ends before; is its download complete?");
        if (describesNext && size > PaxRecords.MaximumBytes)
            throw new TarFormatException($"the records of entry '{PrintableText.Of(name)}' have {size} bytes, more than the {PaxRecords.MaximumBytes} allowed");
        return size;
    }

    private static TarMember MemberOf(char kind, string name, long start, long size)
    {
        if (kind is not ('\0' or '0' or '7'))
            throw new TarFormatException($"entry '{PrintableText.Of(name)}' is {TarHeader.Describe(kind)}, which is refused; pack the shard from plain files");
        if (size > ImageDecoder.MaximumFileBytes)
            throw new TarFormatException($"entry '{PrintableText.Of(name)}' has {size} bytes, more than the {ImageDecoder.MaximumFileBytes} allowed for one picture");
        return new TarMember(name, start, (int)size);
    }

    /// <summary>Reads the block at the place of the next header; false at the end mark (a block of zeros) or at the end of the file.</summary>
    private bool ReadBlock()
    {
        // The last entry's padding may be missing together with the end mark.
        if (_next >= _lengthBytes) return false;
        _file.Position = _next;
        var read = _file.ReadAtLeast(_block, TarHeader.Bytes, throwOnEndOfStream: false);
        if (read == TarHeader.Bytes) return _block.AsSpan().IndexOfAnyExcept((byte)0) >= 0;
        throw new TarFormatException("it ends in the middle of a header; is its download complete?");
    }

    private byte[] ReadRecords(long start, long size)
    {
        var bytes = new byte[size];
        _file.Position = start;
        _file.ReadExactly(bytes);
        return bytes;
    }
}
