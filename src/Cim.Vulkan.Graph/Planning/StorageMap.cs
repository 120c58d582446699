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

    public StorageMap(IEnumerable<Op> ops)
    {
        var touched = new HashSet<PersistentBuffer>();
        foreach (Op op in ops)
        {
            if (op.ViewOfInput >= 0) _links[op.Output] = new Storage(op.Inputs[op.ViewOfInput], 0);
            // Where an earlier op still reads the pack's old content, its parts may not be written early.
            if (op is PackOp pack && !touched.Contains(pack.Target.Buffer!)) Claim(pack);
            foreach (Tensor input in op.Inputs)
                if (input.Buffer is not null) touched.Add(input.Buffer);
            foreach (Tensor mutated in op.Mutated) touched.Add(mutated.Buffer!);
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

    /// <summary>Whether the pack's part needs no copy, because its producer writes into the pack itself.</summary>
    public bool IsInPlace(PackOp pack, int part)
    {
        Storage storage = Resolve(pack.Inputs[part]);
        Storage target = Resolve(pack.Target);
        return storage.Root == target.Root && storage.OffsetBytes == target.OffsetBytes + pack.OffsetsBytes[part];
    }

    private void Claim(PackOp pack)
    {
        for (int i = 0; i < pack.Inputs.Count; i++)
        {
            Storage part = Resolve(pack.Inputs[i]);
            // Only memory that some op of this program writes afresh can be moved, whole, and only once.
            bool movable = part.Root.Source == TensorSource.Op && part.OffsetBytes == 0 && part.Root.SizeBytes == pack.Inputs[i].SizeBytes;
            if (movable) _links[part.Root] = new Storage(pack.Target, pack.OffsetsBytes[i]);
        }
    }
}
