using System;
using System.Linq;

namespace Cim.Vulkan.Training;

/// <summary>One tensor of a file of weights; its bytes are read when they are asked for.</summary>
public sealed class WeightTensor
{
    internal WeightTensor(string name, SafetensorsType type, int[] shape, IElements elements)
    {
        (Name, Type, Shape, Elements) = (name, type, shape, elements);
        ElementCount = shape.Aggregate(1L, (product, extent) => product * extent);
    }

    /// <summary>The name, as a state dict has it.</summary>
    public string Name { get; }

    /// <summary>The element type in the file.</summary>
    public SafetensorsType Type { get; }

    /// <summary>The extents, outermost first; empty for a scalar.</summary>
    public int[] Shape { get; }

    /// <summary>Elements of the tensor.</summary>
    public long ElementCount { get; }

    /// <summary>Bytes of the tensor, without gaps.</summary>
    public long SizeBytes => ElementCount * Type.SizeBytes();

    /// <summary>The shape as text, <c>[64, 197, 768]</c>.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";

    internal IElements Elements { get; }

    internal WeightTensor Named(string name) => new(name, Type, Shape, Elements);
}

/// <summary>A tensor's elements in row-major order.</summary>
internal interface IElements
{
    /// <summary>Reads elements, little-endian, from one on; the target's length is a multiple of an element's.</summary>
    void Read(long firstElement, Span<byte> target);

    /// <summary>Whether reading a part costs no more than its share.</summary>
    bool IsContiguous { get; }
}
