using System;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Memory that outlives a step and that several programs may share: a parameter set's values, its gradients, an optimizer's moments.
/// Only an identity and a size here; the runtime gives it memory, zeroed, on first use.
/// </summary>
public sealed class PersistentBuffer
{
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

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({SizeBytes} bytes)";
}
