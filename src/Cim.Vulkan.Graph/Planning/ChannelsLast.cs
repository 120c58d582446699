using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Chooses the tensors <c>[batch, channels, height, width]</c> that lie in memory as <c>[batch, height, width, channels]</c> where products are multiplied in
/// 16 bits: those between ops whose kernels read and write them so. Whatever another op reads, or views, keeps its order.
/// </summary>
internal static class ChannelsLast
{
    // Kernels read and write four channels at once.
    private const int Together = 4;

    public static IReadOnlyCollection<Tensor> Choose(IReadOnlyList<Op> ops, StorageMap storage, IEnumerable<Tensor> outputs)
    {
        var chosen = new HashSet<Tensor>();
        foreach (Op op in ops.Where(op => op.ViewOfInput < 0))
            for (int i = 0; i < op.Outputs.Count; i++)
                if ((op.WritesChannelsLast(i) || op.NeedsOneOrder) && IsSuited(op.Outputs[i], storage)) chosen.Add(op.Outputs[i]);
        foreach (Op op in ops)
            for (int i = 0; i < op.Inputs.Count; i++)
                if (op.ViewOfInput >= 0 || (!op.ReadsChannelsLast(i) && !op.NeedsOneOrder)) chosen.Remove(storage.Resolve(op.Inputs[i]).Root);
        foreach (Tensor output in outputs) chosen.Remove(storage.Resolve(output).Root);
        bool isStable = false;
        while (!isStable)
        {
            isStable = true;
            foreach (Op op in ops) isStable &= !MakeAlike(op.ImagesOfOneOrder.ToArray(), chosen);
        }
        return chosen;
    }

    private static bool IsSuited(Tensor tensor, StorageMap storage) =>
        tensor.Shape.Rank == 4 && tensor.Shape[1] % Together == 0 && tensor.Source == TensorSource.Op && tensor.ElementType == ElementType.Float32
        && storage.Resolve(tensor).Root == tensor;

    // All of them or none; true if one had to be taken back.
    private static bool MakeAlike(Tensor[] images, HashSet<Tensor> chosen)
    {
        int count = images.Count(chosen.Contains);
        if (count == 0 || count == images.Length) return false;
        chosen.ExceptWith(images);
        return true;
    }
}
