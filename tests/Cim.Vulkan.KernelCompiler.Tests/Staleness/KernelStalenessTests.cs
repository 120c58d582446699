using System.IO;
using Cim.Vulkan.KernelCompiler.Staleness;
using NUnit.Framework;

namespace Cim.Vulkan.KernelCompiler.Tests.Staleness;

public sealed class KernelStalenessTests
{
    private const string Shader = "shaders/ops/good.comp";
    private const string Code = "src/Cim.Vulkan.Kernels/Generated/Ops/GoodKernel.g.cs";
    private const string Spirv = "src/Cim.Vulkan.Kernels/Spirv/good.spv";

    [Test]
    public void This_repositorys_kernels_are_fresh()
    {
        Assert.That(KernelStaleness.Find(KernelLayout.Find(TestContext.CurrentContext.TestDirectory)), Is.Empty, "run `cim kernels` and commit what it changes");
    }

    [Test]
    public void Unchanged_repository_is_fresh()
    {
        using var repository = new FreshRepository();
        Assert.That(repository.Stale, Is.Empty);
    }

    [Test]
    public void Line_ends_do_not_count()
    {
        using var repository = new FreshRepository();
        File.WriteAllText(repository.PathOf(Shader), File.ReadAllText(repository.PathOf(Shader)).Replace("\n", "\r\n", System.StringComparison.Ordinal));
        Assert.That(repository.Stale, Is.Empty);
    }

    [TestCase(Shader, "good: ops/good.comp or something it includes has changed")]
    [TestCase("shaders/common/empty.glsl", "good: ops/good.comp or something it includes has changed")]
    [TestCase(Spirv, "good: good.spv was changed by hand")]
    [TestCase(Code, "good: Ops/GoodKernel.g.cs was changed by hand")]
    [TestCase("src/Cim.Vulkan.Kernels/Generated/AllKernels.g.cs", "AllKernels.g.cs: does not list the shaders as they are")]
    public void Changed_file_is_reported(string path, string reason)
    {
        using var repository = new FreshRepository();
        repository.Append(path, "// more\n");
        Assert.That(repository.Stale, Is.EqualTo(new[] { reason }));
    }

    [TestCase(Spirv, "good: good.spv is missing")]
    [TestCase(Code, "good: Ops/GoodKernel.g.cs is missing")]
    [TestCase("shaders/kernels.lock", "good: not in the lock file")]
    public void Missing_file_is_reported(string path, string reason)
    {
        using var repository = new FreshRepository();
        File.Delete(repository.PathOf(path));
        Assert.That(repository.Stale, Is.EqualTo(new[] { reason }));
    }

    [Test]
    public void Files_of_a_vanished_shader_are_reported()
    {
        using var repository = new FreshRepository();
        File.Delete(repository.PathOf(Shader));
        Assert.That(repository.Stale, Is.EqualTo(new[]
        {
            "good: in the lock file, but no shader makes it", $"{Code}: no shader makes it", $"{Spirv}: no shader makes it", "AllKernels.g.cs: does not list the shaders as they are",
        }));
    }

    [Test]
    public void Two_lock_lines_of_one_kernel_are_reported()
    {
        using var repository = new FreshRepository();
        repository.Append("shaders/kernels.lock", "good  1  2  3\n");
        Assert.That(repository.Stale, Is.EqualTo(new[] { "good: in the lock file more than once" }));
    }

    [Test]
    public void Broken_lock_line_is_named()
    {
        using var repository = new FreshRepository();
        repository.Append("shaders/kernels.lock", "<<<<<<< HEAD\n");
        Assert.That(() => repository.Stale, Throws.TypeOf<KernelCompilerException>().With.Message.EndsWith(
            "kernels.lock:3: expected a kernel's name and three hashes, got 2 fields; delete the line and run `cim kernels`"));
    }

    [Test]
    public void Lock_is_sorted_and_survives_a_round_trip()
    {
        using var repository = new FreshRepository();
        var kernelLock = new KernelLock([new KernelLockEntry("b", "1", "2", "3"), new KernelLockEntry("a", "4", "5", "6")]);
        File.WriteAllText(repository.Layout.LockFile, kernelLock.ToText());
        Assert.That(KernelLock.Load(repository.Layout.LockFile).Entries, Is.EqualTo(new[] { new KernelLockEntry("a", "4", "5", "6"), new KernelLockEntry("b", "1", "2", "3") }));
    }
}
