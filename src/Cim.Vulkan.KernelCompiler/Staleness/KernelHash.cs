using System;
using System.Security.Cryptography;
using System.Text;
using Cim.Vulkan.KernelCompiler.Compilation;
using Cim.Vulkan.KernelCompiler.Sources;

namespace Cim.Vulkan.KernelCompiler.Staleness;

/// <summary>The hashes of the lock file, lower-case SHA-256.</summary>
public static class KernelHash
{
    // Raised when the generator's output changes for the same shader: makes every kernel stale.
    private const int GeneratorVersion = 1;

    /// <summary>Hash of everything that decides a kernel's SPIR-V and C#: path, sources with includes, all defines, compiler options.</summary>
    /// <param name="shader">The shader.</param>
    /// <param name="variant">One of its variants.</param>
    public static string OfSources(ShaderFile shader, ShaderVariant variant)
    {
        var text = new StringBuilder();
        text.Append(GeneratorVersion).Append('\n').Append(variant.KernelName).Append('\n').AppendJoin(' ', GlslCompiler.Options).Append('\n');
        text.Append(shader.RelativePath).Append('\n').Append(shader.Source).Append('\n');
        foreach (IncludedFile include in shader.Includes) text.Append(include.RelativePath).Append('\n').Append(include.Source).Append('\n');
        return OfText(text.ToString());
    }

    /// <summary>Hash of a text.</summary>
    /// <param name="text">Any text; its line ends count as line feeds.</param>
    public static string OfText(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Replace("\r\n", "\n", StringComparison.Ordinal))));

    /// <summary>Hash of bytes.</summary>
    /// <param name="bytes">Any bytes.</param>
    public static string OfBytes(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
