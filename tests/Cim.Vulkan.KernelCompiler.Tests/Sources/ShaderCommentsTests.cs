using Cim.Vulkan.KernelCompiler.Sources;
using NUnit.Framework;

namespace Cim.Vulkan.KernelCompiler.Tests.Sources;

public sealed class ShaderCommentsTests
{
    [Test]
    public void Header_ends_at_the_first_line_that_is_no_comment()
    {
        Assert.That(ShaderComments.HeaderParagraphs("// One.\n// Two.\n//\n//   y = x\n#version 460\n// not this\n"), Is.EqualTo(new[] { "One.\nTwo.", "  y = x" }));
    }

    [TestCase("One. Two.", "One.", "Two.")]
    [TestCase("Only 1.5 of\nthem", "Only 1.5 of them", "")]
    public void First_sentence_is_split_off(string paragraph, string sentence, string rest)
    {
        Assert.That(ShaderComments.FirstSentence(paragraph), Is.EqualTo((sentence, rest)));
    }

    [TestCase("x", "Input.")]
    [TestCase("TILE", "Columns.")]
    [TestCase("count", "Elements.")]
    [TestCase("shape", "Extents.")]
    [TestCase("y", null)]
    public void Declarations_comment_is_found(string name, string? comment)
    {
        const string source = "layout(binding = 0) buffer X { float x[]; }; // Input.\nlayout(constant_id = 0) const uint TILE = 8; // Columns.\n"
            + "    uint count; // Elements.\n    uint shape[4];   // Extents.\nbuffer Y { float y[]; };\nvoid main() { x[0] = y[0]; }\n";
        Assert.That(ShaderComments.OfDeclaration(source, name), Is.EqualTo(comment));
    }
}
