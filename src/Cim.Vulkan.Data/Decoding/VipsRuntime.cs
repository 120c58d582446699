using System;
using NetVips;

namespace Cim.Vulkan.Data;

/// <summary>The process-wide settings of libvips, applied once before its first use.</summary>
internal static class VipsRuntime
{
    /// <summary>Native code keeps a pointer to this delegate, so it must live as long as the process.</summary>
    private static readonly Log.LogDelegate Ignore = (_, _, _) => { };

    private static readonly Lazy<bool> Ready = new(Configure);

    /// <exception cref="DatasetException">libvips cannot be loaded on this machine.</exception>
    public static void Ensure() => _ = Ready.Value;

    private static bool Configure()
    {
        try
        {
            // Pictures come from anywhere: only the loaders that libvips' authors fuzz may run.
            global::NetVips.NetVips.BlockUntrusted = true;
            // The workers of the loader are the parallelism; threads inside an operation would only compete with them.
            global::NetVips.NetVips.Concurrency = 1;
            // No operation is ever repeated on the same input, so remembering them costs memory and a lock for nothing.
            Cache.Max = 0;
            // libvips prints warnings about damaged files to stderr; what matters of them arrives as exceptions.
            _ = Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, Ignore);
            return true;
        }
        catch (Exception error) when (error is TypeInitializationException or DllNotFoundException or BadImageFormatException or VipsException)
        {
            throw new DatasetException("libvips cannot be loaded: it ships for x64 Linux and Windows; elsewhere install libvips 8.18 or newer.", error);
        }
    }
}
