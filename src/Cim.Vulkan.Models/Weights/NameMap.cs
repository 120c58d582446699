using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Models;

/// <summary>The names of an architecture in files of others, and those of the same parameters here.</summary>
public sealed class NameMap
{
    private readonly IReadOnlyList<NameRule> _rules;
    private readonly Func<Func<string, bool>, bool> _isRecognised;

    internal NameMap(string architecture, string description, Func<Func<string, bool>, bool> isRecognised, params NameRule[] rules)
    {
        (Architecture, Description, _isRecognised, _rules) = (architecture, description, isRecognised, rules);
    }

    /// <summary>The architecture in a word, such as <c>beit</c>.</summary>
    public string Architecture { get; }

    /// <summary>The architecture in a few words.</summary>
    public string Description { get; }

    /// <summary>What networks and their wrappers put before all names of the part that is wanted.</summary>
    public static IReadOnlyList<string> Prefixes { get; } = new[] { "", "module.", "backbone.", "encoder.", "model.", "trunk.", "module.backbone.", "module.encoder.", "visual.trunk." };

    /// <summary>The architecture of these names, and what stands before them.</summary>
    /// <param name="names">All names of a file.</param>
    /// <returns>Null where none is recognised.</returns>
    public static (NameMap Map, string Prefix)? Recognise(IEnumerable<string> names)
    {
        var all = new HashSet<string>(names, StringComparer.Ordinal);
        foreach (string prefix in Prefixes)
            foreach (NameMap map in NameMaps.All)
                if (map._isRecognised(name => all.Contains(prefix + name))) return (map, prefix);
        return null;
    }

    /// <summary>What stands before the names of this architecture in a file, or null where they are of another one.</summary>
    /// <param name="names">All names of the file.</param>
    public string? PrefixIn(IEnumerable<string> names)
    {
        var all = new HashSet<string>(names, StringComparer.Ordinal);
        return Prefixes.FirstOrDefault(prefix => _isRecognised(name => all.Contains(prefix + name)));
    }

    /// <summary>The name and the role of a tensor here.</summary>
    /// <param name="name">The tensor's name in the file, without what stands before all of them.</param>
    public MappedName Map(string name)
    {
        foreach (NameRule rule in _rules)
            if (rule.Match(name) is { } mapped) return new MappedName(rule.Role, mapped);
        return new MappedName(NameRole.Unknown, "");
    }

    /// <summary>The name that files of this architecture have for a tensor, when they are written here: timm's, torchvision's, or the authors' own.</summary>
    /// <param name="name">The tensor's name here.</param>
    public string NameInFile(string name) => _rules.Where(rule => rule.IsWritten).Select(rule => rule.Reverse(name)).FirstOrDefault(written => written is not null) ?? name;
}
