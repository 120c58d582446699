using System;
using System.IO;

namespace Cim.Vulkan.Training;

/// <summary>The disk.</summary>
public sealed class PhysicalFileSystem : IFileSystem
{
    /// <inheritdoc/>
    public IOutputFile Create(string path) => new PhysicalOutputFile(path, FileMode.Create);

    /// <inheritdoc/>
    public IOutputFile Append(string path) => new PhysicalOutputFile(path, FileMode.OpenOrCreate);

    /// <inheritdoc/>
    public void ReplaceFile(string source, string target) => File.Move(source, target, overwrite: true);

    /// <inheritdoc/>
    public void MoveFolder(string source, string target) => Directory.Move(source, target);

    /// <inheritdoc/>
    public void CreateFolder(string path) => Directory.CreateDirectory(path);

    /// <inheritdoc/>
    public void DeleteFile(string path) => File.Delete(path);

    /// <inheritdoc/>
    public void DeleteFolder(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
    }

    /// <inheritdoc/>
    public void FlushFolder(string path) => DiskFlush.Folder(path);

    /// <inheritdoc/>
    public IDisposable? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (IsHeldByAnother(error))
        {
            return null;
        }
    }

    private static bool IsHeldByAnother(IOException error)
    {
        // Windows: a sharing violation. Elsewhere .NET takes an advisory lock and reports EWOULDBLOCK (11 on Linux, 35 on macOS) in HResult.
        const int SharingViolation = unchecked((int)0x80070020);
        return OperatingSystem.IsWindows() ? error.HResult == SharingViolation : error.HResult is 11 or 35 or SharingViolation;
    }

    private sealed class PhysicalOutputFile : IOutputFile
    {
        private readonly FileStream _stream;

        public PhysicalOutputFile(string path, FileMode mode)
        {
            _stream = new FileStream(path, mode, FileAccess.Write, FileShare.Read, bufferSize: 0);
            _stream.Seek(0, SeekOrigin.End);
        }

        public long Length => _stream.Length;

        public void Write(ReadOnlySpan<byte> bytes) => _stream.Write(bytes);

        public void Truncate(long lengthBytes)
        {
            _stream.SetLength(lengthBytes);
            _stream.Seek(0, SeekOrigin.End);
        }

        public void FlushToDisk() => DiskFlush.File(_stream);

        public void Dispose() => _stream.Dispose();
    }
}
