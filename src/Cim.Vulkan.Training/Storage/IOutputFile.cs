using System;

namespace Cim.Vulkan.Training;

/// <summary>A file being written; nothing is buffered in the process.</summary>
public interface IOutputFile : IDisposable
{
    /// <summary>Bytes in the file.</summary>
    long Length { get; }

    /// <summary>Appends bytes.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Cuts the file to a length; what is written next follows there.</summary>
    void Truncate(long lengthBytes);

    /// <summary>Waits until the content is on the disk.</summary>
    void FlushToDisk();
}
