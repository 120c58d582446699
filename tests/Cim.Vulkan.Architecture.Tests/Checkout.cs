using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Cim.Vulkan.Architecture.Tests;

/// <summary>The files of the checkout around this assembly, without what builds and runs leave there.</summary>
internal static class Checkout
{
    private static readonly string[] s_folders = ["src", "shaders", "tests", "bench", ".ci"];
    private static readonly string[] s_leftOut = ["bin", "obj", "TestResults"];
    private static readonly string[] s_binary = [".spv", ".safetensors", ".png", ".jpg", ".bin"];

    /// <summary>The folder with the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Paths relative to <see cref="Root"/>, with slashes.</summary>
    public static IReadOnlyList<string> Files { get; } = s_folders.SelectMany(folder => Walk(new DirectoryInfo(Path.Combine(Root, folder))))
        .Concat(new DirectoryInfo(Root).EnumerateFiles().Where(file => file.Name != ".git"))
        .Select(file => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/')).Order(StringComparer.Ordinal).ToArray();

    public static IEnumerable<string> TextFiles => Files.Where(file => !s_binary.Contains(Path.GetExtension(file)));

    public static IEnumerable<string> WrittenCode => Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal) && !file.EndsWith(".g.cs", StringComparison.Ordinal));

    public static IEnumerable<string> Projects => Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal));

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder)
    {
        if (!folder.Exists) return [];
        return folder.EnumerateFiles().Concat(folder.EnumerateDirectories().Where(inner => !s_leftOut.Contains(inner.Name)).SelectMany(Walk));
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Cim.Vulkan.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("these tests read the checkout: run them from its own build output");
    }
}
