using System.IO;
using Cim.Vulkan.KernelCompiler.Compilation;
using Cim.Vulkan.KernelCompiler.Sources;
using Cim.Vulkan.KernelCompiler.Spirv;
using NUnit.Framework;

namespace Cim.Vulkan.KernelCompiler.Tests;

/// <summary>The committed shaders and SPIR-V of the Data folder.</summary>
internal static class Fixture
{
    public static string Folder => Path.Combine(TestContext.CurrentContext.TestDirectory, "Data");

    public static SpirvModule Named(string name) => SpirvModule.Parse(File.ReadAllBytes(Path.Combine(Folder, name + ".named.spv")));

    public static byte[] EmbeddedBytes(string name)
    {
        string optimized = Path.Combine(Folder, name + ".embedded.spv");
        return File.ReadAllBytes(File.Exists(optimized) ? optimized : Path.Combine(Folder, name + ".named.spv"));
    }

    public static KernelInterface Reflect(string name) => SpirvReflector.Reflect(name, Named(name), SpirvModule.Parse(EmbeddedBytes(name)));

    public static CompiledKernel Compiled(ShaderFile shader) => new(shader.Variants[0], Reflect(shader.Name), EmbeddedBytes(shader.Name));
}
