using System.IO;
using System.Linq;
using Cim.Vulkan.KernelCompiler.Compilation;
using Cim.Vulkan.KernelCompiler.Sources;
using NUnit.Framework;

namespace Cim.Vulkan.KernelCompiler.Tests.Sources;

public sealed class ShaderFileTests
{
    [Test]
    public void Includes_are_followed_once_each()
    {
        using var folder = new TemporaryFolder();
        folder.Write("ops/norm/a.comp", "// A.\n#include \"common/x.glsl\"\n");
        folder.Write("common/x.glsl", "#include \"common/y.glsl\"\n");
        folder.Write("common/y.glsl", "#include \"common/x.glsl\"\n");
        ShaderFile shader = ShaderFile.LoadAll(folder.Path).Single();
        Assert.That(shader.Includes.Select(include => include.RelativePath), Is.EqualTo(new[] { "common/x.glsl", "common/y.glsl" }));
        Assert.That(shader.ClassName, Is.EqualTo("AKernel"));
        Assert.That(shader.GeneratedPath, Is.EqualTo("Ops/Norm/AKernel.g.cs"));
    }

    [Test]
    public void Variant_source_defines_the_axes_and_keeps_line_numbers()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.comp", "// A.\n#version 460\n#pragma cim variants(SCALAR = float, float16_t)\nvoid main() {}\n");
        ShaderFile shader = ShaderFile.LoadAll(folder.Path).Single();
        Assert.That(ShaderCompiler.VariantSource(shader, shader.Variants[1]), Is.EqualTo(
            "#version 460\n#extension GL_GOOGLE_cpp_style_line_directive : require\n#define SCALAR float16_t\n#line 1 \"a.comp\"\n"
            + "// A.\n\n#pragma cim variants(SCALAR = float, float16_t)\nvoid main() {}\n"));
    }

    [Test]
    public void Missing_include_is_named()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.comp", "#include \"scaler.glsl\"\n");
        Assert.That(() => ShaderFile.LoadAll(folder.Path), Throws.TypeOf<KernelCompilerException>().With.Message.StartsWith("a.comp: there is no include \"scaler.glsl\""));
    }

    [Test]
    public void Same_name_in_two_folders_is_refused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a/fill.comp", "// A.\n");
        folder.Write("b/fill.comp", "// B.\n");
        Assert.That(() => ShaderFile.LoadAll(folder.Path), Throws.TypeOf<KernelCompilerException>().With.Message.EqualTo(
            "two shaders become FillKernel: a/fill.comp, b/fill.comp; names must be unique across folders"));
    }

    [Test]
    public void File_name_must_be_snake_case()
    {
        using var folder = new TemporaryFolder();
        folder.Write("LayerNorm.comp", "// A.\n");
        Assert.That(() => ShaderFile.LoadAll(folder.Path), Throws.TypeOf<KernelCompilerException>().With.Message.EqualTo(
            "LayerNorm.comp: a shader's file name must be snake_case, such as layer_norm_forward.comp"));
    }

    [Test]
    public void Skipping_everything_is_refused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.comp", "#pragma cim variants(A = x)\n#pragma cim skip(A = x)\n");
        Assert.That(() => ShaderFile.LoadAll(folder.Path), Throws.TypeOf<KernelCompilerException>().With.Message.EqualTo("a.comp: the skip lines leave no variant"));
    }

    [Test]
    public void Missing_shader_folder_is_named()
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => ShaderFile.LoadAll(Path.Combine(folder.Path, "shaders")), Throws.TypeOf<KernelCompilerException>().With.Message.StartsWith("there is no folder "));
    }
}
