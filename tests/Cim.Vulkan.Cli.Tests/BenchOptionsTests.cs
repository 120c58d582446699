using Cim.Vulkan.Bench;
using NUnit.Framework;

namespace Cim.Vulkan.Cli.Tests;

/// <summary>Which cases a filter chooses.</summary>
public sealed class BenchOptionsTests
{
    [TestCase("", true)]
    [TestCase("matmul 768X", true)]
    [TestCase("matmul conv", false)]
    [TestCase("matmul -bf16", true)]
    [TestCase("-fp16", false)]
    [TestCase("768x -FP16", false)]
    [TestCase("-", false)]
    public void A_filter_chooses_by_words_and_words_after_a_minus(string filter, bool chosen) =>
        Assert.That(new BenchOptions { Filter = filter }.Chooses("matmul_nt 768x3072x768 (fp16)"), Is.EqualTo(chosen));
}
