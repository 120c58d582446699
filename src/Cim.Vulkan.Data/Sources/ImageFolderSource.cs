using System.Collections.Generic;
using System.IO;

namespace Cim.Vulkan.Data;

/// <summary>
/// The ImageFolder layout <c>root/CLASS/…/picture</c>: labels are the positions of the class folders sorted by ordinal, pictures are
/// searched in each class folder at any depth and sorted by ordinal.
/// </summary>
public sealed class ImageFolderSource : ImageSource
{
    private readonly string _root;
    private readonly string[] _keys;
    private readonly int[] _labels;
    private readonly string[] _classNames;

    /// <summary>Lists the folder <paramref name="root"/>; class folders without any picture are left out.</summary>
    /// <exception cref="DatasetException">There is no class folder with a picture in it.</exception>
    public ImageFolderSource(string root)
    {
        _root = root;
        var keys = new List<string>();
        var labels = new List<int>();
        var names = new List<string>();
        foreach (var folder in ImageFiles.SubFolders(root))
        {
            var found = ImageFiles.Find(root, folder, recursive: true);
            if (found.Count == 0) continue;
            keys.AddRange(found);
            for (var i = 0; i < found.Count; i++) labels.Add(names.Count);
            names.Add(Path.GetFileName(folder));
        }

        if (names.Count == 0) throw new DatasetException($"no pictures in the folders of '{root}': lay them out as '{root}/CLASS/picture.jpg'.");
        (_keys, _labels, _classNames) = ([.. keys], [.. labels], [.. names]);
    }

    /// <summary>The keys of the pictures by index.</summary>
    public IReadOnlyList<string> Keys => _keys;

    /// <inheritdoc/>
    public override int Count => _keys.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames => _classNames;

    /// <inheritdoc/>
    public override string Description => $"ImageFolder '{_root}': {Count} pictures in {_classNames.Length} {(_classNames.Length == 1 ? "class" : "classes")}";

    /// <inheritdoc/>
    public override ImageRecord Read(int index) =>
        new(_keys[index], _labels[index], PictureFile.Read(_root, _keys[index]));
}
