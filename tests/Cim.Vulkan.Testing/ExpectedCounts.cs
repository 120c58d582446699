namespace Cim.Vulkan.Testing;

/// <summary>How much there must be to test: fewer means that something is no longer found, not that all is well.</summary>
public static class ExpectedCounts
{
    /// <summary>Op cases, each run forward.</summary>
    public const int OpCases = 1000;

    /// <summary>Operands whose gradients are compared with finite differences.</summary>
    public const int GradientChecks = 1000;
}
