using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>
/// All parameters of one network in one contiguous buffer, and buffers of the same layout for whatever goes with them
/// (gradients, moments, averages): one launch updates them all, or as many as the device needs to bind them. Parameters lie in reverse order of declaration, which is
/// about the order in which backward finishes their gradients.
/// </summary>
public sealed class ParameterSet
{
    /// <summary>Every parameter begins at a multiple of this many elements: the strictest offset alignment Vulkan allows a device, 256 bytes.</summary>
    public const int AlignmentElements = 64;

    private readonly List<Parameter> _parameters = new();
    private readonly HashSet<string> _names = new();
    private readonly Dictionary<string, PersistentBuffer> _companions = new();
    private PersistentBuffer? _values;

    /// <summary>Begins an empty set.</summary>
    /// <param name="name">The network's name, such as <c>generator</c>.</param>
    public ParameterSet(string name) => Name = name;

    /// <summary>The network's name.</summary>
    public string Name { get; }

    /// <summary>Parameters in order of declaration.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>The values' buffer. The first use closes the set.</summary>
    public PersistentBuffer Values => _values ??= LayOut();

    /// <summary>Elements of every buffer of the set, gaps for alignment included.</summary>
    public long PaddedCount => Values.SizeBytes / 4;

    /// <summary>Trained numbers, gaps not counted.</summary>
    public long Count => _parameters.Sum(parameter => parameter.Count);

    /// <summary>Declares a parameter.</summary>
    /// <param name="name">The field's name, unique in the set.</param>
    /// <param name="shape">Axis lengths.</param>
    /// <param name="initializer">First values.</param>
    /// <param name="isDecayed">Whether weight decay applies; null: to all with two axes or more.</param>
    /// <exception cref="InvalidOperationException">The set is closed.</exception>
    public Parameter Add(string name, Shape shape, Initializer initializer, bool? isDecayed = null)
    {
        if (_values is not null) throw new InvalidOperationException($"parameters of {Name}: already in use, {name} comes too late");
        if (!_names.Add(name)) throw new ArgumentException($"parameters of {Name}: {name} is there already", nameof(name));
        var parameter = new Parameter(this, name, shape, initializer, isDecayed ?? shape.Rank > 1);
        _parameters.Add(parameter);
        return parameter;
    }

    /// <summary>A buffer of the same layout as the values, made at the first call with its name.</summary>
    /// <param name="name">What it holds, such as <c>gradients</c>.</param>
    public PersistentBuffer Companion(string name)
    {
        if (_companions.TryGetValue(name, out PersistentBuffer? buffer)) return buffer;
        buffer = new PersistentBuffer($"{Name}.{name}", Values.SizeBytes) { Weights = Values };
        _companions.Add(name, buffer);
        return buffer;
    }

    /// <summary>Finds a parameter by its name.</summary>
    /// <param name="name">The field's name.</param>
    public Parameter this[string name] => _parameters.Find(parameter => parameter.Name == name)
        ?? throw new KeyNotFoundException($"parameters of {Name}: there is no {name}");

    /// <summary>
    /// Scales of learning rate and weight decay for every chunk of <see cref="AlignmentElements"/> elements, as pairs in the order of the buffers:
    /// a chunk belongs to one parameter, gaps included.
    /// </summary>
    /// <param name="rateScale">Scale of a parameter's learning rate; null for 1. Weight decay is scaled by 1 or, where it does not apply, 0.</param>
    public float[] ChunkScales(Func<Parameter, float>? rateScale = null)
    {
        var scales = new float[PaddedCount / AlignmentElements * 2];
        foreach (Parameter parameter in _parameters)
        {
            float rate = rateScale?.Invoke(parameter) ?? 1f;
            long first = parameter.OffsetBytes / 4 / AlignmentElements;
            long last = first + ((parameter.Count - 1) / AlignmentElements);
            for (long chunk = first; chunk <= last; chunk++) (scales[2 * chunk], scales[(2 * chunk) + 1]) = (rate, parameter.IsDecayed ? 1f : 0f);
        }
        return scales;
    }

    private PersistentBuffer LayOut()
    {
        if (_parameters.Count == 0) throw new InvalidOperationException($"parameters of {Name}: none were declared");
        long offset = 0;
        foreach (Parameter parameter in Enumerable.Reverse(_parameters))
        {
            parameter.OffsetBytes = offset * 4;
            offset += (parameter.Count + AlignmentElements - 1) / AlignmentElements * AlignmentElements;
        }
        return new PersistentBuffer($"{Name}.values", offset * 4) { HoldsWeights = _parameters.Any(parameter => parameter.Shape.Rank > 1) };
    }
}
