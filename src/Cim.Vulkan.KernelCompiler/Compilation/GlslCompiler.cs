using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Cim.Vulkan.KernelCompiler.Sources;

namespace Cim.Vulkan.KernelCompiler.Compilation;

/// <summary>Runs glslc and spirv-val: many files in one process, because starting one costs more than compiling a shader.</summary>
public sealed class GlslCompiler
{
    private const int FilesPerProcess = 200;
    private readonly string[] _command;

    private GlslCompiler(string[] command) => _command = command;

    /// <summary>The options every kernel is compiled with, but the target of those that ask for another.</summary>
    public static IReadOnlyList<string> Options { get; } = OptionsFor(ShaderPragmas.DefaultTarget);

    /// <summary>Finds glslc: the given command line, else the environment's CIM_GLSLC, else the search path.</summary>
    /// <param name="commandLine">A command with leading arguments, or null.</param>
    /// <exception cref="KernelCompilerException">There is no glslc.</exception>
    public static GlslCompiler Find(string? commandLine)
    {
        commandLine ??= Environment.GetEnvironmentVariable("CIM_GLSLC") is { Length: > 0 } given ? given : "glslc";
        // A path may hold spaces itself; anything else is a command with arguments in front of glslc's own.
        var compiler = new GlslCompiler(File.Exists(commandLine) ? [Path.GetFullPath(commandLine)] : commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        try
        {
            (int status, string errors) = compiler.Run(compiler._command, ["--version"], ".");
            if (status != 0) throw new KernelCompilerException(NotFound(commandLine) + $"\n{errors.Trim()}");
        }
        catch (Win32Exception)
        {
            throw new KernelCompilerException(NotFound(commandLine));
        }
        return compiler;
    }

    /// <summary>Compiles files of one folder, each to its name with <c>.spv</c> behind it in the same folder.</summary>
    /// <param name="folder">The folder with the sources.</param>
    /// <param name="files">File names in it, without folder.</param>
    /// <param name="includeFolder">What <c>#include</c> is relative to.</param>
    /// <param name="flags">Options besides the common ones.</param>
    /// <param name="target">The environment that the SPIR-V is for.</param>
    /// <exception cref="KernelCompilerException">A shader fails; the message holds what glslc said.</exception>
    public void Compile(string folder, IReadOnlyList<string> files, string includeFolder, IReadOnlyList<string> flags, string target = ShaderPragmas.DefaultTarget)
    {
        string[] common = [.. OptionsFor(target), .. flags, "-I", Path.GetFullPath(includeFolder), "-c"];
        foreach (string[] batch in files.Chunk(FilesPerProcess))
        {
            (int status, string errors) = Run(_command, [.. common, .. batch], folder);
            if (status != 0) throw new KernelCompilerException("glslc failed:\n" + errors.Trim());
        }
    }

    /// <summary>Checks SPIR-V files with the spirv-val that lies next to glslc.</summary>
    /// <param name="files">The files.</param>
    /// <param name="target">The environment that they were compiled for.</param>
    /// <exception cref="KernelCompilerException">A module is invalid, or there is no spirv-val.</exception>
    public void Validate(IReadOnlyList<string> files, string target)
    {
        int last = _command.Length - 1;
        string[] command = [.. _command[..last], Path.Combine(Path.GetDirectoryName(_command[last]) ?? "", "spirv-val")];
        foreach (string file in files)
        {
            try
            {
                (int status, string errors) = Run(command, ["--target-env", target, Path.GetFullPath(file)], ".");
                if (status != 0) throw new KernelCompilerException($"{Path.GetFileName(file)}: spirv-val: {errors.Trim()}");
            }
            catch (Win32Exception)
            {
                throw new KernelCompilerException($"cannot start {string.Join(' ', command)}; leave --validate away or install spirv-tools");
            }
        }
    }

    private static string[] OptionsFor(string target) => [$"--target-env={target}", "-std=460"];

    private static string NotFound(string commandLine) =>
        $"cannot start the shader compiler '{commandLine}'. It is needed only to change shaders: install glslc (2026 or newer for cooperative matrix 2 and bfloat16), "
        + "or name it with --glslc CMD or the environment variable CIM_GLSLC";

    private (int Status, string Errors) Run(string[] command, string[] arguments, string folder)
    {
        const int limitMilliseconds = 600_000;
        var start = new ProcessStartInfo(command[0]) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = folder };
        foreach (string argument in command.Skip(1).Concat(arguments)) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start) ?? throw new KernelCompilerException(NotFound(string.Join(' ', _command)));
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(limitMilliseconds))
        {
            process.Kill(entireProcessTree: true);
            throw new KernelCompilerException($"{string.Join(' ', command)} did not end within {limitMilliseconds / 1000} seconds");
        }
        return (process.ExitCode, errors.Result.Length > 0 ? errors.Result : output.Result);
    }
}
