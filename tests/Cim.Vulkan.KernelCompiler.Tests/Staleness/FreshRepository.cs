using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cim.Vulkan.KernelCompiler.Generation;
using Cim.Vulkan.KernelCompiler.Sources;
using Cim.Vulkan.KernelCompiler.Staleness;

namespace Cim.Vulkan.KernelCompiler.Tests.Staleness;

/// <summary>A repository with one shader, one include, and everything that is generated from them.</summary>
internal sealed class FreshRepository : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FreshRepository()
    {
        _folder.Write("shaders/ops/good.comp", File.ReadAllText(Path.Combine(Fixture.Folder, "good.comp")) + "#include \"common/empty.glsl\"\n");
        _folder.Write("shaders/common/empty.glsl", "// Nothing.\n");
        _folder.Write(KernelLayout.SolutionFileName, "");
        IReadOnlyList<ShaderFile> shaders = ShaderFile.LoadAll(Layout.ShaderFolder);
        string code = KernelClassWriter.Write(shaders[0], [Fixture.Compiled(shaders[0])]);
        _folder.Write("src/Cim.Vulkan.Kernels/Generated/" + shaders[0].GeneratedPath, code);
        _folder.Write("src/Cim.Vulkan.Kernels/Generated/AllKernels.g.cs", AllKernelsWriter.Write(shaders));
        Directory.CreateDirectory(Layout.SpirvFolder);
        File.WriteAllBytes(Layout.SpirvFile("good"), Fixture.EmbeddedBytes("good"));
        var entry = new KernelLockEntry("good", KernelHash.OfSources(shaders[0], shaders[0].Variants[0]), KernelHash.OfBytes(Fixture.EmbeddedBytes("good")), KernelHash.OfText(code));
        File.WriteAllText(Layout.LockFile, new KernelLock([entry]).ToText());
    }

    public KernelLayout Layout => new(_folder.Path);

    public IReadOnlyList<string> Stale => KernelStaleness.Find(Layout);

    public string PathOf(string relativePath) => Path.Combine(_folder.Path, relativePath);

    public void Append(string relativePath, string text) => File.AppendAllText(PathOf(relativePath), text);

    public void Write(string relativePath, string text) => _folder.Write(relativePath, text);

    public string[] Files() => [.. Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();
}
