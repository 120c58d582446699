using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Cim.Vulkan.Data;

/// <summary>
/// CIFAR-10's binary version: records of 3073 bytes, one label byte and then 32x32 red, green and blue planes, in one or several files.
/// </summary>
public sealed class CifarBinarySource : ImageSource
{
    /// <summary>The length of one record in bytes.</summary>
    public const int RecordBytes = 1 + 3 * PlanePixels;

    private const int Side = 32;
    private const int PlanePixels = Side * Side;

    private static readonly string[] DefaultClassNames =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    private readonly string[] _files;
    private readonly int[] _firstRecords;
    private readonly string[] _classNames;

    /// <summary>Opens the files in the given order; <c>batches.meta.txt</c> beside the first names the classes where present.</summary>
    /// <exception cref="DatasetException">A file is empty or its length is no multiple of 3073.</exception>
    public CifarBinarySource(IReadOnlyList<string> files)
    {
        if (files.Count == 0) throw new DatasetException("no CIFAR-10 binary files given.");
        _files = [.. files];
        _firstRecords = new int[_files.Length];
        for (var i = 0; i < _files.Length; i++)
        {
            var length = new FileInfo(_files[i]).Length;
            if (length == 0 || length % RecordBytes != 0 || Count + length / RecordBytes > int.MaxValue)
                throw new DatasetException(
                    $"'{_files[i]}' has {length} bytes, which is no multiple of {RecordBytes}: not a CIFAR-10 binary file, or a broken download: fetch it again.");
            _firstRecords[i] = Count;
            Count += (int)(length / RecordBytes);
        }

        _classNames = ReadClassNames(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(_files[0]))!, "batches.meta.txt"));
    }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames => _classNames;

    /// <inheritdoc/>
    public override string Description => $"CIFAR-10 binary: {Count} pictures in {_files.Length} file(s) at '{Path.GetDirectoryName(_files[0])}'";

    /// <inheritdoc/>
    public override ImageRecord Read(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var file = Array.BinarySearch(_firstRecords, index);
        if (file < 0) file = ~file - 1;
        Span<byte> record = stackalloc byte[RecordBytes];
        var row = index - _firstRecords[file];
        FileRange.ReadExactly(_files[file], (long)row * RecordBytes, record);
        var key = $"{Path.GetFileName(_files[file])}#{row}";
        if (record[0] >= _classNames.Length)
            throw new DatasetException($"'{key}' has label {record[0]} but there are {_classNames.Length} classes: not a CIFAR-10 binary file.");
        return new ImageRecord(key, record[0], Interleave(record[1..]), Side, Side);
    }

    private static byte[] Interleave(ReadOnlySpan<byte> planes)
    {
        var pixels = new byte[3 * PlanePixels];
        for (var i = 0; i < PlanePixels; i++)
        {
            pixels[3 * i] = planes[i];
            pixels[3 * i + 1] = planes[PlanePixels + i];
            pixels[3 * i + 2] = planes[2 * PlanePixels + i];
        }

        return pixels;
    }

    private static string[] ReadClassNames(string path)
    {
        if (!File.Exists(path)) return DefaultClassNames;
        var names = File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0).ToArray();
        return names.Length == 0 ? DefaultClassNames : names;
    }
}
