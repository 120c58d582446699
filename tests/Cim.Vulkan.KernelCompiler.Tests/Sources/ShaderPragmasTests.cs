using System.Linq;
using Cim.Vulkan.KernelCompiler.Sources;
using NUnit.Framework;

namespace Cim.Vulkan.KernelCompiler.Tests.Sources;

public sealed class ShaderPragmasTests
{
    private static ShaderPragmas Parse(string source) => ShaderPragmas.Parse("a.comp", source);

    [Test]
    public void Shader_without_axes_has_one_variant_of_its_own_name()
    {
        Assert.That(Parse("#version 460\n").Expand("fill").Single().KernelName, Is.EqualTo("fill"));
    }

    [Test]
    public void Axes_multiply_in_the_order_of_their_lines()
    {
        ShaderPragmas pragmas = Parse("#pragma cim variants(OP = gelu, relu)\r\n  # pragma  cim variants( TILE=8 ,16) // sizes\n");
        Assert.That(pragmas.Expand("unary").Select(variant => variant.KernelName), Is.EqualTo(new[] { "unary.gelu.8", "unary.gelu.16", "unary.relu.8", "unary.relu.16" }));
        Assert.That(pragmas.Optimize, Is.True);
    }

    [Test]
    public void Skipped_combinations_are_left_out()
    {
        ShaderPragmas pragmas = Parse("#pragma cim variants(A = x, y)\n#pragma cim variants(B = x, y)\n#pragma cim skip(A = x, B = y)\n");
        Assert.That(pragmas.Expand("k").Select(variant => variant.KernelName), Is.EqualTo(new[] { "k.x.x", "k.y.x", "k.y.y" }));
    }

    [Test]
    public void Optimizer_can_be_switched_off() => Assert.That(Parse("#pragma cim no_optimize\n").Optimize, Is.False);

    [TestCase("", "vulkan1.2")]
    [TestCase("#pragma cim target(vulkan1.3)  // for an extension\n", "vulkan1.3")]
    public void A_shader_says_for_which_vulkan_it_is_compiled(string source, string target) => Assert.That(Parse(source).Target, Is.EqualTo(target));

    [Test]
    public void Pragmas_of_others_and_comments_are_passed_over()
    {
        Assert.That(Parse("#pragma use_vulkan_memory_model\n// #pragma cim nonsense\n").Axes, Is.Empty);
    }

    [TestCase("#pragma cim optimise", "a.comp:1: '#pragma cim optimise' is not understood; known: variants(MACRO = a, b), skip(MACRO = a, OTHER = b), target(vulkan1.3), no_optimize")]
    [TestCase("\n\n#pragma cim target(vulkan9)", "a.comp:3: target(vulkan9) is not known; known: vulkan1.2, vulkan1.3")]
    [TestCase("\n#pragma cim variants(float)", "a.comp:2: write variants(MACRO = first, second), got variants(float)")]
    [TestCase("#pragma cim variants(3D = a)", "a.comp:1: '3D' is no macro name; write variants(MACRO = first, second)")]
    [TestCase("#pragma cim variants(A = 1.5)", "a.comp:1: variant value '1.5' of A must be an identifier or an integer")]
    [TestCase("#pragma cim variants(A = x,)", "a.comp:1: variant value '' of A must be an identifier or an integer")]
    [TestCase("#pragma cim variants(A = x)\n#pragma cim variants(A = y)", "a.comp:2: A has a variants line already; list all its values in one line")]
    [TestCase("#pragma cim variants(A = half, half_t)", "a.comp:1: A has two values named Half: half, half_t")]
    [TestCase("#pragma cim skip(A)", "a.comp:1: write skip(MACRO = value, OTHER = value), got skip(A)")]
    [TestCase("#pragma cim variants(A = x)\n#pragma cim skip(A = y)", "a.comp: skip(A = y) matches no value of a variants line")]
    public void Wrong_line_is_named(string source, string message)
    {
        Assert.That(() => Parse(source), Throws.TypeOf<KernelCompilerException>().With.Message.EqualTo(message));
    }
}
