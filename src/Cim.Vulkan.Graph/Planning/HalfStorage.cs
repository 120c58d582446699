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

    public static IReadOnlyCollection<Tensor> Choose(IReadOnlyList<Op> ops, StorageMap storage, IEnumerable<Tensor> outputs, Precision precision)
    {
        var chosen = new HashSet<Tensor>();
        foreach (Op op in ops.Where(op => op.ViewOfInput < 0))
            for (int i = 0; i < op.Outputs.Count; i++)
                if (Writes(op, i) && IsOwnStorage(op.Outputs[i], storage)) chosen.Add(op.Outputs[i]);
        foreach (Op op in ops)
        {
            foreach (Tensor output in op.Outputs) Keep(output);
            for (int i = 0; i < op.Inputs.Count; i++)
                if (op.ViewOfInput < 0 && !Reads(op, i)) chosen.Remove(storage.Resolve(op.Inputs[i]).Root);
        }
        foreach (Tensor output in outputs) chosen.Remove(storage.Resolve(output).Root);
        return chosen;

        // The sum of a residual block lies in 16 bits among convolutions, but not in bf16: of a branch that is scaled down its 8 digits keep two.
        bool Writes(Op op, int i) => op.WritesHalf(i) && (!op.WritesChannelsLast(i) || storage.IsChannelsLast(op.Outputs[i]))
            && (!op.IsResidualSum || precision == Precision.Float16);

        bool Reads(Op op, int i) => op.ReadsHalf(i) && (!op.ReadsChannelsLast(i) || storage.IsChannelsLast(op.Inputs[i]));

        // Every view of a tensor must be walked by fours, as the tensor itself.
        void Keep(Tensor view)
        {
            bool isByFours = storage.IsChannelsLast(view) || (view.Shape.Rank > 0 && view.Shape[-1] % Together == 0);
            if (!isByFours) chosen.Remove(storage.Resolve(view).Root);
        }
    }

    private static bool IsOwnStorage(Tensor tensor, StorageMap storage)
    {
        Storage own = storage.Resolve(tensor);
        return own.Root == tensor && tensor.Source == TensorSource.Op && tensor.ElementType == ElementType.Float32;
    }
}
