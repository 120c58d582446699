using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Onnx;

/// <summary>What an op's form writes with: nodes, numbers and shapes, each under a name of its own.</summary>
internal sealed class OpWriter(TracedShapes shapes)
{
    private readonly List<OnnxNode> _nodes = [];
    private readonly List<OnnxTensor> _tensors = [];
    private readonly HashSet<string> _claimed = new(StringComparer.Ordinal);
    private readonly Dictionary<Tensor, string> _names = [];
    private readonly Dictionary<string, string> _numbers = new(StringComparer.Ordinal);
    private string _prefix = "";
    private string? _batchSource, _batch;

    /// <summary>All nodes so far.</summary>
    public IReadOnlyList<OnnxNode> Nodes => _nodes;

    /// <summary>All fixed values so far.</summary>
    public IReadOnlyList<OnnxTensor> Tensors => _tensors;

    /// <summary>The name of a tensor's value.</summary>
    /// <exception cref="OnnxException">The op that writes it has no form for this output.</exception>
    public string this[Tensor tensor]
    {
        get => _names.TryGetValue(tensor, out string? name) ? name
            : throw new OnnxException($"{tensor.Producer?.Name ?? tensor.Name}: {tensor} has no form in ONNX");
        set => _names[tensor] = value;
    }

    /// <summary>The axes of a tensor.</summary>
    public Axis[] ShapeOf(Tensor tensor) => shapes.Of(tensor);

    /// <summary>Begins an op: its nodes bear its name.</summary>
    public void Begin(Op op) => _prefix = $"{op.Name}_{op.Index}";

    /// <summary>A name that nothing else has.</summary>
    public string Claim(string name)
    {
        string claimed = name;
        for (int i = 1; !_claimed.Add(claimed); i++) claimed = $"{name}.{i}";
        return claimed;
    }

    /// <summary>The value that tells the number of pictures, by its first axis.</summary>
    public void CountPicturesBy(string input) => _batchSource ??= input;

    /// <summary>Adds a node of one output.</summary>
    /// <returns>The output's name.</returns>
    public string Node(string op, IReadOnlyList<string> inputs, params OnnxSetting[] attributes) => Node(op, inputs, 1, attributes)[0];

    /// <summary>Adds a node.</summary>
    /// <returns>The outputs' names.</returns>
    public string[] Node(string op, IReadOnlyList<string> inputs, int outputs, params OnnxSetting[] attributes)
    {
        string[] names = [.. Enumerable.Range(0, outputs).Select(_ => Claim(_prefix))];
        _nodes.Add(new OnnxNode(names[0], op, inputs, names, attributes));
        return names;
    }

    /// <summary>Gives a value the name that users know it by.</summary>
    public void Rename(string value, string name) => _nodes.Add(new OnnxNode(name, "Identity", [value], [name], []));

    /// <summary>Adds fixed values.</summary>
    /// <returns>Their name.</returns>
    public string Tensor(string name, OnnxType type, long[] shape, Func<ReadOnlyMemory<byte>> bytes, bool isConstant)
    {
        string claimed = Claim(name);
        _tensors.Add(new OnnxTensor(claimed, type, shape, bytes, isConstant));
        return claimed;
    }

    /// <summary>A number.</summary>
    public string Scalar(float value) => Number("number", OnnxType.Float, [], MemoryMarshal.AsBytes([value]).ToArray());

    /// <summary>Whole numbers in a row: a shape, axes, places.</summary>
    public string Vector(params long[] values) => Number("numbers", OnnxType.Int64, [values.Length], MemoryMarshal.AsBytes<long>(values).ToArray());

    /// <summary>A whole number.</summary>
    public string Integer(long value) => Number("integer", OnnxType.Int64, [], MemoryMarshal.AsBytes([value]).ToArray());

    /// <summary>A 32-bit whole number.</summary>
    public string Int32(int value) => Number("integer", OnnxType.Int32, [], MemoryMarshal.AsBytes([value]).ToArray());

    /// <summary>Two numbers in a row.</summary>
    public string Pair(float first, float second) => Number("pair", OnnxType.Float, [2], MemoryMarshal.AsBytes([first, second]).ToArray());

    /// <summary>The same elements under another shape; one axis may be open.</summary>
    public string Reshape(string value, params Axis[] axes)
    {
        if (axes.Count(axis => axis.IsOpen) > 1) throw new OnnxException($"{_prefix}: a shape with two axes that grow with the number of pictures has no form in ONNX; export with a fixed number");
        return Node("Reshape", [value, Vector([.. axes.Select(axis => axis.IsOpen ? -1 : axis.Length)])]);
    }

    /// <summary>A shape as a value, whatever the number of pictures.</summary>
    public string ShapeValue(params Axis[] axes)
    {
        if (!axes.Any(axis => axis.IsOpen)) return Vector([.. axes.Select(axis => axis.Length)]);
        return Node("Concat", [.. axes.Select(axis => axis.IsOpen ? Times(axis.PerImage) : Vector(axis.Length))], new OnnxSetting("axis", 0L));
    }

    private string Times(long perImage)
    {
        if (_batchSource is null) throw new OnnxException($"{_prefix}: no input tells the number of pictures; export with a fixed number");
        _batch ??= Node("Slice", [Node("Shape", [_batchSource]), Vector(0), Vector(1)]);
        return perImage == 1 ? _batch : Node("Mul", [_batch, Vector(perImage)]);
    }

    private string Number(string name, OnnxType type, long[] shape, byte[] bytes)
    {
        string key = $"{type}[{string.Join(",", shape)}]{Convert.ToHexString(bytes)}";
        if (_numbers.TryGetValue(key, out string? known)) return known;
        return _numbers[key] = Tensor(name, type, shape, () => bytes, isConstant: true);
    }
}
