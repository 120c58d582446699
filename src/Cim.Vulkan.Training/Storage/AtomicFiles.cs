using System;
using System.IO;
using System.Text;

namespace Cim.Vulkan.Training;

/// <summary>
/// Writes whole files so that a reader, a crash or a full disk finds the old content or the new one and nothing between: temporary file
/// beside the target, flush, rename, flush of the folder.
/// </summary>
public static class AtomicFiles
{
    /// <summary>Ends the name of what is not finished; whatever bears it may be deleted.</summary>
    public const string UnfinishedSuffix = ".tmp";

    /// <summary>Writes a file through <paramref name="write"/>; on any failure the file that was there stays and the temporary one goes.</summary>
    /// <exception cref="IOException">The file could not be written, flushed or renamed.</exception>
    public static void Write(IFileSystem fileSystem, string path, Action<IOutputFile> write)
    {
        ArgumentNullException.ThrowIfNull(fileSystem);
        ArgumentNullException.ThrowIfNull(write);
        path = Path.GetFullPath(path);
        string unfinished = path + UnfinishedSuffix;
        try
        {
            WriteFlushed(fileSystem, unfinished, write);
            fileSystem.ReplaceFile(unfinished, path);
        }
        catch
        {
            Abandon(() => fileSystem.DeleteFile(unfinished));
            throw;
        }

        fileSystem.FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Writes a text file as UTF-8 in the same way.</summary>
    /// <exception cref="IOException">The file could not be written, flushed or renamed.</exception>
    public static void WriteText(IFileSystem fileSystem, string path, string text) => WriteBytes(fileSystem, path, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a file's whole content in the same way.</summary>
    /// <exception cref="IOException">The file could not be written, flushed or renamed.</exception>
    public static void WriteBytes(IFileSystem fileSystem, string path, byte[] content) => Write(fileSystem, path, file => file.Write(content));

    /// <summary>Writes and flushes a file in place, for a folder that is not visible yet.</summary>
    internal static void WriteFlushed(IFileSystem fileSystem, string path, Action<IOutputFile> write)
    {
        using IOutputFile file = fileSystem.Create(path);
        write(file);
        file.FlushToDisk();
    }

    /// <summary>Cleans up after a failure without hiding it: the first failure is what the user must see.</summary>
    internal static void Abandon(Action cleanUp)
    {
        try
        {
            cleanUp();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Left behind under a name that the next write overwrites.
        }
    }
}
