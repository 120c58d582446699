using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Cim.Vulkan.Data.Tests.Loading;

/// <summary>Pictures in memory that count how often they are read; some can be broken.</summary>
internal sealed class MemorySource : ImageSource
{
    private readonly byte[][] _encoded;
    private readonly HashSet<int> _broken;
    private int _reads;

    public MemorySource(int count, int side = 24, params int[] broken)
    {
        _encoded = [.. Enumerable.Range(0, count).Select(i => TestPictures.EncodeJpeg(TestPictures.Gradient(side, side, i), side, side))];
        _broken = [.. broken];
    }

    public int Reads => _reads;

    /// <summary>The exception that reading throws, for sources that fail as a whole.</summary>
    public Exception? Failure { get; set; }

    public override int Count => _encoded.Length;

    public override IReadOnlyList<string> ClassNames => ["even", "odd"];

    public override string Description => $"memory: {Count} pictures";

    public override ImageRecord Read(int index)
    {
        Interlocked.Increment(ref _reads);
        if (Failure is not null) throw Failure;
        return new ImageRecord($"picture {index}", index % 2, _broken.Contains(index) ? [0, 1, 2] : _encoded[index]);
    }
}
