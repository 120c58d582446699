using NUnit.Framework;

namespace Cim.Vulkan.KernelCompiler.Tests;

public sealed class NamingTests
{
    [TestCase("layer_norm_forward", "LayerNormForward")]
    [TestCase("LOCAL_SIZE_X", "LocalSizeX")]
    [TestCase("relu2", "Relu2")]
    public void Pascal_case(string name, string expected) => Assert.That(Naming.ToPascalCase(name), Is.EqualTo(expected));

    [TestCase("inverse_std", "inverseStd")]
    [TestCase("LOCAL_SIZE_X", "localSizeX")]
    [TestCase("base", "@base")]
    [TestCase("out", "@out")]
    public void Parameters_are_camel_case_and_never_keywords(string name, string expected) => Assert.That(Naming.ToParameter(name), Is.EqualTo(expected));

    [TestCase("SCALAR", "float", "Float")]
    [TestCase("SCALAR", "float16_t", "Float16")]
    [TestCase("SCALAR", "bfloat16_t", "BFloat16")]
    [TestCase("OP", "gelu_tanh", "GeluTanh")]
    [TestCase("TILE", "16", "Tile16")]
    public void Variant_values_become_enum_members(string axis, string value, string expected) => Assert.That(Naming.ToEnumMember(axis, value), Is.EqualTo(expected));

    [TestCase("a_b1", true)]
    [TestCase("aB", false)]
    [TestCase("1a", false)]
    [TestCase("a__b", false)]
    [TestCase("a_", false)]
    [TestCase("", false)]
    public void Snake_case_is_recognised(string name, bool expected) => Assert.That(Naming.IsSnakeCase(name), Is.EqualTo(expected));
}
