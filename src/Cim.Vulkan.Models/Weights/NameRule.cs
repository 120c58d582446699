using System.Text.RegularExpressions;

namespace Cim.Vulkan.Models;

/// <summary>What a tensor of someone else's file is to a network here.</summary>
public enum NameRole
{
    /// <summary>A parameter.</summary>
    Parameter,

    /// <summary>A running statistic of a batch norm.</summary>
    Statistic,

    /// <summary>A parameter of the head, which belongs to the task that was trained.</summary>
    Head,

    /// <summary>Of no use here, though the name is known: a counter, an index, a decoder that pre-training leaves behind.</summary>
    Ignored,

    /// <summary>A name that the architecture does not have.</summary>
    Unknown,
}

/// <summary>The name that a tensor has here.</summary>
/// <param name="Role">What it is.</param>
/// <param name="Name">Its name here; empty where it is of no use.</param>
public readonly record struct MappedName(NameRole Role, string Name);

/// <summary>One line of a name map: names of a pattern, and what they are called here.</summary>
internal sealed class NameRule
{
    private static readonly Regex s_sign = new("#|\\{[^}]*\\}|\\*", RegexOptions.CultureInvariant);

    private readonly Regex _pattern;
    private readonly string _target;
    private readonly string _source;

    /// <summary>Makes a rule.</summary>
    /// <param name="pattern">The whole name; <c>#</c> stands for a number, <c>{a|b}</c> for one of several words, <c>*</c> for anything.</param>
    /// <param name="role">What such a tensor is.</param>
    /// <param name="target">The name here, <c>$1</c> for what the first sign stood for; null for the name as it is.</param>
    /// <param name="isWritten">Whether files that are written have the name of the pattern; where no rule says so, they have the name here.</param>
    public NameRule(string pattern, NameRole role = NameRole.Parameter, string? target = null, bool isWritten = false)
    {
        Role = role;
        IsWritten = isWritten;
        _source = pattern;
        _target = target ?? "$0";
        _pattern = new Regex($"^{ExpressionOf(pattern)}$", RegexOptions.CultureInvariant);
    }

    /// <summary>What tensors of this pattern are.</summary>
    public NameRole Role { get; }

    /// <summary>Whether files that are written have the name of the pattern.</summary>
    public bool IsWritten { get; }

    /// <summary>The name of the pattern that a name here stands for, or null if it is of another rule.</summary>
    public string? Reverse(string name)
    {
        MatchCollection signs = s_sign.Matches(_source);
        string expression = Regex.Escape(_target);
        for (int i = 0; i < signs.Count; i++) expression = expression.Replace($"\\${i + 1}", $"(?<sign{i}>{ExpressionOf(signs[i].Value)})");
        Match match = Regex.Match(name, $"^{expression}$", RegexOptions.CultureInvariant);
        if (!match.Success) return null;
        int sign = 0;
        return s_sign.Replace(_source, _ => match.Groups[$"sign{sign++}"].Value);
    }

    /// <summary>The name here, or null if the pattern is another.</summary>
    public string? Match(string name)
    {
        Match match = _pattern.Match(name);
        if (!match.Success) return null;
        return Role == NameRole.Ignored ? "" : match.Result(_target);
    }

    private static string ExpressionOf(string pattern) =>
        Regex.Escape(pattern).Replace("\\{", "(").Replace("}", ")").Replace("\\|", "|").Replace("\\#", "([0-9]+)").Replace("\\*", "(.*)");
}
