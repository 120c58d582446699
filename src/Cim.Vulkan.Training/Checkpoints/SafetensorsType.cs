namespace Cim.Vulkan.Training;

/// <summary>Element types of a safetensors file.</summary>
public enum SafetensorsType
{
    /// <summary>32-bit float, <c>F32</c>.</summary>
    F32,

    /// <summary>16-bit float, <c>F16</c>.</summary>
    F16,

    /// <summary>16-bit float with 8 bits of exponent, <c>BF16</c>.</summary>
    BF16,

    /// <summary>64-bit float, <c>F64</c>.</summary>
    F64,

    /// <summary>Signed 8-bit integer, <c>I8</c>.</summary>
    I8,

    /// <summary>Signed 16-bit integer, <c>I16</c>.</summary>
    I16,

    /// <summary>Signed 32-bit integer, <c>I32</c>.</summary>
    I32,

    /// <summary>Signed 64-bit integer, <c>I64</c>.</summary>
    I64,

    /// <summary>Unsigned 8-bit integer, <c>U8</c>.</summary>
    U8,

    /// <summary>Unsigned 16-bit integer, <c>U16</c>.</summary>
    U16,

    /// <summary>Unsigned 32-bit integer, <c>U32</c>.</summary>
    U32,

    /// <summary>Unsigned 64-bit integer, <c>U64</c>.</summary>
    U64,

    /// <summary>A truth value in one byte, <c>BOOL</c>.</summary>
    Bool,
}

/// <summary>Names and sizes of <see cref="SafetensorsType"/>.</summary>
public static class SafetensorsTypes
{
    /// <summary>The name in the file.</summary>
    public static string FileName(this SafetensorsType type) => type == SafetensorsType.Bool ? "BOOL" : type.ToString();

    /// <summary>Bytes of one element.</summary>
    public static int SizeBytes(this SafetensorsType type) => type switch
    {
        SafetensorsType.F64 or SafetensorsType.I64 or SafetensorsType.U64 => 8,
        SafetensorsType.F32 or SafetensorsType.I32 or SafetensorsType.U32 => 4,
        SafetensorsType.F16 or SafetensorsType.BF16 or SafetensorsType.I16 or SafetensorsType.U16 => 2,
        _ => 1,
    };

    internal static SafetensorsType? Parse(string? name) => name switch
    {
        "F32" => SafetensorsType.F32,
        "F16" => SafetensorsType.F16,
        "BF16" => SafetensorsType.BF16,
        "F64" => SafetensorsType.F64,
        "I8" => SafetensorsType.I8,
        "I16" => SafetensorsType.I16,
        "I32" => SafetensorsType.I32,
        "I64" => SafetensorsType.I64,
        "U8" => SafetensorsType.U8,
        "U16" => SafetensorsType.U16,
        "U32" => SafetensorsType.U32,
        "U64" => SafetensorsType.U64,
        "BOOL" => SafetensorsType.Bool,
        _ => null,
    };
}
