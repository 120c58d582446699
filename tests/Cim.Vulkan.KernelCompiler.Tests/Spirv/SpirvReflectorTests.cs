using System.Linq;
using Cim.Vulkan.KernelCompiler.Spirv;
using NUnit.Framework;

namespace Cim.Vulkan.KernelCompiler.Tests.Spirv;

public sealed class SpirvReflectorTests
{
    [Test]
    public void Bindings_have_the_arrays_names_and_the_qualifiers_accesses()
    {
        Assert.That(Fixture.Reflect("good").Bindings, Is.EqualTo(new[]
        {
            new ReflectedBinding(0, "x", BindingAccess.Read), new ReflectedBinding(1, "y", BindingAccess.Write), new ReflectedBinding(2, "inverse_sum", BindingAccess.ReadWrite),
        }));
    }

    [Test]
    public void Push_constants_are_scalars_at_their_offsets()
    {
        KernelInterface kernel = Fixture.Reflect("good");
        Assert.That(kernel.PushConstants, Is.EqualTo(new[]
        {
            new ReflectedPushConstant("count", "count", ScalarKind.UInt, 0), new ReflectedPushConstant("base", "base", ScalarKind.Int, 4),
            new ReflectedPushConstant("epsilon", "epsilon", ScalarKind.Float, 8),
            new ReflectedPushConstant("stride_x", "stride", ScalarKind.UInt, 16), new ReflectedPushConstant("stride_y", "stride", ScalarKind.UInt, 20),
            new ReflectedPushConstant("shape0", "shape", ScalarKind.UInt, 24), new ReflectedPushConstant("shape1", "shape", ScalarKind.UInt, 28),
        }));
        Assert.That(kernel.PushConstantBytes, Is.EqualTo(32));
    }

    [Test]
    public void Specialization_constants_have_types_and_defaults()
    {
        Assert.That(Fixture.Reflect("good").Specializations, Is.EqualTo(new[]
        {
            new ReflectedSpecialization(0, "LOCAL_SIZE_X", ScalarKind.UInt, 64), new ReflectedSpecialization(4, "CLAMP", ScalarKind.Bool, 1),
            new ReflectedSpecialization(7, "FACTOR", ScalarKind.Float, 0x3F000000), new ReflectedSpecialization(9, "SHIFT", ScalarKind.Int, 0xFFFFFFFD),
        }));
    }

    [Test]
    public void Workgroup_mixes_constants_and_literals()
    {
        Assert.That(Fixture.Reflect("good").Workgroup, Is.EqualTo(new[] { new ReflectedDimension(0, 0), new ReflectedDimension(2, -1), new ReflectedDimension(1, -1) }));
    }

    [Test]
    public void Literal_workgroup_and_no_constants_are_read()
    {
        KernelInterface kernel = Fixture.Reflect("literal_size");
        Assert.That(kernel.Workgroup, Is.EqualTo(new[] { new ReflectedDimension(32, -1), new ReflectedDimension(2, -1), new ReflectedDimension(1, -1) }));
        Assert.That(kernel.Specializations, Is.Empty);
        Assert.That(kernel.PushConstantBytes, Is.Zero);
    }

    [Test]
    public void Capabilities_become_features_in_the_enums_order()
    {
        Assert.That(Fixture.Reflect("half_storage").Features, Is.EqualTo(new[] { "Float16", "Storage16Bit", "Subgroup" }));
        Assert.That(Fixture.Reflect("good").Features, Is.Empty);
    }

    [Test]
    public void Views_of_one_buffer_are_one_binding_under_the_shortest_name()
    {
        Assert.That(Fixture.Reflect("views").Bindings, Is.EqualTo(new[] { new ReflectedBinding(0, "x", BindingAccess.Read), new ReflectedBinding(1, "y", BindingAccess.Write) }));
    }

    [TestCase("two_names", "two_names: binding 0 is both x and fours; another view of x must be called x_as_…, another buffer needs another number")]
    [TestCase("view_access", "view_access: x and x_as_fours are one buffer and must have the same qualifiers")]
    [TestCase("unused_binding", "unused_binding: binding 1 (never_read) is declared but never used; use it or remove it")]
    [TestCase("binding_gap", "binding_gap: bindings must be numbered 0, 1, 2, … without gaps; expected 1, got 2 (y)")]
    [TestCase("other_set", "other_set: binding 1 is in descriptor set 1; all bindings belong to set 0")]
    [TestCase("two_members", "two_members: binding 1 must hold one runtime array, such as buffer X { float x[]; };")]
    [TestCase("buffer_array", "buffer_array: binding 1 is an array of buffers; declare one buffer a binding")]
    [TestCase("camel_case_binding", "camel_case_binding: binding 1: the array's name 'inverseStd' must be snake_case")]
    [TestCase("read_and_write_only", "read_and_write_only: y is readonly and writeonly at once; keep one")]
    [TestCase("uniform_buffer", "uniform_buffer: uniform buffers, images and samplers are not supported; use storage buffers and push constants")]
    [TestCase("camel_case_push", "camel_case_push: the push constant 'rowCount' must be snake_case")]
    [TestCase("double_push", "double_push: the push constant wide must be uint, int, float, uint64_t, or a vector or array of 32-bit ones")]
    [TestCase("large_push", "large_push: push constants take 160 bytes, Vulkan guarantees 128; move some to a buffer")]
    [TestCase("lower_case_constant", "lower_case_constant: the specialization constant 'tile' (constant_id 0) must have an UPPER_CASE name")]
    [TestCase("double_constant", "double_constant: the specialization constant WIDE must be uint, int, float or bool")]
    public void Broken_convention_is_named(string fixture, string message)
    {
        Assert.That(() => Fixture.Reflect(fixture), Throws.TypeOf<KernelCompilerException>().With.Message.EqualTo(message));
    }

    [Test]
    public void Unknown_capability_is_refused()
    {
        Assert.That(() => SpirvFeatures.Of(Fixture.Named("double_constant")), Throws.TypeOf<KernelCompilerException>().With.Message.Contains("SPIR-V capability 10"));
    }

    [Test]
    public void Other_bytes_than_spirv_are_refused()
    {
        Assert.That(() => SpirvModule.Parse(new byte[24]), Throws.TypeOf<KernelCompilerException>().With.Message.StartsWith("not a SPIR-V module: 24 bytes"));
    }

    [Test]
    public void Cut_module_is_refused()
    {
        byte[] cut = [.. Fixture.EmbeddedBytes("good").SkipLast(4)];
        Assert.That(() => SpirvModule.Parse(cut), Throws.TypeOf<KernelCompilerException>().With.Message.StartsWith("SPIR-V module is cut short"));
    }
}
