using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Randomness;

/// <summary>The known answers published with Random123.</summary>
public sealed class Philox4x32Tests
{
    [Test]
    public void Counter_and_key_of_zeros_match_the_published_answer() =>
        Assert.That(Philox4x32.Block(0, 0, 0, 0, 0, 0), Is.EqualTo((0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)));

    [Test]
    public void Counter_and_key_of_ones_match_the_published_answer() =>
        Assert.That(
            Philox4x32.Block(~0u, ~0u, ~0u, ~0u, ~0u, ~0u), Is.EqualTo((0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)));

    [Test]
    public void Counter_and_key_of_the_digits_of_pi_match_the_published_answer() =>
        Assert.That(
            Philox4x32.Block(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0),
            Is.EqualTo((0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)));
}
