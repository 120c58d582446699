using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cim.Vulkan.KernelCompiler.Generation;
using Cim.Vulkan.KernelCompiler.Sources;

namespace Cim.Vulkan.KernelCompiler.Staleness;

/// <summary>Compares shaders, lock file and generated files without a shader compiler.</summary>
public static class KernelStaleness
{
    /// <summary>One line for everything that `cim kernels` would change; empty when all is fresh.</summary>
    /// <param name="layout">The repository.</param>
    /// <exception cref="KernelCompilerException">A shader or the lock cannot be read.</exception>
    public static IReadOnlyList<string> Find(KernelLayout layout)
    {
        IReadOnlyList<ShaderFile> shaders = ShaderFile.LoadAll(layout.ShaderFolder);
        ILookup<string, KernelLockEntry> locked = KernelLock.Load(layout.LockFile).Entries.ToLookup(entry => entry.KernelName);
        var stale = new List<string>();
        foreach (ShaderFile shader in shaders)
            foreach (ShaderVariant variant in shader.Variants)
                if (Reason(layout, shader, variant, [.. locked[variant.KernelName]]) is { } reason)
                    stale.Add($"{variant.KernelName}: {reason}");
        var known = shaders.SelectMany(shader => shader.Variants).Select(variant => variant.KernelName).ToHashSet();
        stale.AddRange(locked.Where(group => !known.Contains(group.Key)).Select(group => $"{group.Key}: in the lock file, but no shader makes it"));
        stale.AddRange(Leftovers(layout, shaders).Select(path => $"{Path.GetRelativePath(layout.Root, path).Replace('\\', '/')}: no shader makes it"));
        if (!Matches(layout.AllKernelsFile, AllKernelsWriter.Write(shaders))) stale.Add("AllKernels.g.cs: does not list the shaders as they are");
        return stale;
    }

    /// <summary>True where a variant's lock line fits its sources and files.</summary>
    /// <param name="layout">The repository.</param>
    /// <param name="shader">The shader.</param>
    /// <param name="variant">One of its variants.</param>
    /// <param name="kernelLock">The lock.</param>
    public static bool IsFresh(KernelLayout layout, ShaderFile shader, ShaderVariant variant, KernelLock kernelLock) =>
        Reason(layout, shader, variant, [.. kernelLock.Entries.Where(entry => entry.KernelName == variant.KernelName)]) is null;

    /// <summary>Generated C# and SPIR-V files that belong to no shader.</summary>
    /// <param name="layout">The repository.</param>
    /// <param name="shaders">Every shader.</param>
    public static IReadOnlyList<string> Leftovers(KernelLayout layout, IReadOnlyList<ShaderFile> shaders)
    {
        var wanted = shaders.Select(shader => Path.GetFullPath(Path.Combine(layout.GeneratedFolder, shader.GeneratedPath)))
            .Concat(shaders.SelectMany(shader => shader.Variants).Select(variant => Path.GetFullPath(layout.SpirvFile(variant.KernelName))))
            .Append(Path.GetFullPath(layout.AllKernelsFile)).ToHashSet();
        return [.. FilesIn(layout.GeneratedFolder, "*.g.cs").Concat(FilesIn(layout.SpirvFolder, "*.spv"))
            .Select(Path.GetFullPath).Where(path => !wanted.Contains(path)).Order(StringComparer.Ordinal)];
    }

    private static string? Reason(KernelLayout layout, ShaderFile shader, ShaderVariant variant, KernelLockEntry[] entries)
    {
        if (entries.Length == 0) return "not in the lock file";
        if (entries.Length > 1) return "in the lock file more than once";
        string spirv = layout.SpirvFile(variant.KernelName);
        string code = Path.Combine(layout.GeneratedFolder, shader.GeneratedPath);
        if (entries[0].SourceHash != KernelHash.OfSources(shader, variant)) return $"{shader.RelativePath} or something it includes has changed";
        if (!File.Exists(spirv)) return $"{variant.KernelName}.spv is missing";
        if (entries[0].SpirvHash != KernelHash.OfBytes(File.ReadAllBytes(spirv))) return $"{variant.KernelName}.spv was changed by hand";
        if (!File.Exists(code)) return $"{shader.GeneratedPath} is missing";
        return entries[0].CodeHash == KernelHash.OfText(File.ReadAllText(code)) ? null : $"{shader.GeneratedPath} was changed by hand";
    }

    private static bool Matches(string path, string text) => File.Exists(path) && ShaderFile.ReadText(path) == text;

    private static IEnumerable<string> FilesIn(string folder, string pattern) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories) : [];
}
