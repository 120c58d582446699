using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Cim.Vulkan.KernelCompiler.Sources;

namespace Cim.Vulkan.KernelCompiler.Generation;

/// <summary>Shader comments as XML documentation.</summary>
public static class XmlDocumentation
{
    /// <summary>Escapes what XML would take for markup.</summary>
    /// <param name="text">Any text.</param>
    public static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>Summary and remarks of a shader's head.</summary>
    /// <param name="shader">The shader.</param>
    public static string OfShader(ShaderFile shader)
    {
        var paragraphs = ShaderComments.HeaderParagraphs(shader.Source).ToList();
        if (paragraphs.Count == 0)
            throw new KernelCompilerException(
                $"{shader.RelativePath}: begins with no comment; say in one sentence what it computes, then the formula and the shapes");
        (string sentence, string rest) = ShaderComments.FirstSentence(paragraphs[0]);
        var text = new StringBuilder($"/// <summary>{Escape(sentence)}</summary>\n");
        List<string> remarks = [.. new[] { rest }.Concat(paragraphs.Skip(1)).Where(paragraph => paragraph.Length > 0)];
        if (remarks.Count == 0) return text.ToString();
        text.Append("/// <remarks>\n");
        foreach (string paragraph in remarks)
        {
            string element = paragraph.StartsWith(' ') ? "code" : "para";
            string[] lines = paragraph.Split('\n');
            int indent = lines.Min(line => line.Length - line.TrimStart().Length);
            text.Append($"/// <{element}>\n");
            foreach (string line in lines) text.Append("/// ").Append(Escape(line[indent..])).Append('\n');
            text.Append($"/// </{element}>\n");
        }
        return text.Append("/// </remarks>\n").ToString();
    }

    /// <summary>One parameter.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="text">What it is.</param>
    public static string Parameter(string name, string text) => $"    /// <param name=\"{name.TrimStart('@')}\">{Escape(text)}</param>\n";
}
