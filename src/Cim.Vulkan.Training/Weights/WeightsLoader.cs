using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>A parameter that wants a value.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its extents, outermost first.</param>
public sealed record WeightTarget(string Name, int[] Shape)
{
    /// <summary>The parameters of a network.</summary>
    public static IEnumerable<WeightTarget> Of(Graph.ParameterSet parameters) => parameters.Parameters.Select(parameter => new WeightTarget(parameter.Name, [.. parameter.Shape.ToList()]));
}

/// <summary>
/// Finds a value for each parameter of a network in a file of someone else's: other names, biases in one piece or in parts, a table shared by
/// all blocks, and positions of another grid, which are interpolated. Values are read one by one, when they are asked for.
/// </summary>
public sealed class WeightsLoader
{
    private const string Table = "relative_position_bias_table", SharedTable = "rel_pos_bias." + Table, QkvBias = ".qkv.bias", QueryBias = ".q_bias", ValueBias = ".v_bias";
    private const string Positions = "pos_embed", ClassToken = "cls_token", Patches = "patch_embed.proj.weight";

    private readonly NamedWeights _weights;
    private readonly Dictionary<string, Func<float[]>> _readers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly List<string> _missing = [], _droppedHead = [];
    private readonly List<ResizedWeight> _resized = [];
    private readonly bool _needsClassToken;

    private WeightsLoader(NamedWeights weights, WeightTarget[] targets)
    {
        _weights = weights;
        _needsClassToken = targets.Any(target => target.Name == ClassToken);
        foreach (WeightTarget target in targets) Find(target);
        Report = new WeightsReport
        {
            Architecture = weights.Map.Architecture,
            Prefix = weights.Prefix,
            Loaded = [.. targets.Select(target => target.Name).Where(_readers.ContainsKey)],
            Missing = _missing,
            Unexpected = [.. weights.Unknown, .. weights.ByName.Where(pair => !_used.Contains(pair.Key)).Select(pair => pair.Value.Name)],
            Ignored = weights.Ignored,
            Dropped = [.. weights.Dropped, .. _droppedHead],
            Resized = _resized,
        };
    }

    /// <summary>What became of each tensor and each parameter.</summary>
    public WeightsReport Report { get; }

    /// <summary>Matches a file with a network; nothing is read yet.</summary>
    /// <param name="weights">The file's tensors under the names here.</param>
    /// <param name="targets">The network's parameters.</param>
    /// <exception cref="WeightsException">A tensor has a shape that cannot be made to fit.</exception>
    public static WeightsLoader Match(NamedWeights weights, IEnumerable<WeightTarget> targets)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(targets);
        return new WeightsLoader(weights, [.. targets]);
    }

    /// <summary>Reads the value of a loaded parameter, in its own shape.</summary>
    /// <exception cref="WeightsException">The file cannot be read.</exception>
    public float[] Read(string name) => _readers.TryGetValue(name, out Func<float[]>? read) ? read() : throw new ArgumentException($"'{name}' is none of the loaded parameters", nameof(name));

    private void Find(WeightTarget target)
    {
        if (Take(target.Name) is { } same) Fit(target, same);
        else if (target.Name.EndsWith(Table, StringComparison.Ordinal) && Take(SharedTable) is { } shared) Fit(target, shared);
        else if (!Compose(target)) _missing.Add(target.Name);
    }

    private WeightTensor? Take(string name)
    {
        if (!_weights.ByName.TryGetValue(name, out WeightTensor? tensor)) return null;
        _used.Add(name);
        return tensor;
    }

    private void Fit(WeightTarget target, WeightTensor tensor)
    {
        if (tensor.Shape.AsSpan().SequenceEqual(target.Shape)) _readers.Add(target.Name, () => _weights.Source.ReadFloats(tensor));
        else if (target.Name == Positions || target.Name.EndsWith(Table, StringComparison.Ordinal)) Resize(target, tensor);
        else if (IsHead(tensor)) Leave(target, tensor);
        else throw Unfit(target, tensor, target.Name == Patches && !tensor.Shape.Skip(1).SequenceEqual(target.Shape.Skip(1)) ? "patches are not resized, choose the patch size and channels of the file" : "choose the sizes of the file's network");
    }

    // A head of another number of classes is of no use, as in every fine-tuning.
    private void Leave(WeightTarget target, WeightTensor tensor)
    {
        _missing.Add(target.Name);
        _droppedHead.Add(tensor.Name);
    }

    private bool IsHead(WeightTensor tensor) => _weights.Map.Map(tensor.Name[_weights.Prefix.Length..]).Role == NameRole.Head;

    private void Resize(WeightTarget target, WeightTensor tensor)
    {
        bool isTable = target.Name != Positions, hasClass = isTable ? EndsWithClassRows(tensor) : _weights.ByName.ContainsKey(ClassToken);
        bool fits = tensor.Shape.Length == target.Shape.Length && tensor.Shape.Length == (isTable ? 2 : 3) && tensor.Shape[^1] == target.Shape[^1];
        PositionResize? resize = !fits ? null
            : isTable ? PositionResize.Table(tensor.Shape[0], target.Shape[0], hasClass, _needsClassToken)
            : PositionResize.Embedding(tensor.Shape[1], target.Shape[1], hasClass, _needsClassToken);
        if (resize is null) throw Unfit(target, tensor, "only square grids of the same width are interpolated, with a class token where one is needed");
        int width = tensor.Shape[^1];
        _readers.Add(target.Name, () => resize.Apply(_weights.Source.ReadFloats(tensor), width));
        _resized.Add(new ResizedWeight(target.Name, $"{resize.Text}, {(isTable ? "geometric cubic spline" : "bicubic")}"));
    }

    // (2n - 1)² rows, and three more for a class token.
    private static bool EndsWithClassRows(WeightTensor tensor)
    {
        int side = (int)Math.Round(Math.Sqrt(tensor.Shape[0]));
        return side * side != tensor.Shape[0];
    }

    // One bias of query, key and value against two without the key's, which softmax cancels.
    private bool Compose(WeightTarget target)
    {
        if (target.Name.EndsWith(QkvBias, StringComparison.Ordinal))
        {
            string block = target.Name[..^QkvBias.Length];
            if (Take(block + QueryBias) is not { } query || Take(block + ValueBias) is not { } value) return false;
            if (target.Shape is not [int all] || query.ElementCount * 3 != all || value.ElementCount * 3 != all) throw Unfit(target, query, "choose the width of the file's network");
            _readers.Add(target.Name, () => [.. _weights.Source.ReadFloats(query), .. new float[all / 3], .. _weights.Source.ReadFloats(value)]);
            return true;
        }

        bool isQuery = target.Name.EndsWith(QueryBias, StringComparison.Ordinal);
        if (!isQuery && !target.Name.EndsWith(ValueBias, StringComparison.Ordinal)) return false;
        if (Take(target.Name[..^QueryBias.Length] + QkvBias) is not { } whole) return false;
        if (target.Shape is not [int width] || whole.ElementCount != 3L * width) throw Unfit(target, whole, "choose the width of the file's network");
        _readers.Add(target.Name, () => _weights.Source.ReadFloats(whole).AsSpan(isQuery ? 0 : 2 * width, width).ToArray());
        return true;
    }

    private WeightsException Unfit(WeightTarget target, WeightTensor tensor, string advice) =>
        new($"'{_weights.Source.Path}' has {WeightsException.OneLine(tensor.Name)} of shape {tensor.ShapeText}, the network's {target.Name} needs [{string.Join(", ", target.Shape)}]: {advice}");
}
