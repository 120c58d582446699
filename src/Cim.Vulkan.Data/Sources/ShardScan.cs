using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Cim.Vulkan.Data;

/// <summary>A picture of a shard with its label, -1 for none.</summary>
internal readonly record struct ShardSample(string Key, int Shard, long OffsetBytes, int LengthBytes, int Label);

/// <summary>Joins the neighbouring members of one key into samples, as WebDataset has it.</summary>
internal sealed class ShardScan(string path, int shard, List<ShardSample> samples)
{
    /// <summary>More than any data set has; a forged label must not become a list of so many names.</summary>
    private const int MaximumClasses = 1 << 20;

    private const int MaximumLabelBytes = 32;

    private readonly HashSet<string> _extensions = [];
    private string? _stem;
    private TarMember? _picture;
    private bool _isPlain;
    private int _label = -1;

    /// <summary>Adds the samples of the archive at the path.</summary>
    /// <exception cref="DatasetException">It is broken, or two members claim the same place.</exception>
    public void Run()
    {
        using var reader = TarReader.Open(path);
        while (reader.Read(out var member)) Add(member);
        Finish();
    }

    private void Add(TarMember member)
    {
        var (stem, extension) = SplitKey(member.Name);
        if (stem != _stem)
        {
            Finish();
            (_stem, _picture, _isPlain, _label) = (stem, null, false, -1);
            _extensions.Clear();
        }

        if (!_extensions.Add(extension))
            throw new DatasetException($"cannot use the shard '{path}': entry '{PrintableText.Of(member.Name)}' is there twice; pack it anew with one of each name.");
        if (extension == "cls") _label = ReadLabel(member);
        else if (ImageFiles.HasImageExtension("." + extension) && member.LengthBytes > 0) Choose(member, isPlain: !extension.Contains('.', StringComparison.Ordinal));
    }

    /// <summary>"key.jpg" is the picture beside "key.seg.png"; of two plain ones the first; of two others it would be a guess.</summary>
    private void Choose(TarMember member, bool isPlain)
    {
        if (_picture is { } other && !isPlain && !_isPlain)
            throw new DatasetException(
                $"cannot use the shard '{path}': '{PrintableText.Of(other.Name)}' and '{PrintableText.Of(member.Name)}' share one key, which ends at the first dot;"
                + " rename the files before packing them so that only the ending follows a dot.");
        if (_picture is not null && (_isPlain || !isPlain)) return;
        (_picture, _isPlain) = (member, isPlain);
    }

    private void Finish()
    {
        if (_picture is { } picture) samples.Add(new ShardSample(picture.Name, shard, picture.OffsetBytes, picture.LengthBytes, _label));
    }

    /// <summary>The key ends at the first dot of the last name part, as WebDataset has it: "a.b/c.seg.png" is ("a.b/c", "seg.png").</summary>
    private static (string Stem, string Extension) SplitKey(string name)
    {
        var nameStart = name.LastIndexOf('/') + 1;
        var dot = name.IndexOf('.', nameStart);
        return dot < 0 ? (name, "") : (name[..dot], name[(dot + 1)..].ToLowerInvariant());
    }

    private int ReadLabel(TarMember member)
    {
        if (member.LengthBytes <= MaximumLabelBytes)
        {
            Span<byte> bytes = stackalloc byte[member.LengthBytes];
            FileRange.ReadExactly(path, member.OffsetBytes, bytes);
            var text = Encoding.ASCII.GetString(bytes).Trim();
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var label) && label < MaximumClasses) return label;
        }

        throw new DatasetException(
            $"cannot use the shard '{path}': '{PrintableText.Of(member.Name)}' is no class number from 0 to {MaximumClasses - 1} in decimal text; write the label as '7'.");
    }
}
