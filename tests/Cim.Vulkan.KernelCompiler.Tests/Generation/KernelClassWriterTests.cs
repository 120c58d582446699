using System.IO;
using System.Linq;
using Cim.Vulkan.KernelCompiler.Compilation;
using Cim.Vulkan.KernelCompiler.Generation;
using Cim.Vulkan.KernelCompiler.Sources;
using NUnit.Framework;

namespace Cim.Vulkan.KernelCompiler.Tests.Generation;

public sealed class KernelClassWriterTests
{
    private static string Write(string prefix = "", string source = "")
    {
        using var folder = new TemporaryFolder();
        folder.Write("good.comp", prefix + (source.Length > 0 ? source : File.ReadAllText(Path.Combine(Fixture.Folder, "good.comp"))));
        ShaderFile shader = ShaderFile.LoadAll(folder.Path).Single();
        return KernelClassWriter.Write(shader, [.. shader.Variants.Select(variant => new CompiledKernel(variant, Fixture.Reflect("good"), Fixture.EmbeddedBytes("good")))]);
    }

    [Test]
    public void Head_comment_becomes_documentation()
    {
        Assert.That(Write(), Does.Contain("/// <summary>Doubles each element.</summary>\n/// <remarks>\n/// <para>\n/// Twice.\n/// </para>\n/// <code>\n/// y = 2 x\n/// </code>\n/// </remarks>\n"
            + "public static class GoodKernel\n"));
    }

    [Test]
    public void Call_lists_buffers_then_push_constants_then_specialization_constants()
    {
        Assert.That(Write(), Does.Contain("Call<TOperand>(\n        TOperand x, TOperand y, TOperand inverseSum,\n"
            + "        uint count, int @base, float epsilon, uint strideX, uint strideY, uint shape0, uint shape1,\n"
            + "        uint localSizeX = 64, bool clamp = true, float factor = 0.5f, int shift = -3)\n"));
    }

    [Test]
    public void Push_constants_are_packed_at_their_offsets()
    {
        string text = Write();
        Assert.That(text, Does.Contain("new byte[32];"));
        Assert.That(text, Does.Contain("WriteUInt32LittleEndian(pushConstantBytes.AsSpan(16), strideX);"));
        Assert.That(text, Does.Contain("WriteInt32LittleEndian(pushConstantBytes.AsSpan(4), @base);"));
        Assert.That(text, Does.Contain("WriteInt32LittleEndian(pushConstantBytes.AsSpan(8), BitConverter.SingleToInt32Bits(epsilon));"));
    }

    [Test]
    public void Kernel_describes_bindings_workgroup_and_constants()
    {
        string text = Write();
        Assert.That(text, Does.Contain("new KernelBinding(\"x\", KernelAccess.Read), new KernelBinding(\"y\", KernelAccess.Write), new KernelBinding(\"inverse_sum\", KernelAccess.ReadWrite)"));
        Assert.That(text, Does.Contain("new WorkgroupDimension(0, 0), new WorkgroupDimension(2, -1), new WorkgroupDimension(1, -1)"));
        Assert.That(text, Does.Contain("new SpecializationConstant(9, \"SHIFT\", 0xFFFFFFFD)"));
        Assert.That(text, Does.Contain("public static Kernel Default => All[0];"));
    }

    [Test]
    public void Axes_become_enums_and_parameters()
    {
        string text = Write("// Head.\n#pragma cim variants(SCALAR = float, float16_t)\n#pragma cim variants(OP = gelu, relu)\n");
        Assert.That(text, Does.Contain("public static Kernel Variant(Scalar scalar = Scalar.Float, Op op = Op.Gelu) => (scalar, op) switch"));
        Assert.That(text, Does.Contain("(Scalar.Float16, Op.Relu) => All[3],"));
        Assert.That(text, Does.Contain("        Scalar scalar = Scalar.Float, Op op = Op.Gelu,\n        uint localSizeX = 64"));
    }

    [Test]
    public void Trailing_comments_document_parameters_and_markup_is_escaped()
    {
        Assert.That(Write(), Does.Contain("/// <param name=\"x\">Input, [count].</param>\n").And.Contain("/// <param name=\"localSizeX\">Elements per workgroup.</param>\n"));
        Assert.That(Write("// Where a < b & c.\n#version 460\n"), Does.Contain("<summary>Where a &lt; b &amp; c.</summary>"));
    }

    [Test]
    public void Same_input_gives_the_same_text() => Assert.That(Write(), Is.EqualTo(Write()));

    [Test]
    public void Shader_without_head_comment_is_refused()
    {
        Assert.That(() => Write(source: "#version 460\n"), Throws.TypeOf<KernelCompilerException>().With.Message.StartsWith("good.comp: begins with no comment"));
    }

    [Test]
    public void Axis_named_like_a_generated_member_is_refused()
    {
        Assert.That(() => Write("// Head.\n#pragma cim variants(KERNEL = a, b)\n"), Throws.TypeOf<KernelCompilerException>().With.Message.EqualTo(
            "good.comp: an axis cannot be called KERNEL, the generated class has a member Kernel"));
    }

    [Test]
    public void Two_parameters_of_one_name_are_refused()
    {
        Assert.That(() => Write("// Head.\n#pragma cim variants(COUNT = a, b)\n"), Throws.TypeOf<KernelCompilerException>().With.Message.StartsWith(
            "good.comp: two parameters of the generated Call are named count"));
    }
}
