using Cim.Vulkan.Graph;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Options;

/// <summary>What <c>--precision</c> means on devices with and without matrix units.</summary>
public sealed class PrecisionChoiceTests
{
    private static readonly DeviceProfile s_plain = DeviceProfile.Minimal;
    private static readonly DeviceProfile s_fp16 = DeviceProfile.Minimal with { MatrixShapes = [new MatrixShape(Precision.Float16, 16, 16, 16)] };
    private static readonly DeviceProfile s_both = s_fp16 with { MatrixShapes = [.. s_fp16.MatrixShapes, new MatrixShape(Precision.BFloat16, 16, 16, 16)] };

    [Test]
    public void Auto_takes_what_the_device_has_matrix_units_for_and_else_fp32()
    {
        Assert.That(PrecisionChoice.Auto.On(s_both), Is.EqualTo(Precision.BFloat16));
        Assert.That(PrecisionChoice.Auto.On(s_fp16), Is.EqualTo(Precision.Float16));
        Assert.That(PrecisionChoice.Auto.On(s_plain), Is.EqualTo(Precision.Float32), "nothing shows that 16 bits are faster there");
        Assert.That(PrecisionChoice.Auto.On(s_both with { IsCpu = true }), Is.EqualTo(Precision.Float32));
    }

    [Test]
    public void What_is_asked_for_is_taken_on_every_device()
    {
        foreach (DeviceProfile device in new[] { s_plain, s_fp16, s_both, s_both with { IsCpu = true } })
        {
            Assert.That(PrecisionChoice.Fp32.On(device), Is.EqualTo(Precision.Float32));
            Assert.That(PrecisionChoice.Fp16.On(device), Is.EqualTo(Precision.Float16));
            Assert.That(PrecisionChoice.Bf16.On(device), Is.EqualTo(Precision.BFloat16));
        }
    }
}
