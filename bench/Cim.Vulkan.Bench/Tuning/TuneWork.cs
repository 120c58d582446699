using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Bench;

/// <summary>A piece of work whose tile is searched for.</summary>
/// <param name="Name">For the list.</param>
/// <param name="Op">The op whose launches are timed, as their labels begin.</param>
/// <param name="Size">Its size class.</param>
/// <param name="Build">Makes the result from inputs.</param>
internal sealed record TuneWork(string Name, string Op, KernelSize Size, Func<TensorGraph, Tensor> Build)
{
    /// <summary>By how much a choice's result may differ from the device's own, as a part of the largest value: sums in another order.</summary>
    public double Tolerance { get; init; } = 1e-4;

    public override string ToString() => $"{Name} {(Size.Precision switch { Precision.Float16 => "fp16", Precision.BFloat16 => "bf16", _ => "fp32" })}";
}

/// <summary>The work that a search looks at: the linear layers and the attention of ViTs and the convolutions of tokenizers, each once a size class.</summary>
internal static class TuneWorks
{
    // Images, tokens, width of a head, widths of the ViTs; channels and side of the tokenizer's convolutions.
    private sealed record Scale(int Images, int Tokens, int HeadDim, int[] Widths, (int Channels, int Side)[] Convolutions);

    private static readonly Scale s_gpu = new(64, 197, 64, [768, 384], [(64, 112), (128, 56), (256, 28), (512, 14)]);
    private static readonly Scale s_cpu = new(32, 64, 32, [96], [(16, 16)]);

    /// <summary>The work for a device.</summary>
    public static IReadOnlyList<TuneWork> For(DeviceProfile device)
    {
        Scale scale = device.IsCpu ? s_cpu : s_gpu;
        // In 16 bits only where a run would choose them for speed.
        Precision[] precisions = [Precision.Float32, .. new[] { Precision.Float16, Precision.BFloat16 }.Where(precision => device.MatrixOf(precision) is not null)];
        IEnumerable<TuneWork> all = precisions.SelectMany(precision => scale.Widths.SelectMany(width => Products(scale, width, precision))
            .Concat(scale.Widths.SelectMany(width => Attentions(scale.Images, scale.Tokens, width / scale.HeadDim, scale.HeadDim, precision)))
            .Concat(scale.Convolutions.SelectMany(shape => Convolutions(scale.Images, shape.Channels, shape.Side, precision))));
        return [.. all.DistinctBy(work => work.Size)];
    }

    // A block's linear layers: forward, gradient of the input, gradient of the weight.
    private static IEnumerable<TuneWork> Products(Scale scale, int width, Precision precision)
    {
        int rows = scale.Images * scale.Tokens;
        foreach ((int outputs, int inputs) in new[] { (3 * width, width), (width, width), (4 * width, width), (width, 4 * width) })
        {
            yield return Product(KernelWork.MatmulNt, precision, rows, outputs, inputs);
            yield return Product(KernelWork.MatmulNn, precision, rows, inputs, outputs);
            yield return Product(KernelWork.MatmulTn, precision, outputs, inputs, rows);
        }
    }

    private static TuneWork Product(KernelWork work, Precision precision, int m, int n, int k)
    {
        bool transposesA = work == KernelWork.MatmulTn, transposesB = work == KernelWork.MatmulNt;
        Shape left = transposesA ? new Shape(k, m) : new Shape(m, k), right = transposesB ? new Shape(n, k) : new Shape(k, n);
        string layout = transposesA ? "tn" : transposesB ? "nt" : "nn";
        return new TuneWork($"matmul {layout} {m}x{n} over {k}", "matmul", KernelSize.Of(work, precision, m, n, k),
            graph => Operand(graph, "left", left, precision).MatMul(Operand(graph, "right", right, precision), transposesA, transposesB));
    }

    // What training multiplies in 16 bits, activations, their gradients and copies of weights, lies in memory in 16 bits too: as what an activation leaves.
    private static Tensor Operand(TensorGraph graph, string name, Shape shape, Precision precision)
    {
        Tensor input = graph.Input(name, shape);
        return precision == Precision.Float32 ? input : input.Gelu();
    }

    /// <summary>Attention and its gradients, for images of so many tokens.</summary>
    public static IEnumerable<TuneWork> Attentions(int images, int tokens, int heads, int headDim, Precision precision)
    {
        Shape packed = new(images, tokens, 3 * heads * headDim), result = new(images, tokens, heads * headDim);
        // Both gradients' launches are one op: each is searched for beside the other's own choice.
        foreach ((string name, string op, KernelWork work) in new[]
        {
            ("attention", "attention", KernelWork.AttentionForward), ("attention_query_gradient", "attention_backward", KernelWork.AttentionQueryGradient),
            ("attention_key_value_gradient", "attention_backward", KernelWork.AttentionKeyValueGradient),
        })
            yield return new TuneWork($"{name} {heads} heads x {tokens} x {headDim}", op, KernelSize.Of(work, precision, tokens, tokens, headDim), graph =>
            {
                Tensor qkv = Operand(graph, "qkv", packed, precision), output = qkv.Attention(heads);
                return work == KernelWork.AttentionForward ? output : Gradients.Of(output.Multiply(graph.Input("factors", result)).SumAll(), [qkv])[0];
            })
            {
                // The weights of the values are rounded to the products' type, and each tile rounds them beside another maximum.
                Tolerance = precision switch { Precision.Float16 => 2e-3, Precision.BFloat16 => 1.6e-2, _ => 1e-4 },
            };
    }

    private static IEnumerable<TuneWork> Convolutions(int images, int channels, int side, Precision precision)
    {
        Shape picture = new(images, channels, side, side), weight = new(channels, channels, 3, 3);
        long pixels = (long)images * side * side, taps = 9L * channels;
        string shape = $"{channels} channels 3x3 at {side}x{side}";
        yield return new TuneWork($"conv2d {shape}", "conv2d", KernelSize.Of(KernelWork.ConvolutionForward, precision, channels, pixels, taps),
            graph => Forward(graph, picture, weight).Output);
        yield return new TuneWork($"conv2d_input_gradient {shape}", "conv2d_input_gradient", KernelSize.Of(KernelWork.ConvolutionInputGradient, precision, channels, pixels, taps),
            graph => Gradient(graph, picture, weight, ofWeight: false));
        yield return new TuneWork($"conv2d_weight_gradient {shape}", "conv2d_weight_gradient", KernelSize.Of(KernelWork.ConvolutionWeightGradient, precision, channels, taps, pixels),
            graph => Gradient(graph, picture, weight, ofWeight: true));
    }

    private static (Tensor Input, Tensor Weight, Tensor Output) Forward(TensorGraph graph, Shape picture, Shape shape)
    {
        Tensor input = graph.Input("input", picture), weight = graph.Input("weight", shape);
        return (input, weight, input.Conv2d(weight, padding: 1));
    }

    private static Tensor Gradient(TensorGraph graph, Shape picture, Shape shape, bool ofWeight)
    {
        (Tensor input, Tensor weight, Tensor output) = Forward(graph, picture, shape);
        Tensor loss = output.Multiply(graph.Input("factors", picture)).SumAll();
        return Gradients.Of(loss, [ofWeight ? weight : input])[0];
    }
}
