using System;
using System.Collections.Generic;

namespace Cim.Vulkan.Data;

/// <summary>A folder of pictures without labels, sorted by ordinal; at any depth when asked.</summary>
public sealed class FlatFolderSource : ImageSource
{
    private readonly string _root, _where;
    private readonly string[] _keys;

    /// <summary>Lists the pictures of the folder <paramref name="root"/>.</summary>
    /// <exception cref="DatasetException">There is no picture.</exception>
    public FlatFolderSource(string root, bool recursive = false)
    {
        _root = root;
        _keys = [.. ImageFiles.Find(root, root, recursive)];
        if (_keys.Length == 0) throw new DatasetException($"no pictures in '{root}': put files such as .jpg, .png or .webp there, or give another folder.");
        _where = recursive ? $"folder '{root}' at any depth" : $"flat folder '{root}'";
    }

    /// <inheritdoc/>
    public override int Count => _keys.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames => Array.Empty<string>();

    /// <inheritdoc/>
    public override string Description => $"{_where}: {Count} pictures without labels";

    /// <inheritdoc/>
    public override ImageRecord Read(int index) => new(_keys[index], -1, PictureFile.Read(_root, _keys[index]));
}
