using System;
using System.Security.Cryptography;

namespace Cim.Vulkan.Device;

/// <summary>The value of a description, so that equal ones find the same pipeline; the SPIR-V is told by its SHA-256.</summary>
internal sealed class PipelineKey : IEquatable<PipelineKey>
{
    private readonly byte[] _spirvHash;
    private readonly uint[] _ids;
    private readonly uint[] _values;
    private readonly int _storageBuffers;
    private readonly int _pushBytes;
    private readonly int _subgroupSize;
    private readonly int _hash;

    public PipelineKey(in PipelineDescription description)
    {
        using var sha = SHA256.Create();
        _spirvHash = sha.ComputeHash(description.Spirv.ToArray());
        _ids = (uint[]?)description.SpecializationIds?.Clone() ?? Array.Empty<uint>();
        _values = (uint[]?)description.SpecializationValues?.Clone() ?? Array.Empty<uint>();
        _storageBuffers = description.StorageBufferCount;
        _pushBytes = description.PushConstantBytes;
        _subgroupSize = description.RequiredSubgroupSize;
        var hash = new HashCode();
        hash.Add(BitConverter.ToInt64(_spirvHash, 0));
        foreach (var value in _values) hash.Add(value);
        hash.Add(_subgroupSize);
        _hash = hash.ToHashCode();
    }

    public bool Equals(PipelineKey? other) => other is not null
        && _spirvHash.AsSpan().SequenceEqual(other._spirvHash)
        && _ids.AsSpan().SequenceEqual(other._ids)
        && _values.AsSpan().SequenceEqual(other._values)
        && _storageBuffers == other._storageBuffers
        && _pushBytes == other._pushBytes
        && _subgroupSize == other._subgroupSize;

    public override bool Equals(object? obj) => Equals(obj as PipelineKey);

    public override int GetHashCode() => _hash;
}
