using System;
using System.Globalization;
using System.Text;

namespace Cim.Vulkan.Training;

/// <summary>Texts of the oldest protocol, a line each with escapes.</summary>
internal static class PickleText
{
    /// <summary>A text within quotes, or null if it is not.</summary>
    public static string? Quoted(string line) =>
        line.Length >= 2 && line[0] is '\'' or '"' && line[^1] == line[0] ? Unescaped(line[1..^1], isUnicode: false) : null;

    /// <summary>The text that the escapes stand for; an escape that is none is left as it is.</summary>
    public static string Unescaped(string line, bool isUnicode)
    {
        if (!line.Contains('\\', StringComparison.Ordinal)) return line;
        var text = new StringBuilder(line.Length);
        for (int i = 0; i < line.Length; i++)
        {
            int digits = line[i] == '\\' && i + 1 < line.Length ? Digits(line[i + 1], isUnicode) : 0;
            if (digits > 0 && i + 2 + digits <= line.Length && int.TryParse(line.AsSpan(i + 2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code) && Rune.IsValid(code))
            {
                text.Append(new Rune(code).ToString());
                i += 1 + digits;
            }
            else if (!isUnicode && line[i] == '\\' && i + 1 < line.Length)
            {
                text.Append(line[++i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', char other => other });
            }
            else
            {
                text.Append(line[i]);
            }
        }

        return text.ToString();
    }

    private static int Digits(char kind, bool isUnicode) => (kind, isUnicode) switch { ('x', false) => 2, ('u', true) => 4, ('U', true) => 8, _ => 0 };
}
