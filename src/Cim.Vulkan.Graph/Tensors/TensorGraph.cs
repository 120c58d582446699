using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>A named result that stays readable after a step.</summary>
/// <param name="Name">Unique within the graph.</param>
/// <param name="Tensor">The tensor.</param>
public sealed record GraphOutput(string Name, Tensor Tensor);

/// <summary>
/// The description of one program: ops in program order, from which the planner makes an <see cref="ExecutionPlan"/>.
/// Equal ops on equal inputs are one op, and an op nobody needs is never planned.
/// </summary>
public sealed class TensorGraph
{
    private readonly List<Op> _ops = new();
    private readonly List<Tensor> _inputs = new();
    private readonly List<Tensor> _constants = new();
    private readonly List<GraphOutput> _outputs = new();
    private readonly Dictionary<Parameter, Tensor> _parameters = new();
    private readonly Dictionary<string, Op> _opsByKey = new();
    private readonly Dictionary<PersistentBuffer, int> _versions = new();
    private readonly HashSet<string> _names = new();
    private int _tensorCount;
    private int _randomStreams;
    private int _scope;
    private int _scopeCount;
    private StepScalars? _scalars;

    /// <summary>Ops in program order.</summary>
    public IReadOnlyList<Op> Ops => _ops;

    /// <summary>Tensors that the host fills before each step.</summary>
    public IReadOnlyList<Tensor> Inputs => _inputs;

    /// <summary>Tensors uploaded once.</summary>
    public IReadOnlyList<Tensor> Constants => _constants;

    /// <summary>Results that stay readable after a step.</summary>
    public IReadOnlyList<GraphOutput> Outputs => _outputs;

    /// <summary>The numbers that change from step to step.</summary>
    public StepScalars Scalars => _scalars ??= new StepScalars(Input("step_scalars", new Shape(StepScalars.Capacity), ElementType.UInt32));

    /// <summary>Whether any op uses <see cref="Scalars"/>.</summary>
    public bool HasScalars => _scalars is not null;

    /// <summary>Declares a tensor that the host fills before each step.</summary>
    /// <param name="name">Unique within the graph.</param>
    /// <param name="shape">Axis lengths.</param>
    /// <param name="elementType">Storage type.</param>
    public Tensor Input(string name, Shape shape, ElementType elementType = ElementType.Float32)
    {
        ClaimName(name);
        Tensor tensor = NewTensor(new TensorSpec(shape, elementType), TensorSource.Input, name);
        _inputs.Add(tensor);
        return tensor;
    }

    /// <summary>Declares a tensor of fixed values.</summary>
    /// <typeparam name="T">float, int or uint; must match <paramref name="elementType"/>.</typeparam>
    /// <param name="name">For plans and messages.</param>
    /// <param name="shape">Axis lengths.</param>
    /// <param name="values">All elements.</param>
    /// <param name="elementType">Storage type, 32 bits wide.</param>
    public Tensor Constant<T>(string name, Shape shape, ReadOnlySpan<T> values, ElementType elementType = ElementType.Float32)
        where T : unmanaged
    {
        if (values.Length != shape.Count) throw new ArgumentException($"constant {name}: {shape} needs {shape.Count} values, got {values.Length}", nameof(values));
        Tensor tensor = NewTensor(new TensorSpec(shape, elementType), TensorSource.Constant, name);
        tensor.ConstantBytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(values).ToArray();
        if (tensor.ConstantBytes.Length != tensor.SizeBytes)
            throw new ArgumentException($"constant {name}: {elementType} needs {tensor.SizeBytes} bytes, got {tensor.ConstantBytes.Length}", nameof(values));
        _constants.Add(tensor);
        return tensor;
    }

    /// <summary>The tensor of a parameter in this graph; the same one at every call.</summary>
    /// <param name="parameter">The parameter.</param>
    public Tensor Use(Parameter parameter)
    {
        if (_parameters.TryGetValue(parameter, out Tensor? tensor)) return tensor;
        tensor = Persistent(parameter.Name, parameter.Set.Values, parameter.OffsetBytes, parameter.Shape);
        _parameters.Add(parameter, tensor);
        return tensor;
    }

