using System;

namespace Cim.Vulkan.Data;

/// <summary>The weights of a resampling along one axis: output i reads inputs Start(i) … Start(i) + Taps(i).Length - 1.</summary>
internal sealed class ResampleAxis
{
    /// <summary>Weights below this are rounding noise of the filters' zeros; without them an unscaled copy is exact.</summary>
    private const double Negligible = 1e-9;

    private int[] _starts = [];
    private int[] _counts = [];
    private float[] _weights = [];
    private double[] _scratch = [];
    private int _stride;
    private (int Input, int Output, ResampleKernel Kernel) _key;

    public int Start(int output) => _starts[output];

    public ReadOnlySpan<float> Taps(int output) => _weights.AsSpan(output * _stride, _counts[output]);

    /// <summary>Prepares the weights; the same arguments again cost nothing.</summary>
    public void Prepare(int inputLength, int outputLength, ResampleKernel kernel)
    {
        if (_key == (inputLength, outputLength, kernel)) return;
        var scale = (double)inputLength / outputLength;
        var stretch = Math.Max(scale, 1);
        var support = ResampleKernels.Support(kernel) * stretch;
        _stride = (int)Math.Ceiling(support) * 2 + 2;
        if (_starts.Length < outputLength) (_starts, _counts) = (new int[outputLength], new int[outputLength]);
        if (_weights.Length < outputLength * _stride) _weights = new float[outputLength * _stride];
        if (_scratch.Length < _stride) _scratch = new double[_stride];
        for (var output = 0; output < outputLength; output++)
        {
            var center = (output + 0.5) * scale;
            var first = Math.Max(0, (int)Math.Floor(center - support + 0.5));
            var last = Math.Min(inputLength, (int)Math.Floor(center + support + 0.5));
            Fill(output, center, first, last - first, stretch, kernel);
        }

        _key = (inputLength, outputLength, kernel);
    }

    /// <summary>Weights cut at the edge are scaled up again to the sum 1.</summary>
    private void Fill(int output, double center, int first, int count, double stretch, ResampleKernel kernel)
    {
        var sum = 0.0;
        for (var i = 0; i < count; i++)
        {
            _scratch[i] = ResampleKernels.Weight(kernel, (first + i + 0.5 - center) / stretch);
            sum += _scratch[i];
        }

        var (begin, end) = (0, count);
        while (begin < end - 1 && Math.Abs(_scratch[begin]) < Negligible) begin++;
        while (end > begin + 1 && Math.Abs(_scratch[end - 1]) < Negligible) end--;
        _starts[output] = first + begin;
        _counts[output] = end - begin;
        for (var i = begin; i < end; i++) _weights[output * _stride + i - begin] = (float)(_scratch[i] / sum);
    }
}
