using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.OpCases;

/// <summary>What a golden file showed.</summary>
/// <param name="Name">The file.</param>
/// <param name="Problems">What is wrong, one line each; empty where all is well.</param>
/// <param name="OutputError">Largest error of an output or loss, relative to the tensor's largest magnitude.</param>
/// <param name="GradientError">The same of gradients.</param>
/// <param name="ComparedCount">Tensors compared.</param>
public sealed record GoldenResult(string Name, IReadOnlyList<string> Problems, double OutputError, double GradientError, int ComparedCount);

/// <summary>
/// A graph under comparison with a golden file: declares inputs and parameters with the file's values, collects what is to be compared, runs, and compares.
/// A tensor of the file that nobody looked at is a problem too.
/// </summary>
public sealed class GoldenModel
{
    private const double OutputTolerance = 1e-4;
    private const double GradientTolerance = 1e-3;

    private readonly Dictionary<string, Tensor> _inputs = new();
    private readonly List<ParameterSet> _sets = new();
    private readonly List<(Parameter Parameter, string Name)> _values = new();
    private readonly Dictionary<string, Tensor> _expected = new();
    private readonly HashSet<string> _seen = new();

    /// <summary>Begins with an empty graph.</summary>
    /// <param name="file">The file to compare with.</param>
    public GoldenModel(GoldenFile file) => File = file;

    /// <summary>The file to compare with.</summary>
    public GoldenFile File { get; }

    /// <summary>The graph.</summary>
    public TensorGraph Graph { get; } = new();

    /// <summary>Declares an input with the file's values.</summary>
    /// <param name="name">The name behind <c>input.</c></param>
    public Tensor Input(string name)
    {
        bool isFloat = File.Formula?.InputShape(name) is not null || Look($"input.{name}").Floats is not null;
        Tensor tensor = Graph.Input(name, File.Formula?.InputShape(name) ?? File[$"input.{name}"].Shape, isFloat ? ElementType.Float32 : ElementType.Int32);
        _inputs.Add(name, tensor);
        return tensor;
    }

    /// <summary>Gives a set the file's values; every parameter must be in the file with its shape.</summary>
    /// <param name="parameters">The set.</param>
    public void Use(ParameterSet parameters)
    {
        foreach (Parameter parameter in parameters.Parameters) Give(parameter, $"param.{parameter.Name}");
        _sets.Add(parameters);
    }

    /// <summary>Gives running statistics the file's values, <c>input.statistics.NAME</c>; they have no gradients.</summary>
    /// <param name="statistics">The set.</param>
    public void UseStatistics(ParameterSet statistics)
    {
        foreach (Parameter parameter in statistics.Parameters) Give(parameter, $"input.statistics.{parameter.Name}");
    }

    /// <summary>Compares a tensor with one of the file.</summary>
    /// <param name="name">The file's name of it, such as <c>output.logits</c>.</param>
    /// <param name="tensor">The tensor.</param>
    public void Expect(string name, Tensor tensor)
    {
        if (File.Names.Contains(name)) Look(name);
        else foreach (string part in GoldenDigest.Parts(name)) Look(part);
        _expected.Add(name, tensor);
        Graph.Output(name, tensor);
    }

    /// <summary>Compares a loss, its gradients by all parameters of all sets, and those by inputs.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="inputs">Names of inputs whose gradients are in the file.</param>
    public void ExpectLoss(Tensor loss, params string[] inputs)
    {
        Expect("loss", loss);
        ExpectGradients(loss, inputs);
    }

    /// <summary>The sum of an output times an input, by custom <c>grad_output</c>: a loss whose gradient is that input.</summary>
    /// <param name="output">An output.</param>
    /// <param name="weights">The input's name.</param>
    public Tensor WeightedSum(Tensor output, string weights) => output.Multiply(Input(weights)).SumAll();

    /// <summary>Compares the gradients of a loss by all parameters and by the named inputs.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="inputs">Names of inputs.</param>
    public void ExpectGradients(Tensor loss, params string[] inputs)
    {
        Parameter[] parameters = _sets.SelectMany(set => set.Parameters).ToArray();
        Tensor[] targets = parameters.Select(Graph.Use).Concat(inputs.Select(name => _inputs[name])).ToArray();
        string[] names = parameters.Select(parameter => $"grad.{parameter.Name}").Concat(inputs.Select(name => $"grad.input.{name}")).ToArray();
        IReadOnlyList<Tensor> gradients = Gradients.Of(loss, targets);
        for (int i = 0; i < names.Length; i++) Expect(names[i], gradients[i]);
    }

    /// <summary>Runs the graph on a device and compares.</summary>
    /// <param name="device">The device.</param>
    /// <param name="profile">The device's profile, or another one that it can serve.</param>
    public GoldenResult Run(GpuDevice device, DeviceProfile profile)
    {
        ExecutionPlan plan = Planner.Plan(Graph, profile);
        using var memory = new PersistentMemory(device);
        foreach ((Parameter parameter, string name) in _values) memory.Write(parameter, ValuesOf(name, parameter.Shape));
        using Program program = Program.Load(memory, plan, new ProgramOptions { Name = File.Name });
        program.BeginStep();
        foreach (string name in _inputs.Keys) Fill(program, name);
        program.Wait(program.Submit());
        return Compare(program);
    }

    private GoldenTensor Look(string name)
    {
        _seen.Add(name);
        return File[name];
    }

    private void Give(Parameter parameter, string name)
    {
        Shape shape = IsStored(name) ? Look(name).Shape : parameter.Shape;
        if (shape != parameter.Shape) throw new ArgumentException($"golden file {File.Name}: {name} is {shape}, the model's is {parameter.Shape}");
        _values.Add((parameter, name));
    }

    // What a file with a formula stores all the same is what the formula could not give.
    private bool IsStored(string name) => File.Formula is null || File.Names.Contains(name);

    private float[] ValuesOf(string name, Shape shape) => IsStored(name) ? File[name].Floats! : File.Formula!.Values(name, shape);

    private void Fill(Program program, string name)
    {
        if (File.Formula?.InputShape(name) is { } shape)
        {
            File.Formula.Values($"input.{name}", shape).CopyTo(program.Input<float>(name));
            return;
        }
        GoldenTensor golden = File[$"input.{name}"];
        if (golden.Floats is not null) golden.Floats.CopyTo(program.Input<float>(name));
        else golden.Integers.CopyTo(program.Input<int>(name));
    }

    private GoldenResult Compare(Program program)
    {
        var comparison = new GoldenComparison(File.Name);
        foreach ((string name, Tensor tensor) in _expected)
        {
            double[] actual = OpCaseRunner.Decode(program.Read<byte>(name), tensor.ElementType);
            bool isGradient = name.StartsWith("grad.", StringComparison.Ordinal);
            double tolerance = tensor.ElementType != ElementType.Float32 ? 0 : isGradient ? GradientTolerance : OutputTolerance;
            if (File.Names.Contains(name)) comparison.Add(name, actual, File[name].ToDoubles(), tolerance, isGradient);
            else GoldenDigest.Compare(comparison, File, name, actual, tolerance, isGradient);
        }
        foreach (string name in File.Names.Except(_seen)) comparison.Add($"{name}: is in the file, but nothing was compared with it");
        return comparison.Result;
    }
}
