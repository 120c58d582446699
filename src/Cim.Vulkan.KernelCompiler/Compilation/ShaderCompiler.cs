using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Cim.Vulkan.KernelCompiler.Sources;
using Cim.Vulkan.KernelCompiler.Spirv;

namespace Cim.Vulkan.KernelCompiler.Compilation;

/// <summary>A compiled variant.</summary>
/// <param name="Variant">The variant.</param>
/// <param name="Interface">What the host must know.</param>
/// <param name="Spirv">The module to embed, without names.</param>
public sealed record CompiledKernel(ShaderVariant Variant, KernelInterface Interface, byte[] Spirv);

/// <summary>Compiles shaders in every variant and reflects them.</summary>
public static partial class ShaderCompiler
{
    /// <summary>Compiles all variants of shaders; both sides of a shader's variants must have one interface.</summary>
    /// <param name="compiler">glslc.</param>
    /// <param name="shaderFolder">What includes are relative to.</param>
    /// <param name="shaders">The shaders.</param>
    /// <exception cref="KernelCompilerException">A shader fails or breaks a convention.</exception>
    public static IReadOnlyDictionary<ShaderFile, IReadOnlyList<CompiledKernel>> Compile(GlslCompiler compiler, string shaderFolder, IReadOnlyList<ShaderFile> shaders)
    {
        string folder = Directory.CreateTempSubdirectory("cim-kernels-").FullName;
        try
        {
            CompileAll(compiler, shaderFolder, shaders, folder);
            return shaders.ToDictionary(shader => shader, IReadOnlyList<CompiledKernel> (shader) => Reflect(shader, folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The text that glslc is given: version and defines first, then the shader with its own line numbers.</summary>
    /// <param name="shader">The shader.</param>
    /// <param name="variant">One of its variants.</param>
    public static string VariantSource(ShaderFile shader, ShaderVariant variant)
    {
        var text = new StringBuilder("#version 460\n#extension GL_GOOGLE_cpp_style_line_directive : require\n");
        for (int i = 0; i < variant.Values.Count; i++) text.Append($"#define {shader.Pragmas.Axes[i].Macro} {variant.Values[i]}\n");
        return text.Append($"#line 1 \"{shader.RelativePath}\"\n").Append(VersionLine().Replace(shader.Source, "")).ToString();
    }

    private static void CompileAll(GlslCompiler compiler, string shaderFolder, IReadOnlyList<ShaderFile> shaders, string folder)
    {
        foreach (bool named in (bool[])[true, false])
        {
            string output = Directory.CreateDirectory(Path.Combine(folder, named ? "named" : "embedded")).FullName;
            foreach (IGrouping<(bool Optimize, string Target), ShaderFile> group in shaders.GroupBy(shader => (shader.Pragmas.Optimize, shader.Pragmas.Target)))
            {
                var files = new List<string>();
                foreach (ShaderFile shader in group)
                    foreach (ShaderVariant variant in shader.Variants)
                    {
                        files.Add(variant.KernelName + ".comp");
                        File.WriteAllText(Path.Combine(output, files[^1]), VariantSource(shader, variant));
                    }
                // Without optimization every declaration survives, used or not; with -g it keeps its name.
                string[] flags = named ? ["-O0", "-g"] : [group.Key.Optimize ? "-O" : "-O0"];
                compiler.Compile(output, files, shaderFolder, flags, group.Key.Target);
            }
        }
    }

    private static CompiledKernel[] Reflect(ShaderFile shader, string folder)
    {
        var kernels = new List<CompiledKernel>();
        foreach (ShaderVariant variant in shader.Variants)
        {
            SpirvModule named = SpirvModule.Parse(File.ReadAllBytes(Path.Combine(folder, "named", variant.KernelName + ".comp.spv")));
            byte[] spirv = File.ReadAllBytes(Path.Combine(folder, "embedded", variant.KernelName + ".comp.spv"));
            string place = variant.Values.Count == 0 ? shader.RelativePath : $"{shader.RelativePath} ({string.Join(", ", variant.Values)})";
            kernels.Add(new CompiledKernel(variant, SpirvReflector.Reflect(place, named, SpirvModule.Parse(spirv)), spirv));
        }
        foreach (CompiledKernel kernel in kernels.Skip(1)) CheckSameInterface(shader, kernels[0], kernel);
        return [.. kernels];
    }

    private static void CheckSameInterface(ShaderFile shader, CompiledKernel first, CompiledKernel other)
    {
        KernelInterface a = first.Interface, b = other.Interface;
        string? difference =
            !a.Bindings.Select(binding => binding.Name).SequenceEqual(b.Bindings.Select(binding => binding.Name)) ? "bindings"
            : !a.PushConstants.SequenceEqual(b.PushConstants) ? "push constants"
            : !a.Specializations.SequenceEqual(b.Specializations) ? "specialization constants" : null;
        if (difference is not null)
            throw new KernelCompilerException(
                $"{shader.RelativePath}: variants {first.Variant.KernelName} and {other.Variant.KernelName} differ in their {difference}; one shader has one signature: make two shaders with a shared include");
    }

    [GeneratedRegex(@"^[ \t]*#[ \t]*version[^\n]*", RegexOptions.Multiline)]
    private static partial Regex VersionLine();
}
