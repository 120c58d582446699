using System.Collections.Generic;

namespace Cim.Vulkan.Graph;

/// <summary>Where a tensor's bytes really lie: in the storage of another tensor, at an offset.</summary>
internal readonly record struct Storage(Tensor Root, long OffsetBytes);

/// <summary>
/// Resolves views. A view op's output lies in its input's storage; a part of a pack lies in the pack's, so that its producer writes
/// straight into it and nothing is copied.
/// </summary>
internal sealed class StorageMap
{
    private readonly Dictionary<Tensor, Storage> _links = new();

    private readonly HashSet<Tensor> _halves = new();
    private readonly HashSet<Tensor> _channelsLast = new();
    private readonly Dictionary<Tensor, int> _lastUses = new();
    private readonly Dictionary<PersistentBuffer, List<int>> _mutations = new();

    public StorageMap(IReadOnlyList<Op> ops, IEnumerable<Tensor> outputs)
    {
        for (int i = 0; i < ops.Count; i++)
        {
            if (ops[i].ViewOfInput >= 0) _links[ops[i].Output] = new Storage(ops[i].Inputs[ops[i].ViewOfInput], 0);
            foreach (Tensor input in ops[i].Inputs) _lastUses[Resolve(input).Root] = i;
            foreach (Tensor mutated in ops[i].Mutated) NoteMutation(mutated.Buffer!, i);
        }
        foreach (Tensor output in outputs) _lastUses[Resolve(output).Root] = ops.Count;
        var touched = new HashSet<PersistentBuffer>();
        for (int i = 0; i < ops.Count; i++)
        {
            // Where an earlier op still reads the pack's old content, its parts may not be written early.
            if (ops[i] is PackOp pack && !touched.Contains(pack.Target.Buffer!)) Claim(pack, NextMutation(pack.Target.Buffer!, i, ops.Count));
            foreach (Tensor input in ops[i].Inputs)
                if (input.Buffer is not null) touched.Add(input.Buffer);
            foreach (Tensor mutated in ops[i].Mutated) touched.Add(mutated.Buffer!);
        }
    }

    public Storage Resolve(Tensor tensor)
    {
        long offset = 0;
        while (_links.TryGetValue(tensor, out Storage link))
        {
            tensor = link.Root;
            offset += link.OffsetBytes;
        }
        return new Storage(tensor, offset);
    }

    /// <summary>Lays a tensor into another one's storage.</summary>
    public void Link(Tensor part, Tensor whole, long offsetBytes) => _links.Add(part, new Storage(whole, offsetBytes));

    /// <summary>Makes tensors lie in memory in 16 bits.</summary>
    public void StoreInHalf(IEnumerable<Tensor> tensors) => _halves.UnionWith(tensors);

    /// <summary>Whether a tensor lies in memory in 16 bits.</summary>
    public bool IsHalf(Tensor tensor) => _halves.Count > 0 && _halves.Contains(Resolve(tensor).Root);

    /// <summary>Makes tensors <c>[batch, channels, height, width]</c> lie in memory as <c>[batch, height, width, channels]</c>.</summary>
    public void StoreChannelsLast(IEnumerable<Tensor> tensors) => _channelsLast.UnionWith(tensors);

    /// <summary>Whether a tensor lies in memory channels last; its views never do.</summary>
    public bool IsChannelsLast(Tensor tensor) => _channelsLast.Contains(tensor);

    /// <summary>Bytes that a tensor takes in memory.</summary>
    public long SizeBytesOf(Tensor tensor) => IsHalf(tensor) ? tensor.SizeBytes / 2 : tensor.SizeBytes;

    /// <summary>Whether the pack's part needs no copy, because its producer writes into the pack itself.</summary>
    public bool IsInPlace(PackOp pack, int part)
    {
        Storage storage = Resolve(pack.Inputs[part]);
        Storage target = Resolve(pack.Target);
        return storage.Root == target.Root && storage.OffsetBytes == target.OffsetBytes + pack.OffsetsBytes[part];
    }

    private void NoteMutation(PersistentBuffer buffer, int position)
    {
        if (!_mutations.TryGetValue(buffer, out List<int>? positions)) _mutations.Add(buffer, positions = new List<int>());
        positions.Add(position);
    }

    private int NextMutation(PersistentBuffer buffer, int position, int end)
    {
        int next = _mutations[buffer].Find(other => other > position);
        return next > position ? next : end + 1;
    }

    private void Claim(PackOp pack, int nextMutation)
    {
        for (int i = 0; i < pack.Inputs.Count; i++)
        {
            Storage part = Resolve(pack.Inputs[i]);
            // Only memory that some op of this program writes afresh can be moved, whole, and only once; and nobody may read it after the pack has changed.
            bool movable = part.Root.Source == TensorSource.Op && part.OffsetBytes == 0 && part.Root.SizeBytes == pack.Inputs[i].SizeBytes
                && _lastUses[part.Root] < nextMutation;
            if (movable) _links[part.Root] = new Storage(pack.Target, pack.OffsetsBytes[i]);
        }
    }
}
