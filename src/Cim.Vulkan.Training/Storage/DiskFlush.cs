using System;
using System.IO;
using System.Runtime.InteropServices;

namespace Cim.Vulkan.Training;

/// <summary>Flushes to the disk with errors that are seen: outside Windows the runtime's own flush swallows what fsync says.</summary>
internal static partial class DiskFlush
{
    private const int Interrupted = 4, InvalidArgument = 22, MostInterruptions = 100;

    public static void File(FileStream stream)
    {
        if (OperatingSystem.IsWindows())
        {
            stream.Flush(flushToDisk: true);
            return;
        }

        int error = Flush((int)stream.SafeFileHandle.DangerousGetHandle());
        GC.KeepAlive(stream);
        if (error != 0) throw Failure(stream.Name, error);
    }

    public static void Folder(string path)
    {
        // NTFS journals names itself and folders cannot be opened for a flush without special rights.
        if (OperatingSystem.IsWindows()) return;
        int descriptor = Open(path, 0);
        if (descriptor < 0) throw Failure(path, Marshal.GetLastPInvokeError());
        int error = Flush(descriptor);
        _ = Close(descriptor);
        // Some network and user-space file systems have no flush for folders and say so with EINVAL; more cannot be done there.
        if (error is not (0 or InvalidArgument)) throw Failure(path, error);
    }

    private static int Flush(int descriptor)
    {
        for (int attempt = 0; attempt < MostInterruptions; attempt++)
        {
            if (Fsync(descriptor) == 0) return 0;
            int error = Marshal.GetLastPInvokeError();
            if (error != Interrupted) return error;
        }

        return Interrupted;
    }

    private static IOException Failure(string path, int error) =>
        new($"could not flush '{path}' to the disk: {Marshal.GetPInvokeErrorMessage(error)} (error {error})");

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
