using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Cim.Vulkan.Data;

/// <summary>Recognises which layout a path holds and opens it.</summary>
public static class DatasetLocator
{
    private static readonly string[] SplitNames = ["train", "training", "val", "validation", "test"];

    /// <summary>
    /// Opens the data set at <paramref name="path"/>: a folder with class folders, a flat folder, CIFAR-10 <c>.bin</c> files or <c>.tar</c>
    /// shards; a folder named as <paramref name="split"/> below it is used where there is one. Pictures beside folders of pictures are no
    /// classes: such a tree is taken whole and without labels. <c>builtin:shapes</c> are the pictures of
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
        catch (UnauthorizedAccessException error)
        {
            throw new DatasetException($"cannot read the data set at '{path}': {error.Message.TrimEnd('.')}; give this user read permission (chmod -R u+rX).", error);
        }
        catch (IOException error)
        {
            throw new DatasetException($"cannot read the data set at '{path}': {error.Message.TrimEnd('.')}; is its storage still there?", error);
        }
    }

    private static ImageSource OpenFile(string path)
    {
        if (HasEnding(path, ".tar")) return new WebDatasetSource([path]);
        if (HasEnding(path, ".bin")) return new CifarBinarySource([path]);
        throw DatasetRefusal.OfFile(path);
    }

    private static ImageSource OpenFolder(string path, string split)
    {
        var splitFolder = Path.Combine(path, split);
        if (Directory.Exists(splitFolder) && !IsClassAmongClasses(splitFolder)) return OpenFolder(splitFolder, split);
        // Falling back to another split would, for one, evaluate on the pictures of the training.
        if (Array.Find(SplitNames, name => Directory.Exists(Path.Combine(path, name)) && !IsClassAmongClasses(Path.Combine(path, name))) is { } other)
            throw new DatasetException($"'{path}' has a folder '{other}' but none named '{split}'; add it, or give the folder to use itself.");
        var files = Directory.EnumerateFiles(path).Where(file => !ImageFiles.IsHidden(file)).ToList();
        files.Sort(string.CompareOrdinal);
        var shards = files.Where(file => HasEnding(file, ".tar")).ToList();
        if (shards.Count > 0) return new WebDatasetSource(shards);
        var records = CifarFiles(files, split);
        if (records.Count > 0) return new CifarBinarySource(records);
        return OpenPictures(path, split, files);
    }

    private static ImageSource OpenPictures(string path, string split, List<string> files)
    {
        var folders = ImageFiles.SubFolders(path);
        var hasClasses = folders.Exists(ImageFiles.AnyBelow);
        if (ImageFiles.AnyDirectly(path)) return new FlatFolderSource(path, recursive: hasClasses);
        // An unpacked archive often adds one folder around everything.
        if (folders.Count == 1 && !ImageFiles.AnyDirectly(folders[0])) return OpenFolder(folders[0], split);
        return hasClasses ? new ImageFolderSource(path) : throw DatasetRefusal.OfFolder(path, files, folders);
    }

    /// <summary>A class may be called "train" too: then it holds pictures itself, and so does a folder beside it that is no split.</summary>
    internal static bool IsClassAmongClasses(string folder) =>
        ImageFiles.AnyDirectly(folder)
        && ImageFiles.SubFolders(Path.GetDirectoryName(folder)!).Exists(other => !SplitNames.Contains(Path.GetFileName(other)) && ImageFiles.AnyDirectly(other));

    /// <summary>CIFAR-10 ships its training and test records in one folder; the split decides which are taken.</summary>
    private static List<string> CifarFiles(List<string> files, string split)
    {
        var records = files.Where(file => HasEnding(file, ".bin")).ToList();
        var training = records.Where(file => !Path.GetFileName(file).StartsWith("test", StringComparison.OrdinalIgnoreCase)).ToList();
        var chosen = split == "train" ? training : records.Except(training).ToList();
        if (chosen.Count == 0 && split != "train" && records.Count > 0)
            throw new DatasetException(
                $"'{Path.GetDirectoryName(records[0])}' has training records but no '{split}' records: put CIFAR-10's test_batch.bin beside them.");
        return chosen.Count > 0 ? chosen : records;
    }

    private static bool HasEnding(string name, string ending) => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase);
}
