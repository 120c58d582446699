using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Cim.Vulkan.KernelCompiler.Sources;

/// <summary>The comments of a shader that become XML documentation.</summary>
public static class ShaderComments
{
    /// <summary>The paragraphs of the comment at the head of a shader; the first begins with the summary sentence.</summary>
    /// <param name="source">The shader's text.</param>
    public static IReadOnlyList<string> HeaderParagraphs(string source)
    {
        var paragraphs = new List<string>();
        var current = new List<string>();
        foreach (string line in source.Split('\n').Select(line => line.TrimEnd()).TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal)))
        {
            string text = line[2..];
            if (text.Trim().Length > 0)
            {
                current.Add(text.StartsWith(' ') ? text[1..] : text);
                continue;
            }
            if (current.Count > 0) paragraphs.Add(string.Join('\n', current));
            current.Clear();
        }
        if (current.Count > 0) paragraphs.Add(string.Join('\n', current));
        return paragraphs;
    }

    /// <summary>Splits a paragraph into its first sentence and the rest.</summary>
    /// <param name="paragraph">One paragraph, lines joined by line feeds.</param>
    public static (string Sentence, string Remainder) FirstSentence(string paragraph)
    {
        string text = paragraph.Replace('\n', ' ');
        int end = text.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? (text.Trim(), "") : (text[..(end + 1)].Trim(), text[(end + 2)..].Trim());
    }

    /// <summary>The comment behind the declaration of a name, or null.</summary>
    /// <param name="source">The shader's text.</param>
    /// <param name="name">A binding, push constant or specialization constant.</param>
    public static string? OfDeclaration(string source, string name)
    {
        var declaration = new Regex(@"^[^/\n]*\b" + Regex.Escape(name) + @"\b(\s*\[[^\]]*\])*\s*(=[^;/\n]*)?;[^/\n]*//[ \t]*(?<text>[^\r\n]*)", RegexOptions.Multiline);
        Match match = declaration.Match(source);
        return match.Success && match.Groups["text"].Value.Trim() is { Length: > 0 } text ? text : null;
    }
}
