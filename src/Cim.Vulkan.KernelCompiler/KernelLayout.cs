using System.IO;

namespace Cim.Vulkan.KernelCompiler;

/// <summary>Where shaders, generated C#, SPIR-V and the lock file lie below a repository's root.</summary>
/// <param name="Root">The repository's root folder.</param>
public sealed record KernelLayout(string Root)
{
    /// <summary>The file that marks a repository's root.</summary>
    public const string SolutionFileName = "Cim.Vulkan.sln";

    /// <summary>Folder of the GLSL sources; includes are relative to it.</summary>
    public string ShaderFolder => Path.Combine(Root, "shaders");

    /// <summary>The lock file: one line of hashes per kernel.</summary>
    public string LockFile => Path.Combine(ShaderFolder, "kernels.lock");

    /// <summary>Folder of the generated C#.</summary>
    public string GeneratedFolder => Path.Combine(Root, "src", "Cim.Vulkan.Kernels", "Generated");

    /// <summary>Folder of the SPIR-V modules that the kernels project embeds.</summary>
    public string SpirvFolder => Path.Combine(Root, "src", "Cim.Vulkan.Kernels", "Spirv");

    /// <summary>The generated list of every kernel.</summary>
    public string AllKernelsFile => Path.Combine(GeneratedFolder, "AllKernels.g.cs");

    /// <summary>The SPIR-V file of a kernel.</summary>
    /// <param name="kernelName">The kernel's full name, variant included.</param>
    public string SpirvFile(string kernelName) => Path.Combine(SpirvFolder, kernelName + ".spv");

    /// <summary>Walks up from a folder to the one that holds the solution.</summary>
    /// <param name="start">Where to begin.</param>
    /// <exception cref="KernelCompilerException">No parent folder holds the solution.</exception>
    public static KernelLayout Find(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, SolutionFileName)))
                return new KernelLayout(folder.FullName);
        throw new KernelCompilerException($"no {SolutionFileName} in {start} or above it; give the repository's root with --root DIR");
    }
}
