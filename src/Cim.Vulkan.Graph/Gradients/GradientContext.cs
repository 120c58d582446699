namespace Cim.Vulkan.Graph;

/// <summary>What an op sees while its gradient is taken: the gradients of its outputs, and which inputs want one.</summary>
public sealed class GradientContext
{
    private readonly Tensor?[] _outputGradients;
    private readonly bool[] _needed;
    private readonly Tensor?[] _inputGradients;
    private readonly string _name;

    internal GradientContext(Op op, Tensor?[] outputGradients, bool[] needed)
    {
        Op = op;
        _name = op.Name;
        _outputGradients = outputGradients;
        _needed = needed;
        _inputGradients = new Tensor?[needed.Length];
    }

    /// <summary>The op whose gradient is taken.</summary>
    public Op Op { get; }

    /// <summary>Gradient of output 0, for ops that have one output.</summary>
    public Tensor GradOutput => _outputGradients[0] ?? throw new System.InvalidOperationException($"{_name}: no gradient reached the first output");

    /// <summary>Gradient of an output; null where nothing that is differentiated used it.</summary>
    /// <param name="output">Index of the output.</param>
    public Tensor? OutputGradient(int output) => _outputGradients[output];

    /// <summary>Whether the gradient of an input is wanted.</summary>
    /// <param name="input">Index of the input.</param>
    public bool Needs(int input) => _needed[input];

    /// <summary>States the gradient of an input.</summary>
    /// <param name="input">Index of the input.</param>
    /// <param name="gradient">Of the input's shape.</param>
    public void Set(int input, Tensor gradient)
    {
        if (gradient.Shape != Op.Inputs[input].Shape)
            throw new System.ArgumentException($"{_name}: gradient of input {input} must be {Op.Inputs[input].Shape}, got {gradient.Shape}", nameof(gradient));
        _inputGradients[input] = gradient;
    }

    internal Tensor? InputGradient(int input) => _inputGradients[input];
}
