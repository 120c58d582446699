using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Chooses the tensors that lie in memory in 16 bits where products are multiplied in 16 bits: activations between ops whose kernels read and write
/// them so. Whatever another op reads stays fp32, so no cast is ever launched; parameters, losses and the sums of residual blocks stay fp32 too.
/// </summary>
internal static class HalfStorage
{
    // A kernel writes 16-bit elements by fours.
    private const int Together = 4;

    public static IReadOnlyCollection<Tensor> Choose(IReadOnlyList<Op> ops, StorageMap storage, IEnumerable<Tensor> outputs)
    {
        var chosen = new HashSet<Tensor>();
        foreach (Op op in ops.Where(op => op.ViewOfInput < 0))
            for (int i = 0; i < op.Outputs.Count; i++)
                if (op.WritesHalf(i) && IsOwnStorage(op.Outputs[i], storage)) chosen.Add(op.Outputs[i]);
        foreach (Op op in ops)
        {
            foreach (Tensor output in op.Outputs) Keep(output);
            for (int i = 0; i < op.Inputs.Count; i++)
                if (op.ViewOfInput < 0 && !op.ReadsHalf(i)) chosen.Remove(storage.Resolve(op.Inputs[i]).Root);
        }
        foreach (Tensor output in outputs) chosen.Remove(storage.Resolve(output).Root);
        return chosen;

        // Every view of a tensor must be walked by fours, as the tensor itself.
        void Keep(Tensor view)
        {
            if (view.Shape.Rank == 0 || view.Shape[-1] % Together != 0) chosen.Remove(storage.Resolve(view).Root);
        }
    }

    private static bool IsOwnStorage(Tensor tensor, StorageMap storage)
    {
        Storage own = storage.Resolve(tensor);
        return own.Root == tensor && tensor.Source == TensorSource.Op && tensor.ElementType == ElementType.Float32;
    }
}
