using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Runtime;
using NUnit.Framework;

namespace Cim.Vulkan.Onnx.Tests;

/// <summary>A network with random weights, to be run on a device and in ONNX Runtime.</summary>
/// <param name="Sets">Its parameters and statistics.</param>
/// <param name="Inputs">Names and shapes of what goes in, for one picture.</param>
/// <param name="Describe">Describes it on the inputs' tensors; returns outputs by name.</param>
internal sealed record SampleNetwork(IReadOnlyList<ParameterSet> Sets, IReadOnlyList<SampleInput> Inputs, Func<Tensor[], IReadOnlyDictionary<string, Tensor>> Describe)
{
    private const float Spread = 0.1f;
    private const ulong Seed = 5;

    private static readonly OnnxModelInfo s_info = new("sample", "test", new Dictionary<string, string> { ["note"] = "a sample" });

    public TensorGraph GraphOf(int batch)
    {
        var graph = new TensorGraph();
        Tensor[] inputs = [.. Inputs.Select(input => graph.Input(input.Name, input.ShapeOf(batch), input.Limit is null ? ElementType.Float32 : ElementType.Int32))];
        foreach ((string name, Tensor output) in Describe(inputs)) graph.Output(name, output);
        return graph;
    }

    public OnnxModel ToOnnx() => OnnxExport.ForAnyBatch(GraphOf, tensor => MemoryMarshal.AsBytes<float>(Values(Find(tensor.Name))).ToArray(), s_info);

    /// <summary>Largest difference of each output, relative to its largest magnitude or 1.</summary>
    public void AssertAgrees(GpuDevice device, int batch)
    {
        using var run = new OnnxRun(ToOnnx());
        double[][] others = run.Run([.. Inputs.Select(input => input.ToOnnx(batch))]);
        List<(string Name, double[] Values)> own = RunHere(device, batch);
        Assert.That(others, Has.Length.EqualTo(own.Count));
        Assert.That(own.All(output => output.Values.Distinct().Count() > 1), "every output must depend on something");
        for (int i = 0; i < others.Length; i++)
        {
            Assert.That(others[i], Has.Length.EqualTo(own[i].Values.Length), own[i].Name);
            double largest = Math.Max(1, own[i].Values.Max(Math.Abs)), error = own[i].Values.Zip(others[i], (here, there) => Math.Abs(here - there)).Max() / largest;
            TestContext.Out.WriteLine($"{own[i].Name}: {own[i].Values.Length} values of up to {own[i].Values.Max(Math.Abs):0.00}, within {error:E1}");
            Assert.That(error, Is.LessThan(1e-4), own[i].Name);
        }
    }

    private List<(string Name, double[] Values)> RunHere(GpuDevice device, int batch)
    {
        TensorGraph graph = GraphOf(batch);
        using var memory = new PersistentMemory(device);
        foreach (Parameter parameter in Sets.SelectMany(set => set.Parameters)) memory.Write(parameter, Values(parameter));
        using Program program = Program.Load(memory, Planner.Plan(graph, DeviceProfiles.Of(device.Capabilities)), new ProgramOptions { Name = "sample" });
        program.BeginStep();
        foreach (SampleInput input in Inputs)
        {
            if (input.Limit is null) input.Floats(batch).CopyTo(program.Input<float>(input.Name));
            else input.Integers(batch).CopyTo(program.Input<int>(input.Name));
        }
        program.Wait(program.Submit());
        return [.. graph.Outputs.Select(output => (output.Name, Read(program, output)))];
    }

    private static double[] Read(Program program, GraphOutput output) => output.Tensor.ElementType == ElementType.Float32
        ? Array.ConvertAll(program.Read<float>(output.Name), value => (double)value)
        : Array.ConvertAll(program.Read<int>(output.Name), value => (double)value);

    private Parameter Find(string name) => Sets.SelectMany(set => set.Parameters).Single(parameter => parameter.Name == name);

    // First values, and where those are all alike something around them, so that no tensor can be forgotten or exchanged.
    private static float[] Values(Parameter parameter)
    {
        var values = new float[parameter.Count];
        parameter.Initializer.Fill(Seed, parameter.Name, values);
        if (values.Any(value => value != values[0])) return values;
        var noise = new float[parameter.Count];
        Initializer.Uniform(Spread).Fill(Seed, parameter.Name, noise);
        return [.. values.Zip(noise, (value, more) => value + more)];
    }
}

/// <summary>What goes into a sample network.</summary>
/// <param name="Name">The input's name.</param>
/// <param name="OfOne">Its shape for one picture.</param>
/// <param name="Limit">Exclusive upper end of whole numbers, rising within a picture; null for floats.</param>
internal sealed record SampleInput(string Name, Shape OfOne, int? Limit = null)
{
    public Shape ShapeOf(int batch) => new([batch, .. OfOne.ToList()]);

    public float[] Floats(int batch)
    {
        var values = new float[ShapeOf(batch).Count];
        Initializer.Uniform(1f).Fill(3, Name, values);
        return values;
    }

    public int[] Integers(int batch)
    {
        int count = (int)OfOne.Count, step = Math.Max(1, Limit!.Value / count);
        return [.. Enumerable.Range(0, batch).SelectMany(image => Enumerable.Range(0, count).Select(place => ((place * step) + (image % step)) % Limit.Value))];
    }

    public Microsoft.ML.OnnxRuntime.NamedOnnxValue ToOnnx(int batch) =>
        Limit is null ? OnnxRun.Input(Name, ShapeOf(batch), Floats(batch)) : OnnxRun.Input(Name, ShapeOf(batch), Integers(batch));
}
