using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Cim.Vulkan.Data;

/// <summary>Recognises which layout a path holds and opens it.</summary>
public static class DatasetLocator
{
    private const string Expected = "expected class folders with pictures, a flat folder of pictures, CIFAR-10 .bin files or WebDataset .tar shards";

    private static readonly string[] SplitNames = ["train", "training", "val", "validation", "test"];

    /// <summary>
    /// Opens the data set at <paramref name="path"/>: a folder with class folders, a flat folder, CIFAR-10 <c>.bin</c> files or <c>.tar</c>
    /// shards; a folder named as <paramref name="split"/> below it is used where there is one. <c>builtin:shapes</c> are the pictures of
    /// <see cref="ShapesSource"/>. <see cref="ImageSource.Description"/> says what was found.
    /// </summary>
    /// <exception cref="DatasetException">Nothing there, or nothing usable; the message says what was looked for.</exception>
    public static ImageSource Open(string path, string split = "train")
    {
        if (ShapesSource.Names(path)) return ShapesSource.Open(path, split);
        try
        {
            if (File.Exists(path)) return OpenFile(path);
            if (!Directory.Exists(path))
                throw new DatasetException($"no data set at '{path}': neither a file nor a folder is there; check the path given as data.");
            return OpenFolder(path, split);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"cannot read the data set at '{path}': {error.Message}", error);
        }
    }

    private static ImageSource OpenFile(string path)
    {
        var name = Path.GetFileName(path);
        if (HasEnding(name, ".tar")) return new WebDatasetSource([path]);
        if (HasEnding(name, ".bin")) return new CifarBinarySource([path]);
        if (IsPacked(name)) throw Packed(path);
        throw new DatasetException($"'{path}' is a single file that is no data set: give its folder; {Expected}.");
    }

    private static ImageSource OpenFolder(string path, string split)
    {
        var splitFolder = Path.Combine(path, split);
        if (Directory.Exists(splitFolder)) return OpenFolder(splitFolder, split);
        // Falling back to another split would, for one, evaluate on the pictures of the training.
        if (Array.Find(SplitNames, name => Directory.Exists(Path.Combine(path, name))) is { } other)
            throw new DatasetException($"'{path}' has a folder '{other}' but none named '{split}'; add it, or give the folder to use itself.");
        var files = Directory.EnumerateFiles(path).Where(file => !ImageFiles.IsHidden(file)).ToList();
        files.Sort(string.CompareOrdinal);
        var shards = files.Where(file => HasEnding(file, ".tar")).ToList();
        if (shards.Count > 0) return new WebDatasetSource(shards);
        var records = CifarFiles(files, split);
        if (records.Count > 0) return new CifarBinarySource(records);
        if (ImageFiles.AnyDirectly(path)) return new FlatFolderSource(path);
        return OpenFolderOfFolders(path, split, files);
    }

    private static ImageSource OpenFolderOfFolders(string path, string split, List<string> files)
    {
        var folders = ImageFiles.SubFolders(path);
        // An unpacked archive often adds one folder around everything.
        if (folders.Count == 1 && !ImageFiles.AnyDirectly(folders[0])) return OpenFolder(folders[0], split);
        if (folders.Any(folder => ImageFiles.Find(path, folder, recursive: true).Count > 0)) return new ImageFolderSource(path);
        if (files.Find(file => IsPacked(file)) is { } packed) throw Packed(packed);
        throw new DatasetException($"no pictures found in '{path}': {Expected}.");
    }

    /// <summary>CIFAR-10 ships its training and test records in one folder; the split decides which are taken.</summary>
    private static List<string> CifarFiles(List<string> files, string split)
    {
        var records = files.Where(file => HasEnding(file, ".bin")).ToList();
        var training = records.Where(file => !Path.GetFileName(file).StartsWith("test", StringComparison.OrdinalIgnoreCase)).ToList();
        var chosen = split == "train" ? training : records.Except(training).ToList();
        if (chosen.Count == 0 && split != "train" && records.Count > 0)
            throw new DatasetException($"'{Path.GetDirectoryName(records[0])}' has training records but no '{split}' records: expected test_batch.bin.");
        return chosen.Count > 0 ? chosen : records;
    }

    private static bool IsPacked(string name) =>
        HasEnding(name, ".tar.gz") || HasEnding(name, ".tgz") || HasEnding(name, ".zip") || HasEnding(name, ".tar.xz") || HasEnding(name, ".tar.zst");

    private static bool HasEnding(string name, string ending) => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase);

    private static DatasetException Packed(string path) =>
        new($"'{path}' is packed: unpack it first (tar xf, unzip) and give the folder that results.");
}
