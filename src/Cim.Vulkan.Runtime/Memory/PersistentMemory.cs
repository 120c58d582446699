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

    private readonly Dictionary<PersistentBuffer, VersionedBuffer> _buffers = new();

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
        VersionedBuffer target = Of(buffer);
        target.Version++;
        Transfers.Write(target.Memory.Range(offsetBytes, bytes.Length), bytes);
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
        Transfers.Read(Of(buffer).Memory.Range(offsetBytes, bytes.Length), bytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (VersionedBuffer buffer in _buffers.Values) buffer.Memory.Dispose();
        _buffers.Clear();
        Transfers.Dispose();
    }

    internal VersionedBuffer Of(PersistentBuffer persistent)
    {
        if (_buffers.TryGetValue(persistent, out VersionedBuffer? buffer)) return buffer;
        buffer = new VersionedBuffer(Device.CreateBuffer(persistent.SizeBytes, MemoryDomain.Device, persistent.Name));
        Transfers.Zero(buffer.Memory);
        _buffers.Add(persistent, buffer);
        return buffer;
    }

    /// <summary>Notes that a copy of weights is handed to the device as they now are.</summary>
    internal void NoteCopied(PersistentBuffer copy) => Of(copy).VersionOfOriginal = Of(copy.Original!).Version;

    /// <summary>Makes a copy of weights afresh where they have changed without it.</summary>
    internal void Refresh(PersistentBuffer copy)
    {
        if (Of(copy).VersionOfOriginal == Of(copy.Original!).Version) return;
        // Noted first: the program that copies refreshes what it touches as every other does.
        NoteCopied(copy);
        var graph = new TensorGraph();
        graph.CopyWeights(copy);
        using Program program = Program.Load(this, Planner.Plan(graph, DeviceProfiles.Of(Device.Capabilities)), new ProgramOptions { Name = $"copy {copy.Name}" });
        program.BeginStep();
        program.Wait(program.Submit());
    }
}

/// <summary>Memory of a persistent buffer, and how often it was changed: by the host, or by a step that writes it.</summary>
internal sealed class VersionedBuffer
{
    public VersionedBuffer(GpuBuffer memory) => Memory = memory;

    public GpuBuffer Memory { get; }

    /// <summary>Raised when a change is handed to the device; the device sees changes and reads in the same order.</summary>
    public long Version { get; set; }

    /// <summary>Which version of its original a 16-bit copy holds; none at first.</summary>
    public long VersionOfOriginal { get; set; } = -1;
}
