using System;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>Attention and 1x1 convolution put together from matrix products, where there is no kernel for the whole.</summary>
internal static class UnfusedOps
{
    public static Tensor Conv2d(this Tensor input, Tensor weight, Tensor? bias = null, int stride = 1, int padding = 0, Activation activation = Activation.None)
    {
        if (weight.Shape[2] != 1 || stride != 1 || padding != 0) throw new NotSupportedException($"conv2d: only 1x1 kernels can be put together from matrix products, got {weight.Shape}");
        Tensor rows = input.Permute(0, 2, 3, 1).Linear(weight.Reshape(weight.Shape[0], weight.Shape[1]), bias, activation);
        return rows.Permute(0, 3, 1, 2);
    }

    public static Tensor Attention(this Tensor qkv, int heads, Tensor? bias = null)
    {
        int batch = qkv.Shape[0], tokens = qkv.Shape[1], headDim = qkv.Shape[2] / 3 / heads;
        Tensor split = qkv.Reshape(batch, tokens, 3, heads, headDim).Permute(2, 0, 3, 1, 4);
        Tensor Part(int index) => split.Slice(0, index, 1).Reshape(batch * heads, tokens, headDim);
        Tensor scores = Part(0).Scale((float)(1 / Math.Sqrt(headDim))).MatMul(Part(1), transposeB: true).Reshape(batch, heads, tokens, tokens);
        if (bias is not null) scores = scores.Add(bias);
        Tensor context = scores.Softmax().Reshape(batch * heads, tokens, tokens).MatMul(Part(2));
        return context.Reshape(batch, heads, tokens, headDim).Permute(0, 2, 1, 3).Reshape(batch, tokens, heads * headDim);
    }
}
