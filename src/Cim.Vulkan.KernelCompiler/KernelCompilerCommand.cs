using System.Collections.Generic;
using System.IO;
using Cim.Vulkan.KernelCompiler.Staleness;

namespace Cim.Vulkan.KernelCompiler;

/// <summary>The command line of the kernel compiler.</summary>
public static class KernelCompilerCommand
{
    private const string Usage = """
        Compiles the compute shaders in shaders/ to SPIR-V and typed C# in src/Cim.Vulkan.Kernels.
          --root DIR    the repository (default: the one around the current folder)
          --glslc CMD   the shader compiler (default: the environment's CIM_GLSLC, else glslc)
          --validate    run spirv-val over what was compiled
          --check       change nothing, need no compiler: list what is stale and exit with 1
        """;

    /// <summary>Runs the command.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="output">For results.</param>
    /// <param name="errors">For messages.</param>
    /// <returns>0, or 1 where something is stale or wrong, or 2 for bad arguments.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors)
    {
        string? root = null, glslc = null;
        bool check = false, validate = false;
        for (int i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--root" when i + 1 < arguments.Count: root = arguments[++i]; break;
                case "--glslc" when i + 1 < arguments.Count: glslc = arguments[++i]; break;
                case "--check": check = true; break;
                case "--validate": validate = true; break;
                case "--help": output.WriteLine(Usage); return 0;
                default: errors.WriteLine($"'{arguments[i]}' is not an option, or its value is missing\n{Usage}"); return 2;
            }
        }
        try
        {
            KernelLayout layout = root is null ? KernelLayout.Find(Directory.GetCurrentDirectory()) : new KernelLayout(root);
            return check ? Check(layout, output, errors) : Update(layout, glslc, validate, output);
        }
        catch (KernelCompilerException exception)
        {
            errors.WriteLine(exception.Message);
            return 1;
        }
    }

    private static int Update(KernelLayout layout, string? glslc, bool validate, TextWriter output)
    {
        IReadOnlyList<string> compiled = new KernelGenerator(layout).Update(glslc, validate);
        foreach (string name in compiled) output.WriteLine(name);
        output.WriteLine(compiled.Count == 0 ? "every kernel is fresh" : $"{compiled.Count} kernels compiled");
        return 0;
    }

    private static int Check(KernelLayout layout, TextWriter output, TextWriter errors)
    {
        IReadOnlyList<string> stale = KernelStaleness.Find(layout);
        foreach (string line in stale) errors.WriteLine(line);
        if (stale.Count > 0) errors.WriteLine("run `cim kernels` and commit what it changes");
        else output.WriteLine("every kernel is fresh");
        return stale.Count == 0 ? 0 : 1;
    }
}
