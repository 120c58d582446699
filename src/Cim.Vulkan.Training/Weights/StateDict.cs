using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Cim.Vulkan.Training;

/// <summary>
/// Finds the tensors in what was pickled: a state dict, one within a training's checkpoint, or the tree of a whole module, under the names
/// that a state dict gives them.
/// </summary>
internal sealed class StateDict
{
    private const int MostDepth = 64, MostVisits = 2_000_000, MostContainers = 3, MostKeysTold = 8;

    // Where trainings keep the network, the likeliest first.
    private static readonly string[] s_containers = ["state_dict", "model", "model_state_dict", "model_state", "module", "net", "network", "weights", "params", "model_ema", "state_dict_ema", "ema"];

    private readonly string _fileName;
    private readonly MemoryBudget _budget;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private long _visits;

    private StateDict(string fileName, MemoryBudget budget) => (_fileName, _budget) = (fileName, budget);

    public List<WeightTensor> Tensors { get; } = [];

    /// <summary>The keys that the state dict was found under.</summary>
    public List<string> Containers { get; } = [];

    /// <summary>What lay beside it and was left.</summary>
    public List<string> LeftAside { get; } = [];

    /// <summary>The class of a whole module, or null.</summary>
    public string? ModuleClass { get; private set; }

    /// <param name="root">What was pickled.</param>
    /// <param name="container">The key to look under; null for the likeliest.</param>
    /// <param name="fileName">For messages.</param>
    /// <param name="budget">Is charged for names.</param>
    /// <exception cref="WeightsException">There is no tensor.</exception>
    public static StateDict Find(object? root, string? container, string fileName, MemoryBudget budget)
    {
        var found = new StateDict(fileName, budget);
        if (container is not null) root = found.Enter(root as PickleDict, container) ?? throw new WeightsException($"'{fileName}' has no tensors under the key '{container}': it has {KeysOf(root as PickleDict)}, give one of a state dict, or leave --key out");
        for (int i = 0; i < MostContainers && container is null && root is PickleDict dict; i++)
        {
            object? inner = s_containers.Select(key => found.Enter(dict, key)).FirstOrDefault(value => value is not null);
            if (inner is null) break;
            root = inner;
        }

        if (root is PickleObject { Type: var type }) found.ModuleClass = $"{type.Module}.{type.Name}";
        found.Collect("", root, 0);
        return found.Tensors.Count > 0 ? found : throw new WeightsException($"'{fileName}' holds no tensors, only {Describe(root)}: give a file of weights");
    }

    private object? Enter(PickleDict? dict, string key)
    {
        if (dict?.Find(key) is not (PickleDict or PickleObject) || !HoldsTensor(dict.Find(key), 0)) return null;
        Containers.Add(key);
        _budget.Charge(MostKeysTold * MemoryBudget.ObjectBytes);
        LeftAside.AddRange(Keys(dict).Where(other => other != key).Take(MostKeysTold));
        return dict.Find(key);
    }

    // Without enumerators: what is walked may be all that a file holds, and none of it has been paid for.
    private bool HoldsTensor(object? value, int depth)
    {
        Visit(depth);
        switch (value)
        {
            case TorchTensor or NumpyArray { Tensor: not null }: return true;
            case PickleObject made: return StateOf(made) is { } state && HoldsTensor(state, depth + 1);
            case PickleDict dict:
                for (int i = 0; i < dict.Pairs; i++)
                    if (HoldsTensor(dict.Value(i), depth + 1)) return true;
                return false;
            case PickleList list:
                for (int i = 0; i < list.Count; i++)
                    if (HoldsTensor(list[i], depth + 1)) return true;
                return false;
            default: return false;
        }
    }

