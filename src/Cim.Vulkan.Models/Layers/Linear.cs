using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>A fully connected layer: x Wᵀ + b.</summary>
public sealed class Linear
{
    /// <summary>Declares the layer's parameters.</summary>
    /// <param name="parameters">Takes <c>NAME.weight [outputWidth, inputWidth]</c> and <c>NAME.bias [outputWidth]</c>.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="inputWidth">Width of a row that comes in.</param>
    /// <param name="outputWidth">Width of a row that goes out.</param>
    /// <param name="initializer">First values of the weight; the bias starts at zero.</param>
    public Linear(ParameterSet parameters, string name, int inputWidth, int outputWidth, Initializer initializer)
    {
        Weight = parameters.Add($"{name}.weight", new Shape(outputWidth, inputWidth), initializer);
        Bias = parameters.Add($"{name}.bias", new Shape(outputWidth), Initializer.Zeros);
    }

    /// <summary><c>[outputWidth, inputWidth]</c>.</summary>
    public Parameter Weight { get; }

    /// <summary><c>[outputWidth]</c>.</summary>
    public Parameter Bias { get; }

    /// <summary>Applies the layer to every row: <c>[..., inputWidth]</c> to <c>[..., outputWidth]</c>.</summary>
    /// <param name="input"><c>[..., inputWidth]</c>.</param>
    /// <param name="activation">Follows the bias.</param>
    /// <param name="residual">Is added last, <c>[..., outputWidth]</c>; null for none.</param>
    /// <param name="scale">Multiplies the result before that, <c>[outputWidth]</c>; null for none.</param>
    /// <param name="sampleFactors">Multiplies the result before that, <c>[batch]</c>; null for none.</param>
    public Tensor Forward(Tensor input, Activation activation = Activation.None, Tensor? residual = null, Tensor? scale = null, Tensor? sampleFactors = null) =>
        input.Linear(input.Graph.Use(Weight), input.Graph.Use(Bias), activation, residual, scale: scale, rowFactors: sampleFactors);
}
