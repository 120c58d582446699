using System.IO;
using System.Linq;
using Cim.Vulkan.KernelCompiler.Compilation;
using Cim.Vulkan.KernelCompiler.Staleness;
using Cim.Vulkan.KernelCompiler.Tests.Staleness;
using NUnit.Framework;

namespace Cim.Vulkan.KernelCompiler.Tests;

public sealed class KernelCompilerCommandTests
{
    private static (int Status, string Output, string Errors) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int status = KernelCompilerCommand.Run(arguments, output, errors);
        return (status, output.ToString(), errors.ToString());
    }

    [Test]
    public void Check_of_a_fresh_repository_succeeds()
    {
        using var repository = new FreshRepository();
        (int status, string output, _) = Run("--root", repository.Layout.Root, "--check");
        Assert.That(status, Is.Zero);
        Assert.That(output.Trim(), Is.EqualTo("every kernel is fresh"));
    }

    [Test]
    public void Check_lists_what_is_stale_and_fails()
    {
        using var repository = new FreshRepository();
        repository.Append("shaders/common/empty.glsl", "// more\n");
        (int status, _, string errors) = Run("--check", "--root", repository.Layout.Root);
        Assert.That(status, Is.EqualTo(1));
        Assert.That(errors, Does.StartWith("good: ops/good.comp or something it includes has changed").And.Contain("run `cim kernels`"));
    }

    [Test]
    public void Fresh_repository_is_updated_without_a_compiler_and_stays_as_it_is()
    {
        using var repository = new FreshRepository();
        string[] before = [.. repository.Files().Select(File.ReadAllText)];
        (int status, string output, _) = Run("--root", repository.Layout.Root, "--glslc", "no-such-compiler");
        Assert.That(status, Is.Zero);
        Assert.That(output.Trim(), Is.EqualTo("every kernel is fresh"));
        Assert.That(repository.Files().Select(File.ReadAllText), Is.EqualTo(before));
    }

    [Test]
    public void Update_deletes_what_a_vanished_shader_left()
    {
        using var repository = new FreshRepository();
        File.Delete(repository.PathOf("shaders/ops/good.comp"));
        Assert.That(Run("--root", repository.Layout.Root).Status, Is.Zero);
        Assert.That(File.Exists(repository.Layout.SpirvFile("good")), Is.False);
        Assert.That(repository.Stale, Is.Empty);
    }

    [Test]
    public void Missing_compiler_is_explained()
    {
        using var repository = new FreshRepository();
        repository.Append("shaders/ops/good.comp", "// more\n");
        (int status, _, string errors) = Run("--root", repository.Layout.Root, "--glslc", "no-such-compiler");
        Assert.That(status, Is.EqualTo(1));
        Assert.That(errors, Does.StartWith("cannot start the shader compiler 'no-such-compiler'. It is needed only to change shaders"));
    }

    [Test]
    public void Failing_compiler_is_quoted_and_changes_nothing()
    {
        using var repository = new FreshRepository();
        repository.Append("shaders/ops/good.comp", "// more\n");
        string[] before = [.. repository.Files().Select(File.ReadAllText)];
        // dotnet is no shader compiler: it answers --version and refuses the rest.
        (int status, _, string errors) = Run("--root", repository.Layout.Root, "--glslc", "dotnet");
        Assert.That(status, Is.EqualTo(1));
        Assert.That(errors, Does.Match("^glslc failed:\n\\S"));
        Assert.That(repository.Files().Select(File.ReadAllText), Is.EqualTo(before));
    }

    [Test]
    public void Missing_validator_is_explained()
    {
        Assert.That(() => GlslCompiler.Find("dotnet").Validate(["a.spv"], "vulkan1.2"), Throws.TypeOf<KernelCompilerException>().With.Message.Contains("spirv-val").Or.Message.Contains("a.spv"));
    }

    [TestCase("--chek")]
    [TestCase("--root")]
    public void Bad_argument_is_named_with_the_usage(string argument)
    {
        (int status, _, string errors) = Run(argument);
        Assert.That(status, Is.EqualTo(2));
        Assert.That(errors, Does.StartWith($"'{argument}' is not an option, or its value is missing").And.Contain("--glslc CMD"));
    }

    [Test]
    public void Help_prints_the_usage() => Assert.That(Run("--help").Output, Does.Contain("--check"));

    [Test]
    public void Folder_outside_a_repository_is_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => KernelLayout.Find(folder.Path), Throws.TypeOf<KernelCompilerException>().With.Message.Contains("no Cim.Vulkan.sln in"));
    }

    [Test]
    public void Hash_depends_on_the_text_only()
    {
        Assert.That(KernelHash.OfText("a\r\nb"), Is.EqualTo(KernelHash.OfText("a\nb")).And.Not.EqualTo(KernelHash.OfText("a\nc")));
    }
}
