using System;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Cim.Vulkan.Bench;

/// <summary>The processor time of the calling thread, in which waiting does not count; on systems without such a clock the time that passes.</summary>
internal static partial class ThreadClock
{
    private const int LinuxThreadClock = 3, MacThreadClock = 16;

    /// <summary>Milliseconds since some moment of the thread.</summary>
    public static double Milliseconds
    {
        get
        {
            int clock = OperatingSystem.IsLinux() ? LinuxThreadClock : OperatingSystem.IsMacOS() ? MacThreadClock : -1;
            return clock >= 0 && Read(clock, out TimeSpec time) == 0
                ? (time.Seconds * 1e3) + (time.Nanoseconds / 1e6)
                : Stopwatch.GetTimestamp() * 1e3 / Stopwatch.Frequency;
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Read(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
