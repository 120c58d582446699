using System;
using System.Text;

namespace Cim.Vulkan.Data;

/// <summary>Names and reasons come out of files: what is printed is one short line that cannot steer a terminal.</summary>
internal static class PrintableText
{
    /// <summary>The text with control and line-breaking characters as '?', its middle left out where it is longer than <paramref name="limit"/>.</summary>
    public static string Of(string text, int limit = 200)
    {
        if (text.Length > limit) text = string.Concat(text.AsSpan(0, limit / 2), "…", text.AsSpan(text.Length - limit / 2));
        var printable = new StringBuilder(text.Length);
        foreach (var letter in text) printable.Append(char.IsControl(letter) || char.IsSurrogate(letter) || letter is '\u2028' or '\u2029' ? '?' : letter);
        return printable.ToString();
    }
}
