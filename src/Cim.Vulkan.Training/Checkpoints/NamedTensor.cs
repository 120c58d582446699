using System;
using System.Runtime.InteropServices;

namespace Cim.Vulkan.Training;

/// <summary>A tensor to be saved.</summary>
/// <param name="Name">The name in the file.</param>
/// <param name="Shape">The extents, outermost first.</param>
/// <param name="Type">The element type.</param>
/// <param name="Read">Gives the bytes, little-endian; called once, when the tensor's turn has come, so that one tensor at a time is in memory.</param>
public sealed record NamedTensor(string Name, int[] Shape, SafetensorsType Type, Func<ReadOnlyMemory<byte>> Read)
{
    /// <summary>The size of the tensor in bytes.</summary>
    public long SizeBytes
    {
        get
        {
            long size = Type.SizeBytes();
            foreach (int extent in Shape) size = checked(size * extent);
            return size;
        }
    }

    /// <summary>A tensor of floats held in memory.</summary>
    public static NamedTensor Of(string name, int[] shape, float[] values) => new(name, shape, SafetensorsType.F32, () => Bytes<float>(values));

    /// <summary>A tensor of floats fetched when its turn has come, for example from the device.</summary>
    public static NamedTensor Of(string name, int[] shape, Func<float[]> read) => new(name, shape, SafetensorsType.F32, () => Bytes<float>(read()));

    /// <summary>A tensor of signed integers held in memory.</summary>
    public static NamedTensor Of(string name, int[] shape, int[] values) => new(name, shape, SafetensorsType.I32, () => Bytes<int>(values));

    /// <summary>A tensor of unsigned integers held in memory.</summary>
    public static NamedTensor Of(string name, int[] shape, uint[] values) => new(name, shape, SafetensorsType.U32, () => Bytes<uint>(values));

    /// <summary>The same tensor as part of a group: <c>group/name</c>.</summary>
    public NamedTensor In(string group) => this with { Name = $"{group}/{Name}" };

    private static ReadOnlyMemory<byte> Bytes<T>(ReadOnlySpan<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values).ToArray();
}
