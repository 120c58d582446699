using System;
using System.Collections.Frozen;
using System.Collections.Generic;

namespace Cim.Vulkan.Training;

/// <summary>What calling a name means here.</summary>
internal enum GlobalKind
{
    /// <summary>Makes an object whose class is known by name only.</summary>
    Inert,

    /// <summary>An empty dictionary, or one of pairs.</summary>
    Dict,

    /// <summary>As <see cref="Dict"/>, after the function that makes absent values.</summary>
    DefaultDict,

    /// <summary>A list or set of what is given.</summary>
    List,

    /// <summary>A tuple of what is given.</summary>
    Tuple,

    /// <summary>Bytes from a text of one byte a letter.</summary>
    EncodeText,

    /// <summary>An object of the class that is the first argument.</summary>
    Reconstruct,

    /// <summary>A class of tensor storage: names an element type and is never called.</summary>
    Storage,

    /// <summary>An element type.</summary>
    ElementType,

    /// <summary>A tensor over a storage.</summary>
    Tensor,

    /// <summary>A parameter: the tensor that is its first argument.</summary>
    Parameter,

    /// <summary>A tensor's subclass: a call of its first argument with its third.</summary>
    TensorSubclass,

    /// <summary>A storage out of a whole saved file in bytes.</summary>
    StorageFromBytes,

    /// <summary>A NumPy array that gets its state later.</summary>
    NumpyArray,

    /// <summary>A NumPy array out of bytes.</summary>
    NumpyBuffer,

    /// <summary>A NumPy element type.</summary>
    NumpyType,

    /// <summary>A tensor of a kind that is not read.</summary>
    Unsupported,
}

/// <summary>A class or function that a pickle names; nothing of the kind is ever loaded or called.</summary>
/// <param name="Module">Python's module.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Kind">What is done instead of calling it.</param>
/// <param name="Type">The element type of a storage or of an element type; null for storage without one.</param>
/// <param name="Unsupported">What an unreadable kind of tensor is.</param>
internal sealed record PickleGlobal(string Module, string Name, GlobalKind Kind, SafetensorsType? Type = null, string? Unsupported = null)
{
    private static readonly FrozenDictionary<string, PickleGlobal> s_known = Known().ToFrozenDictionary(global => $"{global.Module}.{global.Name}", StringComparer.Ordinal);

    // Classes of whole modules; their code is not looked at, the tensors that they hold are data like any other.
    private static readonly string[] s_modules = ["torch.nn.", "dall_e."];

    /// <summary>The global of a name, or null for a name that weights have no use for.</summary>
    public static PickleGlobal? Find(string module, string name, MemoryBudget budget)
    {
        budget.Charge(MemoryBudget.ObjectBytes + (2L * (module.Length + name.Length)));
        if (s_known.TryGetValue($"{module}.{name}", out PickleGlobal? known)) return known;
        if (!Array.Exists(s_modules, prefix => $"{module}.".StartsWith(prefix, StringComparison.Ordinal))) return null;
        budget.Charge(2 * MemoryBudget.ObjectBytes);
        return new PickleGlobal(module, name, GlobalKind.Inert);
    }

    /// <summary>The element type that a storage's or an element type's name stands for.</summary>
    public SafetensorsType RequireType(string fileName) =>
        Unsupported is null ? Type!.Value : throw new WeightsException($"'{fileName}' has a tensor that is {Unsupported}, which is not read here: save it as float32, for example with tensor.float()");

