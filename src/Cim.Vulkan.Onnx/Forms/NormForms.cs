using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Onnx;

/// <summary>Normalisation.</summary>
internal static class NormForms
{
    public static string Of(OpWriter to, LayerNormOp op) =>
        to.Node("LayerNormalization", [to[op.Inputs[0]], to[op.Inputs[1]], to[op.Inputs[2]]], new OnnxSetting("axis", -1L), new OnnxSetting("epsilon", op.Epsilon));

    public static string Of(OpWriter to, BatchNormOp op)
    {
        if (op.HasOwnStatistics) throw new OnnxException($"{op.Name}: normalises by the batch's own statistics, as in training; describe the network for evaluation");
        string normed = to.Node("BatchNormalization", [to[op.Inputs[0]], to[op.Inputs[1]], to[op.Inputs[2]], to[op.Inputs[3]], to[op.Inputs[4]]], new OnnxSetting("epsilon", op.Epsilon));
        return ElementwiseForms.Activate(to, normed, op.Activation);
    }
}
