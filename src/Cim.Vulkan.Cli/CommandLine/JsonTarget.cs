using System;
using System.IO;

namespace Cim.Vulkan.Cli;

/// <summary>The file of a <c>--json</c>, found to be writable before the work whose outcome it takes.</summary>
internal sealed class JsonTarget
{
    private JsonTarget(string path) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The target of an option; null where it was not given.</summary>
    /// <exception cref="CimUsageException">The file cannot be written.</exception>
    public static JsonTarget? Of(FileInfo? file)
    {
        if (file is null) return null;
        string path = file.FullName;
        if (Directory.Exists(path)) throw new CimUsageException($"--json {path} is a folder: give a file's name");
        if (file.DirectoryName is not { } folder || !Directory.Exists(folder)) throw new CimUsageException($"--json {path}: there is no folder '{file.DirectoryName}', make it or give another file");
        try
        {
            bool existed = file.Exists;
            using (new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write)) { }
            if (!existed) File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CimUsageException($"--json {path} cannot be written: give a file in a folder of yours ({error.Message})");
        }
        return new JsonTarget(path);
    }

    /// <summary>Writes the file; in place, for it may be a device such as the standard output.</summary>
    public void Write(string json) => File.WriteAllText(Path, json + "\n");
}
