namespace Cim.Vulkan.Graph;

/// <summary>Shape and element type: what an op must say of each of its outputs.</summary>
/// <param name="Shape">Axis lengths.</param>
/// <param name="ElementType">Storage type.</param>
public readonly record struct TensorSpec(Shape Shape, ElementType ElementType = ElementType.Float32)
{
    /// <summary>Bytes that the tensor takes.</summary>
    public long SizeBytes => Shape.Count * ElementType.SizeBytes();
}

/// <summary>Where a tensor's values come from.</summary>
public enum TensorSource
{
    /// <summary>Written by an op within the step.</summary>
    Op,

    /// <summary>Uploaded by the host before a step.</summary>
    Input,

    /// <summary>Uploaded once, when the program is loaded.</summary>
    Constant,

    /// <summary>A range of a <see cref="PersistentBuffer"/>: parameters, optimizer state.</summary>
    Persistent,

    /// <summary>Room that one op's kernels use among themselves.</summary>
    Scratch,
}

/// <summary>A symbolic tensor: contiguous, of known shape, without values until a program runs. Ops are extension methods on it.</summary>
public sealed class Tensor
{
    internal Tensor(TensorGraph graph, int id, TensorSpec spec, TensorSource source, string name)
    {
        Graph = graph;
        Id = id;
        Spec = spec;
        Source = source;
        Name = name;
    }

    /// <summary>The graph that describes this tensor.</summary>
    public TensorGraph Graph { get; }

    /// <summary>Number of the tensor within its graph, in order of creation.</summary>
    public int Id { get; }

    /// <summary>Shape and element type.</summary>
    public TensorSpec Spec { get; }

    /// <summary>Where the values come from.</summary>
    public TensorSource Source { get; }

    /// <summary>A name for messages and plans.</summary>
    public string Name { get; }

    /// <summary>Axis lengths.</summary>
    public Shape Shape => Spec.Shape;

    /// <summary>Storage type.</summary>
    public ElementType ElementType => Spec.ElementType;

    /// <summary>Number of elements.</summary>
    public long Count => Spec.Shape.Count;

    /// <summary>Bytes that the values take.</summary>
    public long SizeBytes => Spec.SizeBytes;

    /// <summary>The op that writes this tensor; null for inputs, constants, persistent tensors and scratch.</summary>
    public Op? Producer { get; internal set; }

    /// <summary>The persistent buffer behind a <see cref="TensorSource.Persistent"/> tensor.</summary>
    public PersistentBuffer? Buffer { get; internal set; }

    /// <summary>Byte offset into <see cref="Buffer"/>.</summary>
    public long BufferOffsetBytes { get; internal set; }

    /// <summary>The values of a <see cref="TensorSource.Constant"/> tensor as they lie in memory.</summary>
    public byte[]? ConstantBytes { get; internal set; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Shape}";
}
