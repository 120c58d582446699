using System;

namespace Cim.Vulkan.Training;

/// <summary>
/// The one seam through which training changes the disk: every create, flush, rename and delete goes through here, so that a test can
/// make any of them fail. Reading does not.
/// </summary>
/// <remarks>Every operation that cannot be done throws an <see cref="System.IO.IOException"/> or an <see cref="UnauthorizedAccessException"/>.</remarks>
public interface IFileSystem
{
    /// <summary>Creates a file to write, empty even if it exists.</summary>
    IOutputFile Create(string path);

    /// <summary>Opens a file to append to, created if it does not exist.</summary>
    IOutputFile Append(string path);

    /// <summary>Renames a file over another in one step: whoever looks sees the old or the new one, whole.</summary>
    void ReplaceFile(string source, string target);

    /// <summary>Renames a folder to a name that does not exist, in one step.</summary>
    void MoveFolder(string source, string target);

    /// <summary>Creates a folder and its parents where they are missing.</summary>
    void CreateFolder(string path);

    /// <summary>Deletes a file; a missing one is no error.</summary>
    void DeleteFile(string path);

    /// <summary>Deletes a folder with all it holds; a missing one is no error.</summary>
    void DeleteFolder(string path);

    /// <summary>Waits until the names in a folder (creates, renames) are on the disk.</summary>
    void FlushFolder(string path);

    /// <summary>Takes a file as a lock until disposed; null when another holder has it.</summary>
    IDisposable? TryLock(string path);
}
