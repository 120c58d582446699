using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Onnx;

/// <summary>The ONNX form of each op that inference needs. What only training needs has none.</summary>
internal static class OnnxForms
{
    /// <summary>Writes an op's nodes and names its result.</summary>
    /// <param name="to">Takes the nodes.</param>
    /// <param name="op">The op.</param>
    /// <exception cref="OnnxException">The op has no form.</exception>
    public static void Write(OpWriter to, Op op) => to[op.Output] = op switch
    {
        UnaryOp unary => ElementwiseForms.Of(to, unary),
        BinaryOp binary => ElementwiseForms.Of(to, binary),
        BroadcastOp broadcast => ElementwiseForms.Of(to, broadcast),
        SumOp sum => ElementwiseForms.Of(to, sum),
        LaplaceMeanImageOp picture => ElementwiseForms.Of(to, picture),
        LinearOp { RowFactors: null } linear => MatrixForms.Of(to, linear),
        LinearArgMaxOp linear => MatrixForms.Of(to, linear),
        MatMulOp { IsGeluGradient: false } product => MatrixForms.Of(to, product),
        AttentionOp attention => AttentionForm.Of(to, attention),
        SoftmaxOp softmax => MatrixForms.Of(to, softmax),
        ArgMaxOp argMax => MatrixForms.ArgMax(to, to[argMax.Inputs[0]], argMax.Axis),
        LayerNormOp norm => NormForms.Of(to, norm),
        BatchNormOp norm => NormForms.Of(to, norm),
        Conv2dOp convolution => ImageForms.Of(to, convolution),
        MaxPool2dOp pool => ImageForms.Of(to, pool),
        AveragePool2dOp pool => ImageForms.Of(to, pool),
        SpreadWindowsOp spread => ImageForms.Of(to, spread),
        ResampleOp resample => ImageForms.Of(to, resample),
        PermuteOp permute => LayoutForms.Of(to, permute),
        ReshapeOp reshape => to.Reshape(to[reshape.Inputs[0]], to.ShapeOf(reshape.Output)),
        SliceOp slice => LayoutForms.Of(to, slice),
        PadZeroOp pad => LayoutForms.Of(to, pad),
        ConcatOp concat => LayoutForms.Of(to, concat),
        FilledOp filled => LayoutForms.Of(to, filled),
        // Views that matter to gradients alone.
        StopGradientOp or RecomputeOp => to[op.Inputs[0]],
        GatherRowsOp gather => TokenForms.Of(to, gather),
        GatherTokensOp gather => TokenForms.Of(to, gather),
        ScatterTokensOp scatter => TokenForms.Of(to, scatter),
        ReplaceTokensOp replace => TokenForms.Of(to, replace),
        ClearTokensOp clear => TokenForms.Of(to, clear),
        PositionsToMaskOp mask => TokenForms.Of(to, mask),
        EmbedChannelsOp embed => TokenForms.Of(to, embed),
        OneHotOp oneHot => TokenForms.Of(to, oneHot),
        NotEqualOp notEqual => TokenForms.Of(to, notEqual),
        _ => throw new OnnxException($"{op.Name}: has no form in ONNX; only what inference needs is exported, not losses, gradients, updates and random numbers"),
    };
}
