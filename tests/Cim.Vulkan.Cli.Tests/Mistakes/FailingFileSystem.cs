using System;
using System.IO;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli.Tests;

/// <summary>A disk that refuses to make a file or folder: with an error number of Unix, or for want of rights.</summary>
/// <param name="number">The error's number; 0 for want of rights.</param>
/// <param name="text">What the system says.</param>
/// <param name="file">Only a file of this name is refused; null for every one.</param>
internal sealed class FailingFileSystem(int number = 0, string text = "", string? file = null) : IFileSystem
{
    private readonly PhysicalFileSystem _disk = new();

    public IOutputFile Create(string path) => file is null || Path.GetFileName(path) == file ? throw Failure(path) : _disk.Create(path);

    public IOutputFile Append(string path) => throw Failure(path);

    public void ReplaceFile(string source, string target) => _disk.ReplaceFile(source, target);

    public void MoveFolder(string source, string target) => _disk.MoveFolder(source, target);

    public void CreateFolder(string path)
    {
        if (file is null) throw Failure(path);
        _disk.CreateFolder(path);
    }

    public void DeleteFile(string path) => _disk.DeleteFile(path);

    public void DeleteFolder(string path) => _disk.DeleteFolder(path);

    public void FlushFolder(string path) => _disk.FlushFolder(path);

    public IDisposable? TryLock(string path) => _disk.TryLock(path);

    private Exception Failure(string path) => number == 0 ? new UnauthorizedAccessException($"Access to the path '{path}' is denied.") : new IOException($"{text} : '{path}'", number);
}
