using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Cim.Vulkan.Models;

/// <summary>Values as text under names, as metadata of files of weights has them.</summary>
internal sealed class EncoderMetadata
{
    private const string Prefix = "encoder.";

    private readonly IReadOnlyDictionary<string, string> _values;

    public EncoderMetadata(IReadOnlyDictionary<string, string> values) => _values = values;

    public bool Has(string name) => _values.ContainsKey(Prefix + name);

    public string Text(string name) => _values.TryGetValue(Prefix + name, out string? text) ? text : throw new ArgumentException($"encoder description: '{Prefix}{name}' is missing");

    public int Integer(string name) => int.TryParse(Text(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : throw Wrong(name, "a whole number");

    public float Number(string name) => NumberOf(Text(name)) ?? throw Wrong(name, "a number");

    public bool Flag(string name) => bool.TryParse(Text(name), out bool value) ? value : throw Wrong(name, "true or false");

    public T Choice<T>(string name)
        where T : struct, Enum => Array.IndexOf(typeof(T).GetEnumNames(), Text(name)) >= 0 && Enum.TryParse(Text(name), out T value)
            ? value : throw Wrong(name, $"one of {string.Join(", ", typeof(T).GetEnumNames())}");

    public float[] Numbers(string name) => Parts(name).Select(part => NumberOf(part) ?? throw Wrong(name, "numbers with spaces between them")).ToArray();

    public int[] Integers(string name) => Parts(name)
        .Select(part => int.TryParse(part, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : throw Wrong(name, "whole numbers with spaces between them")).ToArray();

    /// <summary>Values as text, under names with the prefix.</summary>
    public static Dictionary<string, string> Of(IEnumerable<(string Name, object Value)> values) => values.ToDictionary(pair => Prefix + pair.Name, pair => TextOf(pair.Value));

    /// <summary>A value as text that reads back as the same value.</summary>
    public static string TextOf(object value) => value switch
    {
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        float[] numbers => string.Join(" ", numbers.Select(number => TextOf(number))),
        IReadOnlyList<int> numbers => string.Join(" ", numbers),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private string[] Parts(string name) => Text(name).Split(new[] { ' ' }, StringSplitOptions.RemoveEmptyEntries);

    private static float? NumberOf(string text) => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) ? value : null;

    private ArgumentException Wrong(string name, string wanted) => new($"encoder description: '{Prefix}{name}' is '{Text(name)}', must be {wanted}");
}
