using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>A tensor that wants room from its first to its last command.</summary>
internal sealed record ArenaRequest(Tensor Tensor, long SizeBytes, int FirstStep, int LastStep);

/// <summary>A request and the room it got.</summary>
internal sealed record ArenaPlacement(ArenaRequest Request, int Buffer, long OffsetBytes);

/// <summary>Places tensors in the arena: two may share bytes when their lives do not touch.</summary>
internal sealed class ArenaLayout
{
    private ArenaLayout(IReadOnlyList<ArenaPlacement> placements, IReadOnlyList<long> bufferBytes, long peakLiveBytes)
    {
        Placements = placements;
        BufferBytes = bufferBytes;
        PeakLiveBytes = peakLiveBytes;
    }

    public IReadOnlyList<ArenaPlacement> Placements { get; }

    /// <summary>Sizes of the arena's buffers: more than one only where a device's buffers are too small.</summary>
    public IReadOnlyList<long> BufferBytes { get; }

    public long PeakLiveBytes { get; }

    public static long Align(long bytes, long alignment) => (bytes + alignment - 1) / alignment * alignment;

    /// <summary>Tries the orders known to do well and keeps the smallest result; which one wins depends on the network.</summary>
    public static ArenaLayout Place(IReadOnlyList<ArenaRequest> requests, DeviceProfile device, PlannerOptions options)
    {
        long Bytes(ArenaRequest request) => Align(request.SizeBytes + options.GuardBytes, device.StorageAlignmentBytes);
        ArenaRequest[][] orders =
        {
            requests.OrderByDescending(Bytes).ThenBy(request => request.Tensor.Id).ToArray(),
            requests.OrderByDescending(request => Bytes(request) * (1.0 + request.LastStep - request.FirstStep)).ThenBy(request => request.Tensor.Id).ToArray(),
            requests.OrderBy(request => request.FirstStep).ThenByDescending(Bytes).ThenBy(request => request.Tensor.Id).ToArray(),
            requests.OrderByDescending(request => request.LastStep - request.FirstStep).ThenByDescending(Bytes).ThenBy(request => request.Tensor.Id).ToArray(),
        };
        ArenaLayout? best = null;
        long peak = PeakLive(requests, Bytes);
        foreach (ArenaRequest[] order in orders)
        {
            ArenaLayout layout = PlaceInOrder(order, Bytes, device, options.ReuseMemory, peak);
            if (best is null || layout.BufferBytes.Sum() < best.BufferBytes.Sum()) best = layout;
        }
        return best!;
    }

    private static ArenaLayout PlaceInOrder(ArenaRequest[] order, Func<ArenaRequest, long> bytes, DeviceProfile device, bool reuse, long peak)
    {
        long limit = device.MaxBufferBytes;
        var placements = new List<ArenaPlacement>();
        var buffers = new List<long>();
        // Sorted by offset, one list a buffer, so that gaps are found in one pass.
        var byOffset = new List<List<(long Begin, long End, ArenaRequest Request)>>();
        foreach (ArenaRequest request in order)
        {
            long size = bytes(request);
            if (size > limit) throw new PlanException($"tensor {request.Tensor} takes {size / 1048576.0:F1} MiB, but the largest buffer of {device.Name} has {limit / 1048576.0:F1} MiB");
            for (int buffer = 0; ; buffer++)
            {
                if (buffer == buffers.Count)
                {
                    buffers.Add(0);
                    byOffset.Add(new List<(long, long, ArenaRequest)>());
                }
                long offset = FindGap(byOffset[buffer], request, size, reuse);
                if (offset + size > limit) continue;
                Insert(byOffset[buffer], (offset, offset + size, request));
                buffers[buffer] = Math.Max(buffers[buffer], offset + size);
                placements.Add(new ArenaPlacement(request, buffer, offset));
                break;
            }
        }
        return new ArenaLayout(placements, buffers, peak);
    }

    private static long FindGap(List<(long Begin, long End, ArenaRequest Request)> placed, ArenaRequest request, long size, bool reuse)
    {
        long offset = 0, bestOffset = -1, bestGap = long.MaxValue;
        foreach ((long begin, long end, ArenaRequest other) in placed)
        {
            if (reuse && (other.LastStep < request.FirstStep || request.LastStep < other.FirstStep)) continue;
            long gap = begin - offset;
            if (gap >= size && gap < bestGap) (bestOffset, bestGap) = (offset, gap);
            offset = Math.Max(offset, end);
        }
        return bestOffset >= 0 ? bestOffset : offset;
    }

    private static void Insert(List<(long Begin, long End, ArenaRequest Request)> placed, (long Begin, long End, ArenaRequest Request) entry)
    {
        int at = placed.FindIndex(other => other.Begin > entry.Begin);
        placed.Insert(at < 0 ? placed.Count : at, entry);
    }

    private static long PeakLive(IReadOnlyList<ArenaRequest> requests, Func<ArenaRequest, long> bytes)
    {
        int steps = requests.Count == 0 ? 0 : requests.Max(request => request.LastStep) + 2;
        var change = new long[steps + 1];
        foreach (ArenaRequest request in requests)
        {
            change[request.FirstStep] += bytes(request);
            change[request.LastStep + 1] -= bytes(request);
        }
        long live = 0, peak = 0;
        foreach (long delta in change) peak = Math.Max(peak, live += delta);
        return peak;
    }
}
