using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Cim.Vulkan.KernelCompiler.Sources;

/// <summary>One <c>.comp</c> file with everything it includes.</summary>
public sealed partial class ShaderFile
{
    private ShaderFile(string name, string path, string source, ShaderPragmas pragmas, IReadOnlyList<IncludedFile> includes)
    {
        Name = name;
        RelativePath = path;
        Source = source;
        Pragmas = pragmas;
        Includes = includes;
        Variants = pragmas.Expand(name);
        if (Variants.Count == 0) throw new KernelCompilerException($"{path}: the skip lines leave no variant");
    }

    /// <summary>The kernel's name: the file name without extension, snake_case, unique.</summary>
    public string Name { get; }

    /// <summary>Path below the shader folder, with forward slashes.</summary>
    public string RelativePath { get; }

    /// <summary>The text, lines ending in a line feed.</summary>
    public string Source { get; }

    /// <summary>Its <c>#pragma cim</c> lines.</summary>
    public ShaderPragmas Pragmas { get; }

    /// <summary>Everything included, directly or not, sorted by path.</summary>
    public IReadOnlyList<IncludedFile> Includes { get; }

    /// <summary>The forms that are compiled.</summary>
    public IReadOnlyList<ShaderVariant> Variants { get; }

    /// <summary>The generated class' name.</summary>
    public string ClassName => Naming.ToPascalCase(Name) + "Kernel";

    /// <summary>The generated file's path below the generated folder, with forward slashes.</summary>
    public string GeneratedPath => string.Concat(RelativePath.Split('/')[..^1].Select(folder => Naming.ToPascalCase(folder) + "/")) + ClassName + ".g.cs";

    /// <summary>Reads a shader and what it includes.</summary>
    /// <param name="shaderFolder">The folder that includes are relative to.</param>
    /// <param name="relativePath">Path below it, with forward slashes.</param>
    /// <exception cref="KernelCompilerException">Bad name, bad pragma or missing include.</exception>
    public static ShaderFile Load(string shaderFolder, string relativePath)
    {
        string name = Path.GetFileNameWithoutExtension(relativePath);
        if (!Naming.IsSnakeCase(name))
            throw new KernelCompilerException($"{relativePath}: a shader's file name must be snake_case, such as layer_norm_forward.comp");
        string source = ReadText(Path.Combine(shaderFolder, relativePath));
        var includes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        CollectIncludes(shaderFolder, relativePath, source, includes);
        return new ShaderFile(name, relativePath, source, ShaderPragmas.Parse(relativePath, source), [.. includes.Select(pair => new IncludedFile(pair.Key, pair.Value))]);
    }

    /// <summary>Reads every shader below a folder, sorted by path.</summary>
    /// <param name="shaderFolder">The folder.</param>
    /// <exception cref="KernelCompilerException">Two shaders share a name, or one cannot be read.</exception>
    public static IReadOnlyList<ShaderFile> LoadAll(string shaderFolder)
    {
        if (!Directory.Exists(shaderFolder))
            throw new KernelCompilerException($"there is no folder {shaderFolder}; give the repository's root with --root DIR");
        ShaderFile[] shaders = [.. Directory.EnumerateFiles(shaderFolder, "*.comp", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(shaderFolder, path).Replace('\\', '/')).Order(StringComparer.Ordinal)
            .Select(path => Load(shaderFolder, path))];
        if (shaders.GroupBy(shader => shader.ClassName).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new KernelCompilerException(
                $"two shaders become {twice.Key}: {string.Join(", ", twice.Select(shader => shader.RelativePath))}; names must be unique across folders");
        return shaders;
    }

    /// <summary>Reads a text file with its line ends made line feeds.</summary>
    /// <param name="path">The file.</param>
    public static string ReadText(string path) => File.ReadAllText(path).Replace("\r\n", "\n", StringComparison.Ordinal);

    private static void CollectIncludes(string shaderFolder, string from, string source, SortedDictionary<string, string> found)
    {
        foreach (Match match in IncludeLine().Matches(source))
        {
            string path = match.Groups["path"].Value;
            string file = Path.Combine(shaderFolder, path);
            if (!File.Exists(file))
                throw new KernelCompilerException(
                    $"{from}: there is no include \"{path}\"; includes are relative to the shader folder, such as \"common/scalar.glsl\"");
            if (found.ContainsKey(path)) continue;
            found[path] = ReadText(file);
            CollectIncludes(shaderFolder, path, found[path], found);
        }
    }

    [GeneratedRegex("""^[ \t]*#[ \t]*include[ \t]+["<](?<path>[^">\n]+)[">]""", RegexOptions.Multiline)]
    private static partial Regex IncludeLine();
}

/// <summary>A file that a shader includes.</summary>
/// <param name="RelativePath">Path below the shader folder.</param>
/// <param name="Source">Its text.</param>
public sealed record IncludedFile(string RelativePath, string Source);
