using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cim.Vulkan.KernelCompiler.Compilation;
using Cim.Vulkan.KernelCompiler.Generation;
using Cim.Vulkan.KernelCompiler.Sources;
using Cim.Vulkan.KernelCompiler.Staleness;

namespace Cim.Vulkan.KernelCompiler;

/// <summary>Brings generated C#, SPIR-V and lock file up to date with the shaders.</summary>
/// <param name="layout">The repository.</param>
public sealed class KernelGenerator(KernelLayout layout)
{
    /// <summary>Compiles the shaders that changed, rewrites what depends on them, and deletes what no shader makes.</summary>
    /// <param name="glslc">A command line for glslc, or null for the one in the environment or on the search path.</param>
    /// <param name="validate">True to run spirv-val over what was compiled.</param>
    /// <returns>Names of the kernels that were compiled.</returns>
    /// <exception cref="KernelCompilerException">A shader is wrong, or glslc is missing while a shader has changed.</exception>
    public IReadOnlyList<string> Update(string? glslc, bool validate)
    {
        IReadOnlyList<ShaderFile> shaders = ShaderFile.LoadAll(layout.ShaderFolder);
        KernelLock kernelLock = KernelLock.Load(layout.LockFile);
        ShaderFile[] stale = [.. shaders.Where(shader => shader.Variants.Any(variant => !KernelStaleness.IsFresh(layout, shader, variant, kernelLock)))];
        List<KernelLockEntry> entries = [.. kernelLock.Entries];
        if (stale.Length > 0)
        {
            GlslCompiler compiler = GlslCompiler.Find(glslc);
            IReadOnlyDictionary<ShaderFile, IReadOnlyList<CompiledKernel>> compiled = ShaderCompiler.Compile(compiler, layout.ShaderFolder, stale);
            foreach (ShaderFile shader in stale) Write(shader, compiled[shader], entries);
            foreach (IGrouping<string, ShaderFile> group in stale.Where(_ => validate).GroupBy(shader => shader.Pragmas.Target))
                compiler.Validate([.. group.SelectMany(shader => shader.Variants).Select(variant => layout.SpirvFile(variant.KernelName))], group.Key);
        }
        foreach (string path in KernelStaleness.Leftovers(layout, shaders)) File.Delete(path);
        HashSet<string> names = [.. shaders.SelectMany(shader => shader.Variants).Select(variant => variant.KernelName)];
        WriteIfChanged(layout.AllKernelsFile, AllKernelsWriter.Write(shaders));
        WriteIfChanged(layout.LockFile, new KernelLock(entries.Where(entry => names.Contains(entry.KernelName))).ToText());
        return [.. stale.SelectMany(shader => shader.Variants).Select(variant => variant.KernelName)];
    }

    private void Write(ShaderFile shader, IReadOnlyList<CompiledKernel> kernels, List<KernelLockEntry> entries)
    {
        string code = KernelClassWriter.Write(shader, kernels);
        WriteIfChanged(Path.Combine(layout.GeneratedFolder, shader.GeneratedPath), code);
        Directory.CreateDirectory(layout.SpirvFolder);
        foreach (CompiledKernel kernel in kernels)
        {
            File.WriteAllBytes(layout.SpirvFile(kernel.Variant.KernelName), kernel.Spirv);
            entries.RemoveAll(entry => entry.KernelName == kernel.Variant.KernelName);
            entries.Add(new KernelLockEntry(kernel.Variant.KernelName, KernelHash.OfSources(shader, kernel.Variant), KernelHash.OfBytes(kernel.Spirv), KernelHash.OfText(code)));
        }
    }

    // An untouched file keeps its time stamp, and the build its cache.
    private static void WriteIfChanged(string path, string text)
    {
        if (File.Exists(path) && string.Equals(File.ReadAllText(path), text, StringComparison.Ordinal)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
