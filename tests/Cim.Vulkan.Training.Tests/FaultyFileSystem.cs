using System;
using System.IO;

namespace Cim.Vulkan.Training.Tests;

/// <summary>The disk with a fault at one operation: writes of the faulty one are torn, half of the bytes arrive.</summary>
internal sealed class FaultyFileSystem(int failAt, bool dieAfter) : IFileSystem
{
    private readonly PhysicalFileSystem _disk = new();

    /// <summary>Operations tried so far.</summary>
    public int Operations { get; private set; }

    public bool Failed => Operations >= failAt;

    public IOutputFile Create(string path)
    {
        Pass($"create {path}");
        return new FaultyFile(this, _disk.Create(path));
    }

    public IOutputFile Append(string path)
    {
        Pass($"append {path}");
        return new FaultyFile(this, _disk.Append(path));
    }

    public void ReplaceFile(string source, string target) => Do($"replace {target}", () => _disk.ReplaceFile(source, target));

    public void MoveFolder(string source, string target) => Do($"move {target}", () => _disk.MoveFolder(source, target));

    public void CreateFolder(string path) => Do($"create folder {path}", () => _disk.CreateFolder(path));

    public void DeleteFile(string path) => Do($"delete {path}", () => _disk.DeleteFile(path));

    public void DeleteFolder(string path) => Do($"delete folder {path}", () => _disk.DeleteFolder(path));

    public void FlushFolder(string path) => Do($"flush folder {path}", () => _disk.FlushFolder(path));

    public IDisposable? TryLock(string path) => _disk.TryLock(path);

    private void Do(string what, Action action)
    {
        Pass(what);
        action();
    }

    private void Pass(string what)
    {
        if (FailsNow()) throw new IOException($"injected: {what}");
    }

    private bool FailsNow()
    {
        Operations++;
        return Operations == failAt || (dieAfter && Operations > failAt);
    }

    private sealed class FaultyFile(FaultyFileSystem owner, IOutputFile inner) : IOutputFile
    {
        public long Length => inner.Length;

        public void Write(ReadOnlySpan<byte> bytes)
        {
            bool fails = owner.FailsNow();
            inner.Write(fails ? bytes[..(bytes.Length / 2)] : bytes);
            if (fails) throw new IOException("injected: write");
        }

        public void Truncate(long lengthBytes) => owner.Do("truncate", () => inner.Truncate(lengthBytes));

        public void FlushToDisk() => owner.Do("flush", inner.FlushToDisk);

        public void Dispose() => inner.Dispose();
    }
}
