using System;
using System.Collections.Generic;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Memory that outlives a step and that several programs may share: a parameter set's values, its gradients, an optimizer's moments.
/// Only an identity and a size here; the runtime gives it memory, zeroed, on first use.
/// </summary>
public sealed class PersistentBuffer
{
    private readonly List<PersistentBuffer> _copies = new();

    /// <summary>Names a persistent buffer.</summary>
    /// <param name="name">For plans, messages and memory reports.</param>
    /// <param name="sizeBytes">Size, a positive multiple of 4.</param>
    public PersistentBuffer(string name, long sizeBytes)
    {
        if (sizeBytes <= 0 || sizeBytes % 4 != 0)
            throw new ArgumentException($"persistent buffer {name}: size must be a positive multiple of 4 bytes, got {sizeBytes}", nameof(sizeBytes));
        Name = name;
        SizeBytes = sizeBytes;
    }

    /// <summary>For plans, messages and memory reports.</summary>
    public string Name { get; }

    /// <summary>Size in bytes.</summary>
    public long SizeBytes { get; }

    /// <summary>Whether it holds weights that products read, of which there may be copies in 16 bits.</summary>
    public bool HoldsWeights { get; internal init; }

    /// <summary>The weights that the buffer goes with, such as their gradients or an optimizer's moments do; null for none.</summary>
    public PersistentBuffer? Weights { get; internal init; }

    /// <summary>Type of the elements of a copy, 16 bits wide; fp32 for a buffer that is none.</summary>
    public ElementType CopyType { get; private init; }

    /// <summary>The buffer that this one is a 16-bit copy of; null for none.</summary>
    public PersistentBuffer? Original { get; private init; }

    /// <summary>The copies that were asked for, one a type.</summary>
    public IReadOnlyList<PersistentBuffer> Copies => _copies;

    /// <summary>The buffer of the same elements in 16 bits, one at half the byte offset of the other; the same one at every call.</summary>
    /// <param name="type">Float16 or BFloat16.</param>
    /// <exception cref="InvalidOperationException">The buffer holds no weights, or the type is wider.</exception>
    public PersistentBuffer Copy(ElementType type)
    {
        if (!HoldsWeights || type is not (ElementType.Float16 or ElementType.BFloat16)) throw new InvalidOperationException($"{Name}: there is no copy in {type} of it");
        PersistentBuffer? copy = _copies.Find(other => other.CopyType == type);
        if (copy is not null) return copy;
        copy = new PersistentBuffer($"{Name}.{type.ToString().ToLowerInvariant()}", SizeBytes / 2) { Original = this, CopyType = type };
        _copies.Add(copy);
        return copy;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({SizeBytes} bytes)";
}
