using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Xml;
using System.Xml.Linq;

namespace Cim.Vulkan.Training;

/// <summary>Builds HTML as a tree: whatever text comes from a folder, a class name or an option is escaped by construction.</summary>
internal static class Markup
{
    /// <summary>An element; one without content is written with an end tag, as HTML wants it.</summary>
    public static XElement Element(string name, params object?[] content) => new(name, "", content.Select(part => part is string text ? Clean(text) : part));

    /// <summary>An element with a class.</summary>
    public static XElement Classed(string name, string cssClass, params object?[] content) => Element(name, [new XAttribute("class", cssClass), .. content]);

    /// <summary>An element that never has content or an end tag, such as an image.</summary>
    public static XElement Void(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        var element = new XElement(name);
        foreach ((string attribute, string value) in attributes) element.SetAttributeValue(attribute, Clean(value));
        return element;
    }

    /// <summary>An attribute.</summary>
    public static XAttribute Attribute(string name, object value) => new(name, value is string text ? Clean(text) : value);

    /// <summary>A style sheet or script of the program's own, which HTML wants as it is.</summary>
    public static XText Raw(string text) => new RawText(text);

    /// <summary>Text without the characters that no page may hold.</summary>
    public static string Clean(string text)
    {
        int bad = 0;
        while (bad < text.Length && IsAllowed(text, bad)) bad++;
        return bad == text.Length ? text : string.Concat(text.Select((character, i) => IsAllowed(text, i) ? character : '\uFFFD'));
    }

    /// <summary>The text of a file that is part of the program.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="assembly">Whose part it is; null for this one.</param>
    public static string Resource(string name, Assembly? assembly = null)
    {
        using Stream stream = (assembly ?? Assembly.GetExecutingAssembly()).GetManifestResourceStream(name) ?? throw new InvalidOperationException($"the program was built without {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static bool IsAllowed(string text, int at) => char.IsSurrogate(text[at])
        ? char.IsHighSurrogate(text[at]) ? at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) : at > 0 && char.IsHighSurrogate(text[at - 1])
        : XmlConvert.IsXmlChar(text[at]);

    private sealed class RawText(string text) : XText(text)
    {
        public override void WriteTo(XmlWriter writer) => writer.WriteRaw(Value);
    }
}
