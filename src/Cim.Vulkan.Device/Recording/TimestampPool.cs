using System;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>Times that the device writes between commands.</summary>
public sealed class TimestampPool : DeviceObject
{
    private const int StackTicks = 128;

    private TimestampPool(GpuDevice device, QueryPool handle, int count, string label) : base(device, label)
    {
        Handle = handle;
        Count = count;
    }

    /// <summary>Number of timestamps.</summary>
    public int Count { get; }

    internal QueryPool Handle { get; }

    /// <summary>Reads timestamps as nanoseconds since the first of them; false while the device has not written them all.</summary>
    /// <param name="first">Index of the first timestamp.</param>
    /// <param name="nanoseconds">Receives one time each for this and the following timestamps; the first is 0.</param>
    public bool TryRead(int first, Span<double> nanoseconds)
    {
        ThrowIfDisposed();
        if (first < 0 || nanoseconds.Length > Count - first) throw new ArgumentOutOfRangeException(nameof(first), first, $"Pool \"{Label}\" has {Count} timestamps.");
        if (nanoseconds.IsEmpty) return true;
        var ticks = nanoseconds.Length <= StackTicks ? stackalloc ulong[nanoseconds.Length] : new ulong[nanoseconds.Length];
        if (!Device.Api.TryReadTimestamps(Device.Handle, Handle, (uint)first, ticks)) return false;
        var limits = Device.Capabilities.Limits;
        for (var i = 0; i < ticks.Length; i++)
        {
            nanoseconds[i] = Ticks(ticks[0], ticks[i], limits.TimestampValidBits) * limits.TimestampPeriodNanoseconds;
        }
        return true;
    }

    /// <summary>Nanoseconds between two timestamps.</summary>
    /// <exception cref="InvalidOperationException">The device has not written them yet.</exception>
    public double ElapsedNanoseconds(int from, int to)
    {
        ThrowIfDisposed();
        if (from < 0 || from >= Count || to < 0 || to >= Count) throw new ArgumentOutOfRangeException(nameof(from), from, $"Pool \"{Label}\" has {Count} timestamps.");
        Span<ulong> ticks = stackalloc ulong[2];
        if (!Device.Api.TryReadTimestamps(Device.Handle, Handle, (uint)from, ticks.Slice(0, 1))
            || !Device.Api.TryReadTimestamps(Device.Handle, Handle, (uint)to, ticks.Slice(1, 1)))
        {
            throw new InvalidOperationException($"Pool \"{Label}\": timestamps {from} and {to} are not written yet; wait for the submit first.");
        }
        var limits = Device.Capabilities.Limits;
        return Ticks(ticks[0], ticks[1], limits.TimestampValidBits) * limits.TimestampPeriodNanoseconds;
    }

    internal static TimestampPool Create(GpuDevice device, int count, string label)
    {
        if (count <= 0) throw new ArgumentOutOfRangeException(nameof(count), count, "A pool needs at least one timestamp.");
        if (device.Capabilities.Limits.TimestampValidBits == 0) throw new VulkanException($"The compute queue of {device.Capabilities.Name} has no timestamps.");
        return new TimestampPool(device, device.Api.CreateTimestampPool(device.Handle, (uint)count), count, label);
    }

    /// <summary>Ticks from one reading to a later one; only the valid bits count, and the counter may have wrapped.</summary>
    internal static double Ticks(ulong from, ulong to, int validBits) =>
        (to - from) & (validBits >= 64 ? ulong.MaxValue : (1UL << validBits) - 1);

    internal override void DestroyHandles() => Device.Api.DestroyQueryPool(Device.Handle, Handle);
}
