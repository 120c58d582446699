using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>Layer normalisation over the last axis (Ba et al. 2016).</summary>
public sealed class LayerNorm
{
    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private readonly float _epsilon;

    /// <summary>Declares the layer's parameters.</summary>
    /// <param name="parameters">Takes <c>NAME.weight [width]</c> and <c>NAME.bias [width]</c>.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="width">Length of the last axis.</param>
    /// <param name="epsilon">Is added to the variance.</param>
    public LayerNorm(ParameterSet parameters, string name, int width, float epsilon = 1e-6f)
    {
        _weight = parameters.Add($"{name}.weight", new Shape(width), Initializer.Ones);
        _bias = parameters.Add($"{name}.bias", new Shape(width), Initializer.Zeros);
        _epsilon = epsilon;
    }

    /// <summary>Normalises every row; the shape stays.</summary>
    /// <param name="input"><c>[..., width]</c>.</param>
    public Tensor Forward(Tensor input) => input.LayerNorm(input.Graph.Use(_weight), input.Graph.Use(_bias), _epsilon);
}
