using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>
/// One operation of a graph. A subclass checks shapes in its constructor, tells its gradient in <see cref="Differentiate"/> and its kernels in
/// <see cref="Lower"/>; it holds nothing but its inputs and its attributes.
/// </summary>
public abstract class Op
{
    private readonly TensorSpec[] _outputSpecs;
    private Tensor[] _outputs = Array.Empty<Tensor>();
    private string? _attributes;

    /// <summary>States inputs and outputs.</summary>
    /// <param name="name">The op's name in snake_case, the first word of its error messages.</param>
    /// <param name="inputs">Tensors that are read.</param>
    /// <param name="outputs">Shape and type of each tensor that is written.</param>
    protected Op(string name, Tensor[] inputs, params TensorSpec[] outputs)
    {
        Name = name;
        Inputs = inputs;
        _outputSpecs = outputs;
    }

    /// <summary>The op's name in snake_case.</summary>
    public string Name { get; }

    /// <summary>Tensors that are read.</summary>
    public IReadOnlyList<Tensor> Inputs { get; }

    /// <summary>Tensors that are written, once the op belongs to a graph.</summary>
    public IReadOnlyList<Tensor> Outputs => _outputs;

    /// <summary>The first output.</summary>
    public Tensor Output => _outputs[0];

    /// <summary>Shape and type of each output, known before the op belongs to a graph.</summary>
    public IReadOnlyList<TensorSpec> OutputSpecs => _outputSpecs;

    /// <summary>Position in the program.</summary>
    public int Index { get; private set; }

    /// <summary>Persistent tensors that the op changes; an op that has any is always run.</summary>
    public virtual IReadOnlyList<Tensor> Mutated => Array.Empty<Tensor>();

    /// <summary>Everything but the inputs that decides what is computed, as <c>name=value</c> words; equal ops have equal attributes.</summary>
    public string Attributes => _attributes ??= DescribeAttributes();

    /// <summary>
    /// The input whose memory output 0 shares, unchanged, or -1. Reshapes and stop-gradients are such views: they cost nothing.
    /// </summary>
    public virtual int ViewOfInput => -1;

    /// <summary>Appends the ops that compute the gradients of the inputs.</summary>
    /// <param name="context">Holds the outputs' gradients and takes the inputs'.</param>
    /// <exception cref="NotSupportedException">The op has no gradient; stop it before with <c>StopGradient()</c>.</exception>
    protected internal virtual void Differentiate(GradientContext context) =>
        throw new NotSupportedException($"{Name}: has no gradient; call StopGradient() on its output where none should flow");

    /// <summary>Appends the kernel launches that compute the outputs; every element of every output must be written.</summary>
    /// <param name="lowering">Knows the device and takes the launches.</param>
    protected internal abstract void Lower(Lowering lowering);

    /// <summary>Whether the op's kernels read an input that lies in memory in 16 bits.</summary>
    /// <param name="input">Its index.</param>
    protected internal virtual bool ReadsHalf(int input) => false;

    /// <summary>Whether the op's kernels write an output in 16 bits, and little is lost by it: where products are multiplied in 16 bits it may lie so.</summary>
    /// <param name="output">Its index.</param>
    protected internal virtual bool WritesHalf(int output) => false;

    /// <summary>
    /// Whether the op's kernels read an input <c>[batch, channels, height, width]</c> that lies in memory as <c>[batch, height, width, channels]</c>; such an op
    /// reads that input in 16 bits only if it lies so.
    /// </summary>
    /// <param name="input">Its index.</param>
    protected internal virtual bool ReadsChannelsLast(int input) => false;

    /// <summary>Whether the op's kernels write an output channels last; such an op writes it in 16 bits only then.</summary>
    /// <param name="output">Its index.</param>
    protected internal virtual bool WritesChannelsLast(int output) => false;

    /// <summary>
    /// Whether all operands must lie alike. Elementwise ops need no more than that, whatever else they say; others say as well that they read and write channels last.
    /// </summary>
    protected internal virtual bool NeedsOneOrder => false;

    /// <summary>The images that must lie alike: where the op needs one order, all of its operands.</summary>
    protected internal virtual IEnumerable<Tensor> ImagesOfOneOrder => NeedsOneOrder ? Inputs.Concat(Outputs).Where(operand => operand.Shape.Rank == 4) : [];

    /// <summary>Whether the output is the sum of a residual block, of which more digits are to be kept.</summary>
    protected internal virtual bool IsResidualSum => false;

    /// <summary>
    /// Every attribute as <c>name=value</c>, separated by spaces. With inputs and output shapes it keys shared-expression removal, so none may be left out.
    /// </summary>
    protected abstract string DescribeAttributes();

    /// <summary>A shape error in the house's form: op, what was expected, what was given.</summary>
    /// <param name="name">The op's name.</param>
    /// <param name="message">What was expected and what was given.</param>
    protected static ArgumentException Mismatch(string name, string message) => new($"{name}: {message}");

    internal void CreateOutputs(TensorGraph graph, int index)
    {
        if (_outputs.Length > 0) throw new InvalidOperationException($"{Name}: already belongs to a graph");
        Index = index;
        _outputs = new Tensor[_outputSpecs.Length];
        for (int i = 0; i < _outputs.Length; i++)
        {
            string suffix = _outputs.Length > 1 ? $".{i}" : "";
            _outputs[i] = graph.NewTensor(_outputSpecs[i], TensorSource.Op, $"{Name}_{index}{suffix}");
            _outputs[i].Producer = this;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}_{Index}({string.Join(", ", Inputs)}) {Attributes}";
}
