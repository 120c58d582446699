using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Cim.Vulkan.KernelCompiler;

/// <summary>GLSL names (snake_case, UPPER_CASE) as C# names.</summary>
public static class Naming
{
    private static readonly HashSet<string> _keywords = new(StringComparer.Ordinal)
    {
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal", "default",
        "delegate", "do", "double", "else", "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float", "for", "foreach", "goto",
        "if", "implicit", "in", "int", "interface", "internal", "is", "lock", "long", "namespace", "new", "null", "object", "operator", "out",
        "override", "params", "private", "protected", "public", "readonly", "ref", "return", "sbyte", "sealed", "short", "sizeof", "stackalloc",
        "static", "string", "struct", "switch", "this", "throw", "true", "try", "typeof", "uint", "ulong", "unchecked", "unsafe", "ushort", "using",
        "virtual", "void", "volatile", "while",
    };

    /// <summary>True for lower-case words of letters and digits joined by single underscores, beginning with a letter.</summary>
    /// <param name="name">A file name without its extension, or a binding.</param>
    public static bool IsSnakeCase(string name) =>
        name.Length > 0 && char.IsAsciiLetterLower(name[0]) && !name.EndsWith('_') && !name.Contains("__", StringComparison.Ordinal)
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_');

    /// <summary>True for a C-like identifier.</summary>
    /// <param name="text">Any text.</param>
    public static bool IsIdentifier(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');

    /// <summary><c>layer_norm</c> and <c>LOCAL_SIZE_X</c> as <c>LayerNorm</c> and <c>LocalSizeX</c>.</summary>
    /// <param name="name">Words joined by underscores or dashes.</param>
    public static string ToPascalCase(string name)
    {
        bool upper = !name.Any(char.IsAsciiLetterLower);
        var result = new StringBuilder();
        foreach (string word in name.Split(['_', '-'], StringSplitOptions.RemoveEmptyEntries))
            result.Append(char.ToUpperInvariant(word[0])).Append(upper ? word[1..].ToLowerInvariant() : word[1..]);
        return result.ToString();
    }

    /// <summary><c>inverse_std</c> as <c>inverseStd</c>; C# keywords get an @.</summary>
    /// <param name="name">Words joined by underscores.</param>
    public static string ToParameter(string name)
    {
        string pascal = ToPascalCase(name);
        string camel = char.ToLowerInvariant(pascal[0]) + pascal[1..];
        return _keywords.Contains(camel) ? "@" + camel : camel;
    }

    /// <summary>The enum member of a variant value: <c>float16_t</c> as <c>Float16</c>, <c>bfloat16_t</c> as <c>BFloat16</c>, 8 on axis TILE as <c>Tile8</c>.</summary>
    /// <param name="axis">The axis' macro name.</param>
    /// <param name="value">An identifier or an integer.</param>
    public static string ToEnumMember(string axis, string value)
    {
        if (value.All(char.IsAsciiDigit)) return ToPascalCase(axis) + int.Parse(value, CultureInfo.InvariantCulture);
        string stem = value.EndsWith("_t", StringComparison.Ordinal) && value.Length > 2 ? value[..^2] : value;
        return stem.StartsWith("bfloat", StringComparison.Ordinal) ? "BF" + stem[2..] : ToPascalCase(stem);
    }
}
