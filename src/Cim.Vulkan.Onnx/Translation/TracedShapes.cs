using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Onnx;

/// <summary>
/// Which axes grow with the number of pictures. A graph has fixed shapes; the same description with another number of pictures tells which of
/// them are open.
/// </summary>
internal sealed class TracedShapes
{
    private readonly int _batch, _otherBatch;
    private readonly Dictionary<int, Tensor> _other = [];
    private readonly bool _hasOther;

    /// <summary>Shapes that are all fixed.</summary>
    public TracedShapes()
    {
    }

    /// <summary>Shapes of a graph beside those of the same one for another number of pictures.</summary>
    public TracedShapes(int batch, TensorGraph other, int otherBatch)
    {
        (_batch, _otherBatch, _hasOther) = (batch, otherBatch, true);
        foreach (Tensor tensor in other.Inputs.Concat(other.Constants).Concat(other.Ops.SelectMany(op => op.Outputs))) _other[tensor.Id] = tensor;
    }

    /// <summary>The axes of a tensor.</summary>
    /// <exception cref="OnnxException">One depends on the number of pictures otherwise than as a multiple.</exception>
    public Axis[] Of(Tensor tensor)
    {
        IReadOnlyList<int> shape = tensor.Shape.ToList();
        if (!_hasOther || !_other.TryGetValue(tensor.Id, out Tensor? other)) return [.. shape.Select(length => Axis.Fixed(length))];
        if (other.Shape.Rank != shape.Count) throw Unclear(tensor);
        return [.. shape.Select((length, axis) => Between(tensor, length, other.Shape[axis]))];
    }

    private Axis Between(Tensor tensor, int length, int other)
    {
        if (length == other) return Axis.Fixed(length);
        if (length % _batch != 0 || other % _otherBatch != 0 || length / _batch != other / _otherBatch) throw Unclear(tensor);
        return new Axis(0, length / _batch);
    }

    private static OnnxException Unclear(Tensor tensor) => new($"{tensor.Name}: its shape depends on the number of pictures in a way that ONNX has no form for; export with a fixed number");
}
