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
    private readonly Regex _pattern;
    private readonly string _target;

    /// <summary>Makes a rule.</summary>
    /// <param name="pattern">The whole name; <c>#</c> stands for a number, <c>{a|b}</c> for one of several words, <c>*</c> for anything.</param>
    /// <param name="role">What such a tensor is.</param>
    /// <param name="target">The name here, <c>$1</c> for what the first sign stood for; null for the name as it is.</param>
    public NameRule(string pattern, NameRole role = NameRole.Parameter, string? target = null)
    {
        Role = role;
        _target = target ?? "$0";
        string expression = Regex.Escape(pattern).Replace("\\{", "(").Replace("}", ")").Replace("\\|", "|").Replace("\\#", "([0-9]+)").Replace("\\*", "(.*)");
        _pattern = new Regex($"^{expression}$", RegexOptions.CultureInvariant);
    }

    /// <summary>What tensors of this pattern are.</summary>
    public NameRole Role { get; }

    /// <summary>The name here, or null if the pattern is another.</summary>
    public string? Match(string name)
    {
        Match match = _pattern.Match(name);
        if (!match.Success) return null;
        return Role == NameRole.Ignored ? "" : match.Result(_target);
    }
}
