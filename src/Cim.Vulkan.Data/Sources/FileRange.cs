using System;
using System.IO;

namespace Cim.Vulkan.Data;

/// <summary>Reads a byte range of a file; opened for each read, so that thousands of shards need no open handles.</summary>
internal static class FileRange
{
    public static void ReadExactly(string path, long offset, Span<byte> destination)
    {
        try
        {
            using var handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
            while (!destination.IsEmpty)
            {
                var read = RandomAccess.Read(handle, destination, offset);
                if (read == 0) throw new DatasetException($"'{path}' ends before byte {offset + destination.Length}; it shrank while in use.");
                destination = destination[read..];
                offset += read;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"cannot read '{path}' ({error.Message}); was the data set moved or changed while in use?", error);
        }
    }
}
