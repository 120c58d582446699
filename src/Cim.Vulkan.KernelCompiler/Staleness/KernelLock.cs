using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Cim.Vulkan.KernelCompiler.Staleness;

/// <summary>One line of the lock file.</summary>
/// <param name="KernelName">The kernel.</param>
/// <param name="SourceHash">Hash of sources, includes, defines and options.</param>
/// <param name="SpirvHash">Hash of the SPIR-V file.</param>
/// <param name="CodeHash">Hash of the generated class.</param>
public sealed record KernelLockEntry(string KernelName, string SourceHash, string SpirvHash, string CodeHash);

/// <summary>The lock file: which sources the committed SPIR-V and C# were made from.</summary>
public sealed class KernelLock
{
    private const string Header = "# kernel  sha256 of sources and options  of SPIR-V  of generated C#; written by `cim kernels`, never by hand";

    /// <summary>Makes a lock of entries.</summary>
    /// <param name="entries">In any order; a merge may have left two of one kernel.</param>
    public KernelLock(IEnumerable<KernelLockEntry> entries) => Entries = [.. entries.Distinct().OrderBy(entry => entry.KernelName, StringComparer.Ordinal)];

    /// <summary>The entries, sorted by name.</summary>
    public IReadOnlyList<KernelLockEntry> Entries { get; }

    /// <summary>Reads a lock file; a missing file is an empty lock.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="KernelCompilerException">A line has not four fields.</exception>
    public static KernelLock Load(string path)
    {
        var entries = new List<KernelLockEntry>();
        if (!File.Exists(path)) return new KernelLock(entries);
        string[] lines = File.ReadAllLines(path);
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith('#') || string.IsNullOrWhiteSpace(lines[i])) continue;
            string[] fields = lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length != 4)
                throw new KernelCompilerException(
                    $"{path}:{i + 1}: expected a kernel's name and three hashes, got {fields.Length} fields; delete the line and run `cim kernels`");
            entries.Add(new KernelLockEntry(fields[0], fields[1], fields[2], fields[3]));
        }
        return new KernelLock(entries);
    }

    /// <summary>The file's text.</summary>
    public string ToText() =>
        Header + "\n" + string.Concat(Entries.Select(entry => $"{entry.KernelName}  {entry.SourceHash}  {entry.SpirvHash}  {entry.CodeHash}\n"));
}