    /// <summary>A tensor that lies in a persistent buffer.</summary>
    /// <param name="name">For plans and messages.</param>
    /// <param name="buffer">The buffer.</param>
    /// <param name="offsetBytes">Where the tensor begins; a multiple of 256 suits every device.</param>
    /// <param name="shape">Axis lengths.</param>
    /// <param name="elementType">Storage type.</param>
    public Tensor Persistent(string name, PersistentBuffer buffer, long offsetBytes, Shape shape, ElementType elementType = ElementType.Float32)
    {
        Tensor tensor = NewTensor(new TensorSpec(shape, elementType), TensorSource.Persistent, name);
        if (offsetBytes < 0 || offsetBytes + tensor.SizeBytes > buffer.SizeBytes)
            throw new ArgumentException($"{name}: {shape} at byte {offsetBytes} does not fit into {buffer}", nameof(offsetBytes));
        tensor.Buffer = buffer;
        tensor.BufferOffsetBytes = offsetBytes;
        return tensor;
    }

    /// <summary>Adds an op at the end of the program, or returns the equal op that is already there.</summary>
    /// <typeparam name="TOp">The op's type.</typeparam>
    /// <param name="op">A new op.</param>
    public TOp Add<TOp>(TOp op)
        where TOp : Op
    {
        foreach (Tensor input in op.Inputs)
            if (input.Graph != this) throw new ArgumentException($"{op.Name}: input {input} belongs to another graph", nameof(op));
        string? key = op.Mutated.Count == 0 ? KeyOf(op) : null;
        if (key is not null && _opsByKey.TryGetValue(key, out Op? equal)) return (TOp)equal;
        op.CreateOutputs(this, _ops.Count);
        _ops.Add(op);
        if (key is not null) _opsByKey.Add(key, op);
        foreach (Tensor mutated in op.Mutated) _versions[mutated.Buffer!] = VersionOf(mutated) + 1;
        return op;
    }

    /// <summary>Keeps a tensor readable after a step under a name.</summary>
    /// <param name="name">Unique within the graph.</param>
    /// <param name="tensor">The tensor.</param>
    public void Output(string name, Tensor tensor)
    {
        if (_outputs.Any(output => output.Name == name)) throw new ArgumentException($"graph: an output named {name} is there already", nameof(name));
        _outputs.Add(new GraphOutput(name, tensor));
    }

    /// <summary>A number that keys one op's random draws, so that no two ops of a graph draw alike.</summary>
    public int NewRandomStream() => _randomStreams++;

    internal int RandomStreamCount => _randomStreams;

    /// <summary>Describes ops that are shared with no equal ones outside, because they are to be computed at their own place in the program.</summary>
    /// <param name="describe">Describes them.</param>
    /// <param name="firstRandomStream">Where their random streams begin, to draw again what was drawn before; null for new ones.</param>
    internal T Unshared<T>(Func<T> describe, int? firstRandomStream = null)
    {
        (int scope, int streams) = (_scope, _randomStreams);
        _scope = ++_scopeCount;
        _randomStreams = firstRandomStream ?? streams;
        try
        {
            return describe();
        }
        finally
        {
            _scope = scope;
            if (firstRandomStream is not null) _randomStreams = streams;
        }
    }

    internal Tensor NewTensor(TensorSpec spec, TensorSource source, string name) => new(this, _tensorCount++, spec, source, name);

    // A read before and a read after an update of the same buffer are different values: the version tells them apart.
    private string KeyOf(Op op) =>
        $"{_scope}:{op.GetType().FullName}:{op.Name}({string.Join(",", op.Inputs.Select(input => $"{input.Id}v{VersionOf(input)}"))}){op.Attributes}{string.Join(";", op.OutputSpecs)}";

    private int VersionOf(Tensor tensor)
    {
        while (tensor.Producer is { ViewOfInput: >= 0 } view) tensor = view.Inputs[view.ViewOfInput];
        return tensor.Buffer is not null && _versions.TryGetValue(tensor.Buffer, out int version) ? version : 0;
    }

    private void ClaimName(string name)
    {
        if (!_names.Add(name)) throw new ArgumentException($"graph: an input named {name} is there already", nameof(name));
    }
}