    private void Collect(string name, object? value, int depth)
    {
        Visit(depth);
        switch (value)
        {
            case TorchTensor tensor: Add(name, tensor); break;
            case NumpyArray { Tensor: { } array }: Add(name, array); break;
            case PickleDict dict:
                for (int i = 0; i < dict.Pairs; i++) Collect(Join(name, dict.Key(i)), dict.Value(i), depth + 1);
                break;
            case PickleList list:
                for (int i = 0; i < list.Count; i++) Collect(Join(name, (long)i), list[i], depth + 1);
                break;
            case PickleTuple tuple:
                for (int i = 0; i < tuple.Items.Length; i++) Collect(Join(name, (long)i), tuple.Items[i], depth + 1);
                break;
            case PickleObject made when StateOf(made) is { } state: CollectModule(name, state, depth); break;
        }
    }

    // As state_dict() goes: a module's parameters, its buffers but the passing ones, then its modules.
    private void CollectModule(string name, PickleDict state, int depth)
    {
        // Each look at a module reads all its keys, and each buffer all the passing ones.
        Visit(depth, state.Pairs);
        if (state.Find("_parameters") is PickleDict parameters) Collect(name, parameters, depth + 1);
        var passing = state.Find("_non_persistent_buffers_set") as PickleList;
        if (state.Find("_buffers") is PickleDict buffers)
        {
            Visit(depth, buffers.Pairs * (long)(passing?.Count ?? 0));
            for (int i = 0; i < buffers.Pairs; i++)
                if (!Contains(passing, buffers.Key(i))) Collect(Join(name, buffers.Key(i)), buffers.Value(i), depth + 1);
        }

        if (state.Find("_modules") is PickleDict modules) Collect(name, modules, depth + 1);
    }

    private static PickleDict? StateOf(PickleObject made) => made.State switch
    {
        PickleDict state => state,
        PickleTuple { Items: [PickleDict state, ..] } => state,
        _ => null,
    };

    private static bool Contains(PickleList? list, object? key)
    {
        if (list is null) return false;
        foreach (object? item in list.Items)
            if (Equals(item, key)) return true;
        return false;
    }

    private void Visit(int depth, long cost = 1)
    {
        if (depth > MostDepth) throw new WeightsException($"'{_fileName}' nests its weights more than {MostDepth} deep: it is damaged, or no file of weights");
        _visits += cost;
        if (_visits > MostVisits) throw new WeightsException($"'{_fileName}' repeats itself more than {MostVisits} times: it is damaged, or made to harm");
    }

    private string Join(string name, object? key)
    {
        string part = key as string ?? (key is long or double or bool ? Convert.ToString(key, CultureInfo.InvariantCulture)! : "?");
        _budget.Charge((2 * MemoryBudget.TextBytes) + (2L * (name.Length + part.Length)));
        return name.Length == 0 ? part : $"{name}.{part}";
    }

    private void Add(string name, TorchTensor tensor)
    {
        if (name.Length == 0) name = "tensor";
        // The tensor, its entry in the set of names and its place in the list, all of which grow by doubling.
        _budget.Charge(MemoryBudget.ObjectBytes + MemoryBudget.EntryBytes);
        if (!_names.Add(name)) throw new WeightsException($"'{_fileName}' has two tensors named '{WeightsException.OneLine(name)}': it is damaged, fetch it again");
        Tensors.Add(new WeightTensor(name, tensor.Type, tensor.Shape, tensor));
    }

    private static IEnumerable<string> Keys(PickleDict dict) => Enumerable.Range(0, dict.Pairs).Select(i => WeightsException.OneLine(dict.Key(i) as string ?? $"{dict.Key(i)}"));

    private static string KeysOf(PickleDict? dict) => dict is null ? "no keys at all" : Describe(dict);

    private static string Describe(object? root) => root switch
    {
        PickleDict { Count: 0 } => "an empty dictionary",
        PickleDict dict => $"{(dict.Pairs > MostKeysTold ? "among others " : "")}the keys {string.Join(", ", Keys(dict).Take(MostKeysTold))}",
        PickleObject made => $"a {WeightsException.OneLine($"{made.Type.Module}.{made.Type.Name}")}",
        PickleList or PickleTuple => "a list",
        null => "nothing",
        _ => "a value",
    };
}
