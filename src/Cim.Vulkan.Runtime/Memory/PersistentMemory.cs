using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Runtime;

/// <summary>
/// Device memory behind persistent buffers: parameters, gradients, optimizer state. Programs that are loaded with the same
/// <see cref="PersistentMemory"/> share it. A buffer is zero when first used. The 16-bit copies of weights are made afresh before a program reads
/// them, whatever changed the weights.
/// </summary>
public sealed class PersistentMemory : IDisposable
{
    // Elements that one thread initializes in a go: a ViT-B has 86 million, which takes one thread seconds.
    private const int PartLength = 1 << 16;

    private readonly Dictionary<PersistentBuffer, GpuBuffer> _buffers = new();
    private readonly HashSet<PersistentBuffer> _outdated = new();

    /// <summary>Begins empty.</summary>
    /// <param name="device">Where the memory lies.</param>
    public PersistentMemory(GpuDevice device)
    {
        Device = device;
        Transfers = new Transfers(device);
    }

    /// <summary>Where the memory lies.</summary>
    public GpuDevice Device { get; }

    internal Transfers Transfers { get; }

    /// <summary>Fills every parameter of a set by its initializer.</summary>
    /// <param name="parameters">The set.</param>
    /// <param name="seed">The run's seed.</param>
    public void Initialize(ParameterSet parameters, ulong seed)
    {
        foreach (Parameter parameter in parameters.Parameters)
        {
            var values = new float[parameter.Count];
            Parallel.For(0, (values.Length + PartLength - 1) / PartLength, part =>
            {
                int first = part * PartLength;
                parameter.Initializer.Fill(seed, parameter.Name, values.AsSpan(first, Math.Min(PartLength, values.Length - first)), first);
            });
            Write(parameter, values);
        }
    }

    /// <summary>Replaces a parameter's values.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="values">All elements.</param>
    public void Write(Parameter parameter, ReadOnlySpan<float> values) => Write(parameter.Set.Values, parameter.OffsetBytes, values);

    /// <summary>Reads a parameter's values.</summary>
    /// <param name="parameter">The parameter.</param>
    public float[] Read(Parameter parameter) => Read(parameter, parameter.Set.Values);

    /// <summary>Reads what a companion buffer of a parameter's set holds for it, such as its gradient.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="companion">A buffer of the set's layout.</param>
    public float[] Read(Parameter parameter, PersistentBuffer companion)
    {
        var values = new float[parameter.Count];
        Read(companion, parameter.OffsetBytes, (Span<float>)values);
        return values;
    }

    /// <summary>Replaces a part of a persistent buffer.</summary>
    /// <typeparam name="T">Element type.</typeparam>
    /// <param name="buffer">The buffer.</param>
    /// <param name="offsetBytes">First byte.</param>
    /// <param name="values">The new values.</param>
    public void Write<T>(PersistentBuffer buffer, long offsetBytes, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        Transfers.Write(Of(buffer).Range(offsetBytes, bytes.Length), bytes);
        Outdate(buffer, Array.Empty<PersistentBuffer>());
    }

    /// <summary>Reads a part of a persistent buffer.</summary>
    /// <typeparam name="T">Element type.</typeparam>
    /// <param name="buffer">The buffer.</param>
    /// <param name="offsetBytes">First byte.</param>
    /// <param name="values">Where the values go.</param>
    public void Read<T>(PersistentBuffer buffer, long offsetBytes, Span<T> values)
        where T : unmanaged
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(values);
        Transfers.Read(Of(buffer).Range(offsetBytes, bytes.Length), bytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (GpuBuffer buffer in _buffers.Values) buffer.Dispose();
        _buffers.Clear();
        Transfers.Dispose();
    }

    internal GpuBuffer Of(PersistentBuffer persistent)
    {
        if (_buffers.TryGetValue(persistent, out GpuBuffer? buffer)) return buffer;
        buffer = Device.CreateBuffer(persistent.SizeBytes, MemoryDomain.Device, persistent.Name);
        Transfers.Zero(buffer);
        _buffers.Add(persistent, buffer);
        if (persistent.Original is not null) _outdated.Add(persistent);
        return buffer;
    }

    /// <summary>Notes that weights have changed, and with them no copy but those that are named.</summary>
    internal void Outdate(PersistentBuffer weights, PersistentBuffer[] kept)
    {
        for (int i = 0; i < weights.Copies.Count; i++)
            if (_buffers.ContainsKey(weights.Copies[i]) && Array.IndexOf(kept, weights.Copies[i]) < 0) _outdated.Add(weights.Copies[i]);
    }

    /// <summary>Makes a copy of weights afresh where they have changed without it.</summary>
    internal void Refresh(PersistentBuffer copy)
    {
        // Taken away first: the program that copies refreshes what it touches as every other does.
        if (!_outdated.Remove(copy)) return;
        var graph = new TensorGraph();
        graph.CopyWeights(copy);
        using Program program = Program.Load(this, Planner.Plan(graph, DeviceProfiles.Of(Device.Capabilities)), new ProgramOptions { Name = $"copy {copy.Name}" });
        program.BeginStep();
        program.Wait(program.Submit());
    }
}
