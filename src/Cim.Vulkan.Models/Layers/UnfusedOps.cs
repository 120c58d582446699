using System;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>Attention put together from matrix products, where there is no kernel for the whole.</summary>
internal static class UnfusedOps
{
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
