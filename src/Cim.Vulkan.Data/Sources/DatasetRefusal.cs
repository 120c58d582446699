using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Cim.Vulkan.Data;

/// <summary>Says why a path is no data set, as precisely as what lies there allows, and how to mend it.</summary>
internal static class DatasetRefusal
{
    private const string Layouts = "class folders with pictures, a flat folder of pictures, CIFAR-10 .bin files or WebDataset .tar shards";

    private static readonly string[] PackedEndings = [".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst", ".zip", ".7z", ".rar", ".gz"];
    private static readonly string[] ContainerEndings = [".parquet", ".arrow", ".tfrecord", ".tfrecords", ".lmdb", ".h5", ".hdf5", ".npz", ".npy", ".mat", ".pkl", ".idx3-ubyte"];
    private static readonly string[] UnreadPictureEndings = [".cr2", ".cr3", ".nef", ".arw", ".dng", ".raf", ".orf", ".rw2", ".psd", ".svg", ".exr", ".hdr", ".ico", ".jxl", ".tga", ".dcm", ".fits", ".pdf"];
    private static readonly string[] FilmEndings = [".mp4", ".mov", ".avi", ".mkv", ".webm"];

    /// <summary>About a single file.</summary>
    public static DatasetException OfFile(string path)
    {
        if (HasAny(path, PackedEndings)) return Packed(path);
        if (HasAny(path, ContainerEndings)) return Container(path);
        if (ImageFiles.HasImageExtension(path)) return new DatasetException($"'{path}' is a single picture: give the folder that holds the pictures.");
        return new DatasetException($"'{path}' is a single file that is no data set: give a folder; {Layouts}.");
    }

    /// <summary>About a folder without any picture, given the files and folders directly in it.</summary>
    public static DatasetException OfFolder(string path, List<string> files, List<string> folders)
    {
        if (files.Find(file => HasAny(file, PackedEndings)) is { } packed) return Packed(packed);
        if (files.Find(file => HasAny(file, ContainerEndings)) is { } container) return Container(container);
        var start = $"no pictures found in '{path}': ";
        if (files.Count + folders.Count == 0) return new DatasetException($"{start}it is empty; put pictures there or give another folder: {Layouts}.");
        var found = FilesNear(files, folders);
        if (found.Count == 0) return new DatasetException($"{start}its {Count(folders.Count, "folder")} hold no files; put pictures there or give another folder: {Layouts}.");
        var endings = string.Join(", ", found.Select(file => Path.GetExtension(file).ToLowerInvariant()).Where(ending => ending.Length > 1).Distinct().Order().Take(5));
        var have = $"{start}its files end in {PrintableText.Of(endings.Length == 0 ? "nothing" : endings, 60)}; ";
        if (found.Exists(file => HasAny(file, UnreadPictureEndings))) return new DatasetException($"{have}convert such pictures to JPEG or PNG.");
        if (found.Exists(file => HasAny(file, FilmEndings))) return new DatasetException($"{have}extract single pictures from films first, such as with ffmpeg.");
        return new DatasetException($"{have}give a folder with .jpg, .png, .webp, .gif, .tif or .bmp files: {Layouts}.");
    }

    /// <summary>Enough files to say what is there, not a walk over a whole disk.</summary>
    private static List<string> FilesNear(List<string> files, List<string> folders) =>
        [.. files.Concat(folders.Take(16).SelectMany(folder => Directory.EnumerateFiles(folder).Where(file => !ImageFiles.IsHidden(file)).Take(64)))];

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static DatasetException Packed(string path) =>
        new($"'{path}' is packed: unpack it first (tar xf, unzip) and give the folder that results.");

    private static DatasetException Container(string path) =>
        new($"'{path}' holds its pictures in a form that is not read: export them as picture files, or as WebDataset .tar shards.");

    private static bool HasAny(string path, string[] endings) => Array.Exists(endings, ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
