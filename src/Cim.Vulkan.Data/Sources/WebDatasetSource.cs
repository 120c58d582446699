using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

namespace Cim.Vulkan.Data;

/// <summary>
/// WebDataset shards: tar archives in which neighbouring members <c>key.jpg</c> and <c>key.cls</c> form a sample. The headers are scanned
/// once; pictures are then read from their place in the archive, and nothing is ever unpacked.
/// </summary>
public sealed class WebDatasetSource : ImageSource
{
    private const int MaximumLabelBytes = 32;

    private readonly string[] _shards;
    private readonly Sample[] _samples;
    private readonly string[] _classNames;

    /// <summary>Scans the shards in the given order; <c>classes.txt</c> beside the first names the classes where present.</summary>
    /// <exception cref="DatasetException">A shard is broken, holds links or devices, or there is no picture in any.</exception>
    public WebDatasetSource(IReadOnlyList<string> shards)
    {
        _shards = [.. shards];
        var samples = new List<Sample>();
        for (var shard = 0; shard < _shards.Length; shard++) ScanShard(shard, samples);
        if (samples.Count == 0) throw new DatasetException($"no pictures in {_shards.Length} tar shard(s): expected members such as 'key.jpg' with 'key.cls'.");
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

    private void ScanShard(int shard, List<Sample> samples)
    {
        Sample? current = null;
        string? currentStem = null;
        foreach (var member in TarIndexReader.ReadIndex(_shards[shard]))
        {
            var (stem, extension) = SplitKey(member.Name);
            if (stem != currentStem)
            {
                Add(current, samples);
                (currentStem, current) = (stem, new Sample(member.Name, shard, 0, 0, -1));
            }

            if (extension == "cls") current = current!.Value with { Label = ReadLabel(shard, member) };
            else if (current!.Value.LengthBytes == 0 && ImageFiles.HasImageExtension("." + extension))
                current = current.Value with { Key = member.Name, OffsetBytes = member.OffsetBytes, LengthBytes = member.LengthBytes };
        }

        Add(current, samples);
    }

    private static void Add(Sample? sample, List<Sample> samples)
    {
        if (sample is { LengthBytes: > 0 } complete) samples.Add(complete);
    }

    /// <summary>The key ends at the first dot of the last name part, as WebDataset has it: "a.b/c.seg.png" is ("a.b/c", "seg.png").</summary>
    private static (string Stem, string Extension) SplitKey(string name)
    {
        var nameStart = name.LastIndexOf('/') + 1;
        var dot = name.IndexOf('.', nameStart);
        return dot < 0 ? (name, "") : (name[..dot], name[(dot + 1)..].ToLowerInvariant());
    }

    private int ReadLabel(int shard, TarMember member)
    {
        if (member.LengthBytes <= MaximumLabelBytes)
        {
            Span<byte> bytes = stackalloc byte[member.LengthBytes];
            FileRange.ReadExactly(_shards[shard], member.OffsetBytes, bytes);
            var text = Encoding.ASCII.GetString(bytes).Trim();
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var label) && label < 1 << 24) return label;
        }

        throw new DatasetException($"'{_shards[shard]}' holds a .cls member that is no class number in decimal text; write the label as '7'.");
    }

    /// <summary>Lines "NUMBER name" or plain names; classes without a line are named by their number.</summary>
    private static string[] NameClasses(string firstShard, int count)
    {
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(firstShard))!, "classes.txt");
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

    private readonly record struct Sample(string Key, int Shard, long OffsetBytes, int LengthBytes, int Label);
}
