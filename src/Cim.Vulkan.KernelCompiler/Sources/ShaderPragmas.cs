using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Cim.Vulkan.KernelCompiler.Sources;

/// <summary>What the <c>#pragma cim</c> lines of a shader say.</summary>
public sealed partial class ShaderPragmas
{
    private readonly List<VariantAxis> _axes = [];
    private readonly List<VariantExclusion> _exclusions = [];

    /// <summary>What shaders are compiled for where they do not say another: the oldest Vulkan that kernels run on.</summary>
    public const string DefaultTarget = "vulkan1.2";

    private static readonly string[] s_targets = [DefaultTarget, "vulkan1.3"];

    /// <summary>The axes in the order of their lines.</summary>
    public IReadOnlyList<VariantAxis> Axes => _axes;

    /// <summary>Combinations that are not compiled.</summary>
    public IReadOnlyList<VariantExclusion> Exclusions => _exclusions;

    /// <summary>False where <c>#pragma cim no_optimize</c> turns the SPIR-V optimizer off.</summary>
    public bool Optimize { get; private set; } = true;

    /// <summary>The environment that the SPIR-V is for: another than the usual one where <c>#pragma cim target(…)</c> says so, for an extension that asks for newer SPIR-V.</summary>
    public string Target { get; private set; } = DefaultTarget;

    /// <summary>Reads every <c>#pragma cim</c> line.</summary>
    /// <param name="path">The shader's path, for messages.</param>
    /// <param name="source">The shader's text.</param>
    /// <exception cref="KernelCompilerException">A line is not understood.</exception>
    public static ShaderPragmas Parse(string path, string source)
    {
        var pragmas = new ShaderPragmas();
        string[] lines = source.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            Match match = PragmaLine().Match(lines[i]);
            if (match.Success) pragmas.Add($"{path}:{i + 1}", match.Groups["body"].Value.Trim());
        }
        foreach (VariantExclusion exclusion in pragmas._exclusions) pragmas.CheckExclusion(path, exclusion);
        return pragmas;
    }

    /// <summary>The cartesian product of the axes without the exclusions.</summary>
    /// <param name="shaderName">The shader's name.</param>
    public IReadOnlyList<ShaderVariant> Expand(string shaderName)
    {
        List<string[]> rows = [[]];
        foreach (VariantAxis axis in _axes)
            rows = [.. rows.SelectMany(row => axis.Values.Select(value => (string[])[.. row, value]))];
        return [.. rows.Where(row => !_exclusions.Any(exclusion => exclusion.Matches(_axes, row)))
            .Select(row => new ShaderVariant(string.Join('.', row.Prepend(shaderName)), row))];
    }

    private void Add(string place, string body)
    {
        if (body == "no_optimize")
        {
            Optimize = false;
            return;
        }
        Match call = Call().Match(body);
        if (call.Success && call.Groups["verb"].Value == "variants") _axes.Add(ParseAxis(place, call.Groups["arguments"].Value));
        else if (call.Success && call.Groups["verb"].Value == "skip") _exclusions.Add(ParseExclusion(place, call.Groups["arguments"].Value));
        else if (call.Success && call.Groups["verb"].Value == "target") Target = ParseTarget(place, call.Groups["arguments"].Value.Trim());
        else
            throw new KernelCompilerException(
                $"{place}: '#pragma cim {body}' is not understood; known: variants(MACRO = a, b), skip(MACRO = a, OTHER = b), target(vulkan1.3), no_optimize");
    }

    private VariantAxis ParseAxis(string place, string arguments)
    {
        string[] sides = arguments.Split('=', 2, StringSplitOptions.TrimEntries);
        if (sides.Length != 2) throw new KernelCompilerException($"{place}: write variants(MACRO = first, second), got variants({arguments})");
        string macro = sides[0];
        string[] values = sides[1].Split(',', StringSplitOptions.TrimEntries);
        if (!Naming.IsIdentifier(macro)) throw new KernelCompilerException($"{place}: '{macro}' is no macro name; write variants(MACRO = first, second)");
        if (_axes.Any(axis => axis.Macro == macro))
            throw new KernelCompilerException($"{place}: {macro} has a variants line already; list all its values in one line");
        foreach (string value in values)
            if (!IsValue(value))
                throw new KernelCompilerException($"{place}: variant value '{value}' of {macro} must be an identifier or an integer");
        if (values.GroupBy(value => Naming.ToEnumMember(macro, value)).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new KernelCompilerException($"{place}: {macro} has two values named {twice.Key}: {string.Join(", ", twice)}");
        return new VariantAxis(macro, values);
    }

    private static string ParseTarget(string place, string target) => s_targets.Contains(target) ? target
        : throw new KernelCompilerException($"{place}: target({target}) is not known; known: {string.Join(", ", s_targets)}");

    private static VariantExclusion ParseExclusion(string place, string arguments)
    {
        var conditions = new List<KeyValuePair<string, string>>();
        foreach (string condition in arguments.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] sides = condition.Split('=', 2, StringSplitOptions.TrimEntries);
            if (sides.Length != 2) throw new KernelCompilerException($"{place}: write skip(MACRO = value, OTHER = value), got skip({arguments})");
            conditions.Add(new KeyValuePair<string, string>(sides[0], sides[1]));
        }
        return new VariantExclusion(conditions);
    }

    private void CheckExclusion(string path, VariantExclusion exclusion)
    {
        foreach ((string macro, string value) in exclusion.Conditions)
            if (!_axes.Any(axis => axis.Macro == macro && axis.Values.Contains(value)))
                throw new KernelCompilerException($"{path}: skip({macro} = {value}) matches no value of a variants line");
    }

    private static bool IsValue(string value) => Naming.IsIdentifier(value) || (value.Length is > 0 and < 10 && value.All(char.IsAsciiDigit));

    [GeneratedRegex(@"^\s*#\s*pragma\s+cim\b(?<body>[^\r\n]*?)(//.*)?\r?$")]
    private static partial Regex PragmaLine();

    [GeneratedRegex(@"^(?<verb>[a-z_]+)\s*\((?<arguments>[^()]*)\)$")]
    private static partial Regex Call();
}
