using System;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Sizes of a two-dimensional convolution; output position (oy, ox) reads input position (oy * Stride - Padding + r * Dilation, ox * Stride - Padding + s * Dilation).
/// </summary>
/// <param name="Input"><c>[batch, in, height, width]</c></param>
/// <param name="Weight"><c>[out, in, kernelHeight, kernelWidth]</c></param>
/// <param name="Stride">Input positions from one output position to the next, along both axes.</param>
/// <param name="Padding">Zeros around the input, on all sides.</param>
/// <param name="Dilation">Input positions from one tap of the kernel to the next; above 1 only with a stride of 1.</param>
internal readonly record struct Conv2dGeometry(Shape Input, Shape Weight, int Stride, int Padding, int Dilation)
{
    /// <summary><c>[batch, out, outHeight, outWidth]</c></summary>
    public Shape Output => new(Input[0], Weight[0], Along(2), Along(3));

    /// <summary>Whether it is a matrix product of the weight with each image.</summary>
    public bool IsPointwise => Weight[2] == 1 && Weight[3] == 1 && Stride == 1 && Padding == 0;

    /// <summary>Whether it is such a product but for places that are passed over.</summary>
    public bool IsSampled => Weight[2] == 1 && Weight[3] == 1 && Stride > 1 && Padding == 0;

    /// <summary>The same convolution of the places that are not passed over.</summary>
    public Conv2dGeometry OfSamples => this with { Input = new Shape(Input[0], Input[1], Output[2], Output[3]), Stride = 1 };

    /// <summary>Floating-point operations of the convolution and of each of its gradients.</summary>
    public double Flops => 2.0 * Output.Count * Weight[1] * Weight[2] * Weight[3];

    /// <summary>The size class of the convolution.</summary>
    public KernelSize ForwardSize(Precision precision) =>
        KernelSize.Of(KernelWork.ConvolutionForward, precision, Weight[0], OutputPixels, (long)Weight[1] * Weight[2] * Weight[3]);

    /// <summary>The size class of the gradient of its input: one phase of the stride.</summary>
    public KernelSize InputGradientSize(Precision precision) => KernelSize.Of(KernelWork.ConvolutionInputGradient, precision,
        Weight[1], Input[0] * Lowering.DivideUp(Input[2], Stride) * Lowering.DivideUp(Input[3], Stride), (long)Weight[0] * Weight[2] * Weight[3]);

    /// <summary>The size class of the gradient of its weight.</summary>
    public KernelSize WeightGradientSize(Precision precision) =>
        KernelSize.Of(KernelWork.ConvolutionWeightGradient, precision, Weight[0], (long)Weight[1] * Weight[2] * Weight[3], OutputPixels);

    private long OutputPixels => (long)Input[0] * Along(2) * Along(3);

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">They do not fit together.</exception>
    public Conv2dGeometry Checked()
    {
        if (Input.Rank != 4) throw new ArgumentException($"conv2d: input must be [batch, channels, height, width], got {Input}");
        if (Weight.Rank != 4 || Weight[1] != Input[1])
            throw new ArgumentException($"conv2d: weight must be [out, {Input[1]}, kernelHeight, kernelWidth] to match input {Input}, got {Weight}");
        if (Stride < 1) throw new ArgumentException($"conv2d: stride must be at least 1, got {Stride}");
        if (Padding < 0) throw new ArgumentException($"conv2d: padding must be at least 0, got {Padding}");
        if (Dilation < 1) throw new ArgumentException($"conv2d: dilation must be at least 1, got {Dilation}");
        if (Dilation > 1 && Stride > 1) throw new ArgumentException($"conv2d: a dilation of {Dilation} needs a stride of 1, got {Stride}");
        if (Input[2] + (2 * Padding) < Reach(2) || Input[3] + (2 * Padding) < Reach(3))
            throw new ArgumentException($"conv2d: kernel {Reach(2)} x {Reach(3)} is larger than the input {Input[2]} x {Input[3]} with padding {Padding}");
        return this;
    }

    /// <summary>Input positions from the first tap along an axis to the last, both counted.</summary>
    public int Reach(int axis) => ((Weight[axis] - 1) * Dilation) + 1;

    private int Along(int axis) => ((Input[axis] + (2 * Padding) - Reach(axis)) / Stride) + 1;

    /// <inheritdoc/>
    public override string ToString() => $"input={Input} weight={Weight} stride={Stride} padding={Padding} dilation={Dilation}";
}
