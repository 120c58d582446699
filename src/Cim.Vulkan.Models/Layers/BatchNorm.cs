using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>Batch normalisation of feature maps (Ioffe and Szegedy 2015), by the batch in training and by running statistics in evaluation.</summary>
public sealed class BatchNorm
{
    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private readonly Parameter _runningMean;
    private readonly Parameter _runningVariance;
    private readonly float _epsilon;

    /// <summary>Declares the layer's parameters and running statistics.</summary>
    /// <param name="parameters">Takes <c>NAME.weight [channels]</c> and <c>NAME.bias [channels]</c>.</param>
    /// <param name="statistics">Takes <c>NAME.running_mean [channels]</c> and <c>NAME.running_var [channels]</c>, which are not optimised.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="channels">Channels of a map.</param>
    /// <param name="epsilon">Is added to the variance.</param>
    /// <param name="startsAtZero">Whether the weight starts at 0 instead of 1, so that a residual branch starts as nothing.</param>
    public BatchNorm(ParameterSet parameters, ParameterSet statistics, string name, int channels, float epsilon = 1e-5f, bool startsAtZero = false)
    {
        var shape = new Shape(channels);
        _weight = parameters.Add($"{name}.weight", shape, startsAtZero ? Initializer.Zeros : Initializer.Ones);
        _bias = parameters.Add($"{name}.bias", shape, Initializer.Zeros);
        _runningMean = statistics.Add($"{name}.running_mean", shape, Initializer.Zeros);
        _runningVariance = statistics.Add($"{name}.running_var", shape, Initializer.Ones);
        _epsilon = epsilon;
    }

    /// <summary>Normalises every channel; the shape stays.</summary>
    /// <param name="input"><c>[batch, channels, height, width]</c>.</param>
    /// <param name="batch">Training: takes mean and unbiased variance of the batch. Null: evaluation by the running statistics.</param>
    /// <param name="activation">None or ReLU.</param>
    public Tensor Forward(Tensor input, BatchStatistics? batch, Activation activation = Activation.None)
    {
        TensorGraph graph = input.Graph;
        Tensor weight = graph.Use(_weight), bias = graph.Use(_bias);
        if (batch is null) return input.BatchNorm(weight, bias, graph.Use(_runningMean), graph.Use(_runningVariance), _epsilon, activation);
        BatchNormResult result = input.BatchNorm(weight, bias, _epsilon, activation);
        batch.Add(_runningMean, result.Mean);
        batch.Add(_runningVariance, result.UnbiasedVariance);
        return result.Output;
    }
}
