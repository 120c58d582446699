using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Fuzzing;

/// <summary>
/// Runs numbered inputs and watches time and memory. <c>CIM_FUZZ_FACTOR</c> multiplies the counts; the input under test lies in a file, so
/// that one which kills the process can be found.
/// </summary>
internal sealed class FuzzRun : IDisposable
{
    private readonly string _name;
    private readonly FileStream _current;
    private readonly TimeSpan _timeLimit;
    private readonly long _allocationLimitBytes;
    private readonly long _startPeakBytes = PeakBytes();
    private TimeSpan _slowest;
    private long _largestBytes;
    private int _accepted, _refused;

    public FuzzRun(string name, TimeSpan timeLimit, long allocationLimitBytes)
    {
        (_name, _timeLimit, _allocationLimitBytes) = (name, timeLimit, allocationLimitBytes);
        CurrentPath = Path.Combine(Path.GetTempPath(), $"cim-fuzz-{name}-{Environment.ProcessId}.bin");
        _current = new FileStream(CurrentPath, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    public string CurrentPath { get; }

    /// <summary>The count for a run of <paramref name="usual"/> inputs.</summary>
    public static int Count(int usual)
    {
        var factor = Environment.GetEnvironmentVariable("CIM_FUZZ_FACTOR");
        return factor is null ? usual : (int)(usual * double.Parse(factor, CultureInfo.InvariantCulture));
    }

    /// <summary>Tries one input; <paramref name="accepts"/> returns whether it was accepted, false after a typed error.</summary>
    public void Try(long number, byte[] input, Func<byte[], bool> accepts)
    {
        Keep(input);
        // Processor time of all threads: a busy machine makes no input look slow.
        var (start, before) = (Environment.CpuUsage.TotalTime, GC.GetAllocatedBytesForCurrentThread());
        try
        {
            if (accepts(input)) _accepted++;
            else _refused++;
        }
#pragma warning disable CA1031 // Whatever comes is a defect, and its input must be named.
        catch (Exception error) when (error is not AssertionException)
#pragma warning restore CA1031
        {
            File.Copy(CurrentPath, $"{CurrentPath}.{number}", overwrite: true);
            Assert.Fail($"{_name}: input {number} (kept in {CurrentPath}.{number}) gives {error}");
        }

        var (time, allocated) = (Environment.CpuUsage.TotalTime - start, GC.GetAllocatedBytesForCurrentThread() - before);
        if (time > _slowest) _slowest = time;
        _largestBytes = Math.Max(_largestBytes, allocated);
        if (time <= _timeLimit && allocated <= _allocationLimitBytes) return;
        File.Copy(CurrentPath, $"{CurrentPath}.{number}", overwrite: true);
        Assert.Fail($"{_name}: input {number} (kept in {CurrentPath}.{number}) took {time.TotalSeconds:F1} s of processor time and {allocated} bytes");
    }

    /// <summary>Says what was done; both outcomes must have been met, or the inputs test nothing.</summary>
    public void Finish(long peakGrowthLimitBytes)
    {
        var growth = PeakBytes() - _startPeakBytes;
        TestContext.Out.WriteLine(FormattableString.Invariant(
            $"{_name}: {_accepted + _refused} inputs, {_accepted} accepted, {_refused} refused; slowest {_slowest.TotalMilliseconds:F0} ms, most managed bytes for one {_largestBytes}, peak memory grew by {growth >> 20} MiB"));
        Assert.That(_accepted, Is.Positive);
        Assert.That(_refused, Is.Positive);
        Assert.That(growth, Is.LessThan(peakGrowthLimitBytes), "growth of the process's peak memory in bytes");
    }

    public void Dispose()
    {
        _current.Dispose();
        File.Delete(CurrentPath);
    }

    private static long PeakBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private void Keep(byte[] input)
    {
        _current.SetLength(0);
        _current.Position = 0;
        _current.Write(input);
    }
}
