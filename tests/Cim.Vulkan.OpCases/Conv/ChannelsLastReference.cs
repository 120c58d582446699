using System;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Conv;

/// <summary>Two convolutions with something between them, forward and backward by the book, batch and channels outermost.</summary>
internal sealed class ChannelsLastReference
{
    private readonly string _between;
    private readonly Conv2dCase.Size _first, _inner, _second;
    private readonly int _height, _width;

    public ChannelsLastReference(string between, Conv2dCase.Size first, Conv2dCase.Size inner, int channels, int kernel)
    {
        (_between, _first, _inner, _height, _width) = (between, first, inner, first.OutHeight, first.OutWidth);
        int After(int length) => between switch
        {
            "max_pool" or "average_pool" => ((length - 2) / 2) + 1,
            "overlapping max_pool" => ((length - 1) / 2) + 1,
            "upsample" => length * 2,
            _ => length,
        };
        _second = new Conv2dCase.Size(first.Batch, first.Out, channels, After(_height), After(_width), kernel, 1, kernel / 2);
    }

    public Shape Output => new(_second.Batch, _second.Out, _second.OutHeight, _second.OutWidth);

    /// <summary>The output, and the gradients of x, first weight, bias, second weight and inner weight if there is one.</summary>
    /// <param name="values">x, first weight, bias, second weight, gradient of the output, inner weight.</param>
    public double[][] Run(double[][] values)
    {
        double[] hidden = Conv2dCase.Forward(_first, values[0], values[1], values[2]), relu = hidden.Select(value => Math.Max(value, 0.0)).ToArray();
        double[] between = _between switch
        {
            "relu" => relu,
            "residual" or "fused residual" or "fused pointwise residual" => Sum(hidden, Conv2dCase.Forward(_inner, relu, values[5], null)),
            "pointwise" => Conv2dCase.Forward(_inner, relu, values[5], null),
            _ => Pool(hidden),
        };
        double[] output = Conv2dCase.Forward(_second, between, values[3], null);
        double[] grad = Conv2dCase.InputGradient(_second, values[4], values[3]);
        double[] gradHidden = _between switch
        {
            "relu" => Masked(hidden, grad),
            "residual" or "fused residual" or "fused pointwise residual" => Sum(grad, Masked(hidden, Conv2dCase.InputGradient(_inner, grad, values[5]))),
            "pointwise" => Masked(hidden, Conv2dCase.InputGradient(_inner, grad, values[5])),
            _ => PoolGradient(hidden, grad),
        };
        double[][] results =
        {
            output, Conv2dCase.InputGradient(_first, gradHidden, values[1]), Conv2dCase.WeightGradient(_first, gradHidden, values[0]), BiasGradient(gradHidden),
            Conv2dCase.WeightGradient(_second, values[4], between),
        };
        return values.Length > 5 ? results.Append(Conv2dCase.WeightGradient(_inner, grad, relu)).ToArray() : results;
    }

    private double[] BiasGradient(double[] grad)
    {
        var result = new double[_first.Out];
        for (int i = 0; i < grad.Length; i++) result[i / (_height * _width) % _first.Out] += grad[i];
        return result;
    }

    private double[] Pool(double[] x)
    {
        var result = new double[_second.Batch * _second.In * _second.Height * _second.Width];
        for (int i = 0; i < result.Length; i++)
        {
            int[] sources = Sources(i);
            result[i] = _between == "average_pool" ? sources.Average(at => x[at]) : x[Chosen(x, sources)];
        }
        return result;
    }

    private double[] PoolGradient(double[] x, double[] grad)
    {
        var result = new double[x.Length];
        for (int i = 0; i < grad.Length; i++)
        {
            int[] sources = Sources(i);
            if (_between != "average_pool") result[Chosen(x, sources)] += grad[i];
            else foreach (int at in sources) result[at] += grad[i] / sources.Length;
        }
        return result;
    }

    private static int Chosen(double[] x, int[] sources) => sources.Aggregate((best, at) => x[at] > x[best] ? at : best);

    // The places of a window, row by row; of up-sampling the one source.
    private int[] Sources(int index)
    {
        int row = index / _second.Width % _second.Height, column = index % _second.Width, plane = index / (_second.Width * _second.Height);
        if (_between == "upsample") return new[] { (((plane * _height) + (row / 2)) * _width) + (column / 2) };
        int size = _between == "overlapping max_pool" ? 3 : 2, padding = size - 2;
        return Enumerable.Range(0, size * size).Select(i => (Y: (row * 2) - padding + (i / size), X: (column * 2) - padding + (i % size)))
            .Where(place => place.Y >= 0 && place.X >= 0 && place.Y < _height && place.X < _width)
            .Select(place => (((plane * _height) + place.Y) * _width) + place.X).ToArray();
    }

    private static double[] Sum(double[] left, double[] right) => left.Zip(right, (a, b) => a + b).ToArray();

    private static double[] Masked(double[] source, double[] grad) => source.Zip(grad, (value, g) => value > 0 ? g : 0.0).ToArray();
}