    private static List<PickleGlobal> Known()
    {
        var known = new List<PickleGlobal>();
        Add(known, GlobalKind.Dict, "collections.OrderedDict", "collections.Counter", "builtins.dict", "__builtin__.dict");
        Add(known, GlobalKind.DefaultDict, "collections.defaultdict");
        Add(known, GlobalKind.List, "builtins.list", "__builtin__.list", "builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset", "collections.deque");
        Add(known, GlobalKind.Tuple, "torch.Size", "builtins.tuple", "__builtin__.tuple");
        Add(known, GlobalKind.EncodeText, "_codecs.encode");
        Add(known, GlobalKind.Reconstruct, "copyreg._reconstructor", "copy_reg._reconstructor");
        Add(known, GlobalKind.Tensor, "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3");
        Add(known, GlobalKind.Parameter, "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state", "torch.nn.parameter.Parameter", "torch.nn.Parameter", "torch.nn.parameter.Buffer");
        Add(known, GlobalKind.TensorSubclass, "torch._tensor._rebuild_from_type_v2", "torch.tensor._rebuild_from_type");
        Add(known, GlobalKind.StorageFromBytes, "torch.storage._load_from_bytes");
        foreach (string numpy in (string[])["numpy.core.multiarray", "numpy._core.multiarray"])
        {
            Add(known, GlobalKind.NumpyArray, $"{numpy}._reconstruct");
            Add(known, GlobalKind.Inert, $"{numpy}.scalar");
        }

        Add(known, GlobalKind.NumpyBuffer, "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer");
        Add(known, GlobalKind.NumpyType, "numpy.dtype");
        Add(known, GlobalKind.Inert, "numpy.ndarray", "argparse.Namespace", "types.SimpleNamespace", "pathlib.PosixPath", "pathlib.WindowsPath", "pathlib.PurePosixPath", "pathlib._local.PosixPath",
            "pathlib.PureWindowsPath", "datetime.datetime", "datetime.timedelta", "torch.device", "torch.Tensor", "torch.layout", "torch.strided",
            "builtins.object", "__builtin__.object", "builtins.int", "__builtin__.int", "__builtin__.long", "builtins.float", "__builtin__.float", "builtins.str", "__builtin__.str", "__builtin__.unicode",
            "builtins.bool", "builtins.bytes", "builtins.bytearray", "builtins.slice", "builtins.complex", "torch._C._nn.gelu", "torch.cuda.amp.grad_scaler.GradScaler");
        Unread(known, "quantised", "torch._utils._rebuild_qtensor", "torch.QUInt8Storage", "torch.QInt8Storage", "torch.QInt32Storage", "torch.QUInt4x2Storage", "torch.QUInt2x4Storage", "torch.quint8", "torch.qint8", "torch.qint32");
        Unread(known, "sparse", "torch._utils._rebuild_sparse_tensor", "torch._utils._rebuild_sparse_csr_tensor");
        Unread(known, "complex", "torch.ComplexFloatStorage", "torch.ComplexDoubleStorage", "torch.complex64", "torch.complex128", "torch.complex32");
        Unread(known, "of 8-bit floats", "torch.float8_e4m3fn", "torch.float8_e5m2", "torch.float8_e4m3fnuz", "torch.float8_e5m2fnuz");
        Unread(known, "without data, on a device of its own,", "torch._utils._rebuild_device_tensor_from_numpy", "torch._utils._rebuild_meta_tensor_no_storage", "torch._utils._rebuild_wrapper_subclass", "torch._utils._rebuild_nested_tensor");
        AddTypes(known);
        return known;
    }

    private static void AddTypes(List<PickleGlobal> known)
    {
        (string Storage, string[] Types, SafetensorsType Type)[] types =
        [
            ("Double", ["float64", "double"], SafetensorsType.F64), ("Float", ["float32", "float"], SafetensorsType.F32), ("Half", ["float16", "half"], SafetensorsType.F16),
            ("BFloat16", ["bfloat16"], SafetensorsType.BF16), ("Long", ["int64", "long"], SafetensorsType.I64), ("Int", ["int32", "int"], SafetensorsType.I32),
            ("Short", ["int16", "short"], SafetensorsType.I16), ("Char", ["int8"], SafetensorsType.I8), ("Byte", ["uint8"], SafetensorsType.U8), ("Bool", ["bool"], SafetensorsType.Bool),
            ("", ["uint16"], SafetensorsType.U16), ("", ["uint32"], SafetensorsType.U32), ("", ["uint64"], SafetensorsType.U64),
        ];
        foreach ((string storage, string[] names, SafetensorsType type) in types)
        {
            foreach (string name in names) known.Add(new PickleGlobal("torch", name, GlobalKind.ElementType, type));
            if (storage.Length == 0) continue;
            known.Add(new PickleGlobal("torch", $"{storage}Storage", GlobalKind.Storage, type));
            known.Add(new PickleGlobal("torch.cuda", $"{storage}Storage", GlobalKind.Storage, type));
        }

        foreach (string module in (string[])["torch", "torch.storage"])
            foreach (string name in (string[])["UntypedStorage", "_UntypedStorage"]) known.Add(new PickleGlobal(module, name, GlobalKind.Storage));
    }

    private static void Add(List<PickleGlobal> known, GlobalKind kind, params string[] names)
    {
        foreach (string name in names) known.Add(Split(name, kind));
    }

    private static void Unread(List<PickleGlobal> known, string what, params string[] names)
    {
        foreach (string name in names)
            known.Add(Split(name, name.EndsWith("Storage", StringComparison.Ordinal) ? GlobalKind.Storage : name.Contains("rebuild", StringComparison.Ordinal) ? GlobalKind.Unsupported : GlobalKind.ElementType) with { Unsupported = what });
    }

    private static PickleGlobal Split(string name, GlobalKind kind)
    {
        int dot = name.LastIndexOf('.');
        return new PickleGlobal(name[..dot], name[(dot + 1)..], kind);
    }
}
