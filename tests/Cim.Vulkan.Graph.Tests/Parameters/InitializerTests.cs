using System;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Parameters;

public sealed class InitializerTests
{
    [Test]
    public void Parts_filled_by_themselves_make_the_same_values()
    {
        foreach (Initializer initializer in new[] { Initializer.Normal(0.1f), Initializer.Uniform(2f), Initializer.TruncatedNormal(1f, 1f) })
        {
            float[] whole = new float[1000], parts = new float[1000];
            initializer.Fill(seed: 7, "weight", whole);
            for (int first = 900; first >= 0; first -= 300) initializer.Fill(seed: 7, "weight", parts.AsSpan(first, Math.Min(300, 1000 - first)), first);
            Assert.That(parts, Is.EqualTo(whole), initializer.Description);
        }
    }
}
