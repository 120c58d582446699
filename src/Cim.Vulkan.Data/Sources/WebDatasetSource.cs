using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Cim.Vulkan.Data;

/// <summary>
/// WebDataset shards: tar archives in which neighbouring members <c>key.jpg</c> and <c>key.cls</c> form a sample. The headers are scanned
/// once; pictures are then read from their place in the archive, and nothing is ever unpacked.
/// </summary>
public sealed class WebDatasetSource : ImageSource
{
    private const int MaximumNamesBytes = 16 << 20;

    private readonly string[] _shards;
    private readonly ShardSample[] _samples;
    private readonly string[] _classNames;

    /// <summary>Scans the shards in the given order; <c>classes.txt</c> beside the first names the classes where present.</summary>
    /// <exception cref="DatasetException">A shard is broken, holds links or devices, or there is no picture in any.</exception>
    public WebDatasetSource(IReadOnlyList<string> shards)
    {
        _shards = [.. shards];
        var samples = new List<ShardSample>();
        for (var shard = 0; shard < _shards.Length; shard++) new ShardScan(_shards[shard], shard, samples).Run();
        if (samples.Count == 0) throw new DatasetException($"no pictures in {_shards.Length} tar shard(s): pack pictures as members such as 'key.jpg', with the class number in 'key.cls'.");
        _samples = [.. samples];
        _classNames = NameClasses(_shards[0], _samples.Max(sample => sample.Label) + 1);
    }

    /// <inheritdoc/>
    public override int Count => _samples.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames => _classNames;

    /// <inheritdoc/>
    public override string Description =>
        $"WebDataset '{Path.GetDirectoryName(Path.GetFullPath(_shards[0]))}': {Count} pictures in {_shards.Length} shard(s), {_classNames.Length} classes";

    /// <inheritdoc/>
    public override ImageRecord Read(int index)
    {
        var sample = _samples[index];
        var bytes = new byte[sample.LengthBytes];
        FileRange.ReadExactly(_shards[sample.Shard], sample.OffsetBytes, bytes);
        return new ImageRecord($"{Path.GetFileName(_shards[sample.Shard])}:{sample.Key}", sample.Label, bytes);
    }

    /// <summary>Lines "NUMBER name" or plain names; classes without a line are named by their number.</summary>
    private static string[] NameClasses(string firstShard, int count)
    {
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(firstShard))!, "classes.txt");
        if (File.Exists(path) && new FileInfo(path).Length > MaximumNamesBytes)
            throw new DatasetException($"'{path}' has more than {MaximumNamesBytes} bytes: expected one class name a line; mend or remove it.");
        var lines = File.Exists(path) ? File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0).ToArray() : [];
        var numbered = lines.Select((line, i) => line.StartsWith($"{i} ", StringComparison.Ordinal)).All(matches => matches);
        var names = new string[Math.Max(count, count > 0 ? lines.Length : 0)];
        for (var i = 0; i < names.Length; i++)
        {
            if (i >= lines.Length) names[i] = i.ToString(CultureInfo.InvariantCulture);
            else names[i] = numbered ? lines[i][$"{i} ".Length..] : lines[i];
        }

        return names;
    }
}
