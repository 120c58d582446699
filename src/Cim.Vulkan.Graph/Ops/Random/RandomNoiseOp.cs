using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Random numbers, a pure function of seed, step, stream and position. Has no gradient and needs none.</summary>
public sealed class RandomNoiseOp : Op
{
    private readonly int _stream;
    private readonly bool _isGumbel;

    /// <summary>Draws a tensor of random numbers.</summary>
    /// <param name="scalars">The graph's step scalars: seed and step.</param>
    /// <param name="shape">Axis lengths.</param>
    /// <param name="stream">Tells this draw from the graph's others.</param>
    /// <param name="isGumbel">Standard Gumbel noise -log(-log(u)) rather than u, evenly distributed over (0, 1).</param>
    public RandomNoiseOp(StepScalars scalars, Shape shape, int stream, bool isGumbel)
        : base(isGumbel ? "gumbel_noise" : "uniform_noise", new[] { scalars.Tensor }, new TensorSpec(shape)) => (_stream, _isGumbel) = (stream, isGumbel);

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) => lowering.LaunchLinear(
        RandomNoiseKernel.Call(Inputs[0], Output, (uint)Output.Count, (uint)_stream,
            _isGumbel ? RandomNoiseKernel.Kind.GumbelNoise : RandomNoiseKernel.Kind.UniformNoise),
        Lowering.DivideUp(Output.Count, 4));

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"stream={_stream}";
}

/// <summary>Random tokens, each of the vocabulary equally likely. Int32; has no gradient.</summary>
public sealed class RandomTokensOp : Op
{
    private readonly int _stream;
    private readonly int _vocabularySize;

    /// <summary>Draws a tensor of tokens.</summary>
    /// <param name="scalars">The graph's step scalars: seed and step.</param>
    /// <param name="shape">Axis lengths.</param>
    /// <param name="stream">Tells this draw from the graph's others.</param>
    /// <param name="vocabularySize">Tokens are below this; at least 1.</param>
    public RandomTokensOp(StepScalars scalars, Shape shape, int stream, int vocabularySize)
        : base("random_tokens", new[] { scalars.Tensor }, new TensorSpec(shape, ElementType.Int32))
    {
        if (vocabularySize < 1) throw Mismatch(Name, $"vocabulary size must be at least 1, got {vocabularySize}");
        (_stream, _vocabularySize) = (stream, vocabularySize);
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) => lowering.LaunchLinear(
        RandomTokensKernel.Call(Inputs[0], Output, (uint)Output.Count, (uint)_stream, (uint)_vocabularySize), Lowering.DivideUp(Output.Count, 4));

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"stream={_stream} vocabulary_size={_vocabularySize}";
}

/// <summary>Random tensors as methods of graphs.</summary>
public static class RandomExtensions
{
    /// <summary>Numbers spread evenly over (0, 1), new ones each step.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="shape">Axis lengths.</param>
    public static Tensor UniformNoise(this TensorGraph graph, Shape shape) =>
        graph.Add(new RandomNoiseOp(graph.Scalars, shape, graph.NewRandomStream(), isGumbel: false)).Output;

    /// <summary>Standard Gumbel noise, -log(-log(u)), new each step.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="shape">Axis lengths.</param>
    public static Tensor GumbelNoise(this TensorGraph graph, Shape shape) =>
        graph.Add(new RandomNoiseOp(graph.Scalars, shape, graph.NewRandomStream(), isGumbel: true)).Output;

    /// <summary>Tokens of which each is equally likely, new ones each step; Int32.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="shape">Axis lengths.</param>
    /// <param name="vocabularySize">Tokens are below this.</param>
    public static Tensor SampleUniformTokens(this TensorGraph graph, Shape shape, int vocabularySize) =>
        graph.Add(new RandomTokensOp(graph.Scalars, shape, graph.NewRandomStream(), vocabularySize)).Output;
}
