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
    public override string ToString() => $"{Name} {(Size.Precision switch { Precision.Float16 => "fp16", Precision.BFloat16 => "bf16", _ => "fp32" })}";
}

/// <summary>The work that a search looks at: the linear layers of ViTs and the convolutions of tokenizers, each once a size class.</summary>
internal static class TuneWorks
{
    // Images, tokens, widths of the ViTs; channels and side of the tokenizer's convolutions.
    private sealed record Scale(int Images, int Tokens, int[] Widths, (int Channels, int Side)[] Convolutions);

    private static readonly Scale s_gpu = new(64, 197, [768, 384], [(64, 112), (128, 56), (256, 28), (512, 14)]);
    private static readonly Scale s_cpu = new(32, 64, [96], [(16, 16)]);

    /// <summary>The work for a device.</summary>
    public static IReadOnlyList<TuneWork> For(DeviceProfile device)
    {
        Scale scale = device.IsCpu ? s_cpu : s_gpu;
        // In 16 bits only where a run would choose them for speed.
        Precision[] precisions = [Precision.Float32, .. new[] { Precision.Float16, Precision.BFloat16 }.Where(precision => device.MatrixOf(precision) is not null)];
        IEnumerable<TuneWork> all = precisions.SelectMany(precision => scale.Widths.SelectMany(width => Products(scale, width, precision))
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
            graph => graph.Input("left", left).MatMul(graph.Input("right", right), transposesA, transposesB));
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
