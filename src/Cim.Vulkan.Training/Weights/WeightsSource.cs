using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Training;

/// <summary>
/// Weights out of a file of any form that is read: safetensors, what torch.save writes and wrote, and pickles. The form is told by the
/// content. Nothing in the file is executed, and reading takes at most four times its size and one MiB.
/// </summary>
public sealed class WeightsSource : IDisposable
{
    private const string DataParallelPrefix = "module.";

    private static readonly Dictionary<string, string> s_noMetadata = [];
    private readonly IDisposable _file;
    private readonly Dictionary<string, WeightTensor> _byName = new(StringComparer.Ordinal);

    private WeightsSource(IDisposable file, string path, WeightsForm form, IReadOnlyList<WeightTensor> tensors)
    {
        (_file, Path, Form) = (file, path, form);
        bool isWrapped = tensors.Count > 0 && tensors.All(tensor => tensor.Name.Length > DataParallelPrefix.Length && tensor.Name.StartsWith(DataParallelPrefix, StringComparison.Ordinal));
        if (isWrapped) StrippedPrefix = DataParallelPrefix;
        Tensors = isWrapped ? [.. tensors.Select(tensor => tensor.Named(tensor.Name[DataParallelPrefix.Length..]))] : tensors;
        foreach (WeightTensor tensor in Tensors) _byName.Add(tensor.Name, tensor);
    }

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>The form of the file.</summary>
    public WeightsForm Form { get; }

    /// <summary>The form as text, such as <c>PyTorch archive</c>.</summary>
    public string FormText => Form.Text();

    /// <summary>The tensors in the file's order.</summary>
    public IReadOnlyList<WeightTensor> Tensors { get; }

    /// <summary>The file's free text; empty for all but safetensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; private init; } = s_noMetadata;

    /// <summary>The keys that the state dict was found under, outermost first, such as <c>model</c>.</summary>
    public IReadOnlyList<string> Containers { get; private init; } = [];

    /// <summary>The first keys of what lay beside the state dict and was left, such as <c>optimizer</c>.</summary>
    public IReadOnlyList<string> LeftAside { get; private init; } = [];

    /// <summary>The class of a module that was pickled whole, or null.</summary>
    public string? ModuleClass { get; private init; }

    /// <summary>What all names began with and no longer do, <c>module.</c> of a parallel training, or empty.</summary>
    public string StrippedPrefix { get; } = "";

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="WeightsException">There is none.</exception>
    public WeightTensor this[string name] => Find(name) ?? throw new WeightsException($"'{Path}' has no tensor '{WeightsException.OneLine(name)}'");

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="container">The key of the state dict within a checkpoint, such as <c>model_ema</c>; null for the likeliest.</param>
    /// <exception cref="WeightsException">It is of no form that is read, damaged, or wants what weights have no use for.</exception>
    public static WeightsSource Open(string path, string? container = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        FileBytes file = FileBytes.Open(path);
        try
        {
            WeightsForm form = WeightsForms.Of(file);
            if (form != WeightsForm.Safetensors) return OfPickle(file, form, container);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        file.Dispose();
        if (container is not null) throw new WeightsException($"'{path}' is a safetensors file, which has no keys to look under: leave --key {WeightsException.OneLine(container)} out");
        return OfSafetensors(SafetensorsFile.Open(path));
    }

    /// <summary>The tensor of a name, or null.</summary>
    public WeightTensor? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Reads a tensor's bytes, little-endian, in row-major order.</summary>
    /// <exception cref="WeightsException">It is over 2 GiB, or the file cannot be read.</exception>
    public byte[] ReadBytes(WeightTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.SizeBytes > Array.MaxLength) throw new WeightsException($"tensor '{WeightsException.OneLine(tensor.Name)}' of '{Path}' is over 2 GiB: save it in parts");
        var bytes = new byte[tensor.SizeBytes];
        tensor.Elements.Read(0, bytes);
        return bytes;
    }

    /// <summary>Reads a tensor of any type as float32: floats to the nearest, whole numbers exactly.</summary>
    /// <exception cref="WeightsException">A whole number has no float32, the tensor is over 2 GiB, or the file cannot be read.</exception>
    public float[] ReadFloats(WeightTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return ElementConversion.ToFloats(tensor, Path);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Whether a file is of PyTorch by its first bytes; false also for what is of no known form or cannot be read.</summary>
    internal static bool IsPickle(string path)
    {
        try
        {
            using var file = FileBytes.Open(path);
            return WeightsForms.Of(file) != WeightsForm.Safetensors;
        }
        catch (WeightsException)
        {
            return false;
        }
    }

    /// <summary>The tensors of an open file of PyTorch; takes the file over.</summary>
    internal static WeightsSource OfPickle(ByteSource file, WeightsForm form, string? container = null)
    {
        var budget = new MemoryBudget(file.Name, file.Length);
        object? root;
        if (form == WeightsForm.PyTorchZip)
        {
            root = TorchFile.ReadZip(file, budget);
        }
        else
        {
            (root, bool isLegacy) = TorchFile.ReadPickle(file, budget);
            form = isLegacy ? WeightsForm.PyTorchLegacy : WeightsForm.Pickle;
        }

        StateDict found = StateDict.Find(root, container, file.Name, budget);
        // Names are looked up, and may lose a prefix.
        foreach (WeightTensor tensor in found.Tensors)
            budget.Charge(MemoryBudget.EntryBytes + (tensor.Name.StartsWith(DataParallelPrefix, StringComparison.Ordinal) ? MemoryBudget.ObjectBytes + MemoryBudget.TextBytes + (2L * tensor.Name.Length) : 0));
        return new WeightsSource(file, file.Name, form, found.Tensors) { Containers = found.Containers, LeftAside = found.LeftAside, ModuleClass = found.ModuleClass };
    }

    private static WeightsSource OfSafetensors(SafetensorsFile file)
    {
        WeightTensor[] tensors = [.. file.Entries.Select(entry => new WeightTensor(entry.Name, entry.Type, entry.Shape, new SafetensorsElements(file, entry)))];
        return new WeightsSource(file, file.Path, WeightsForm.Safetensors, tensors) { Metadata = file.Metadata };
    }

    private sealed class SafetensorsElements(SafetensorsFile file, SafetensorsEntry entry) : IElements
    {
        public bool IsContiguous => true;

        public void Read(long firstElement, Span<byte> target) => file.ReadBytes(entry, firstElement * entry.Type.SizeBytes(), target);
    }
}
