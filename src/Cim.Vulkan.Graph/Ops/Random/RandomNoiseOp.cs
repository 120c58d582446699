using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Random numbers, a pure function of seed, step, stream and position. Has no gradient and needs none.</summary>
public sealed class RandomNoiseOp : Op
{
    private readonly int _stream;
    private readonly RandomNoiseKernel.Kind _kind;

    /// <summary>Draws a tensor of random numbers.</summary>
    /// <param name="scalars">The graph's step scalars: seed and step.</param>
    /// <param name="shape">Axis lengths.</param>
    /// <param name="stream">Tells this draw from the graph's others.</param>
    /// <param name="kind">Even over (0, 1), standard Gumbel -log(-log(u)) or standard normal.</param>
    public RandomNoiseOp(StepScalars scalars, Shape shape, int stream, RandomNoiseKernel.Kind kind)
        : base(NameOf(kind), new[] { scalars.Tensor }, new TensorSpec(shape)) => (_stream, _kind) = (stream, kind);

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) => lowering.LaunchLinear(
        RandomNoiseKernel.Call(Inputs[0], Output, (uint)Output.Count, (uint)_stream, _kind), Lowering.DivideUp(Output.Count, 4));

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"stream={_stream}";

    private static string NameOf(RandomNoiseKernel.Kind kind) => kind switch
    {
        RandomNoiseKernel.Kind.GumbelNoise => "gumbel_noise",
        RandomNoiseKernel.Kind.NormalNoise => "normal_noise",
        _ => "uniform_noise",
    };
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
        graph.Add(new RandomNoiseOp(graph.Scalars, shape, graph.NewRandomStream(), RandomNoiseKernel.Kind.UniformNoise)).Output;

    /// <summary>Standard Gumbel noise, -log(-log(u)), new each step.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="shape">Axis lengths.</param>
    public static Tensor GumbelNoise(this TensorGraph graph, Shape shape) =>
        graph.Add(new RandomNoiseOp(graph.Scalars, shape, graph.NewRandomStream(), RandomNoiseKernel.Kind.GumbelNoise)).Output;

    /// <summary>Standard normal noise, mean 0 and variance 1, new each step.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="shape">Axis lengths.</param>
    public static Tensor NormalNoise(this TensorGraph graph, Shape shape) =>
        graph.Add(new RandomNoiseOp(graph.Scalars, shape, graph.NewRandomStream(), RandomNoiseKernel.Kind.NormalNoise)).Output;

    /// <summary>Tokens of which each is equally likely, new ones each step; Int32.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="shape">Axis lengths.</param>
    /// <param name="vocabularySize">Tokens are below this.</param>
    public static Tensor SampleUniformTokens(this TensorGraph graph, Shape shape, int vocabularySize) =>
        graph.Add(new RandomTokensOp(graph.Scalars, shape, graph.NewRandomStream(), vocabularySize)).Output;
}
