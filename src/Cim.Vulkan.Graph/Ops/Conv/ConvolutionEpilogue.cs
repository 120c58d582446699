namespace Cim.Vulkan.Graph;

/// <summary>What follows the products of a convolution in its kernel: activation(products + bias + residual).</summary>
/// <param name="Bias"><c>[out]</c>, or null.</param>
/// <param name="Residual">Shaped and ordered as the output, or null.</param>
/// <param name="Activation">None or ReLU.</param>
internal readonly record struct ConvolutionEpilogue(Tensor? Bias, Tensor? Residual, Activation Activation);
