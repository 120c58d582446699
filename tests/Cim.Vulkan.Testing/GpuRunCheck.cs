using NUnit.Framework;
using NUnit.Framework.Internal;

namespace Cim.Vulkan.Testing;

/// <summary>
/// Asserts, at the end of a test assembly, how many GPU tests ran: a suite that finds a device and then runs nothing on it must not be green.
/// Derive a <c>[SetUpFixture]</c> without a namespace from it. Runs that choose some of the tests are not counted.
/// </summary>
/// <param name="expected">The fewest GPU tests of the assembly.</param>
public abstract class GpuRunCheck(int expected)
{
    [OneTimeTearDown]
    public void Enough_gpu_tests_ran()
    {
        TestExecutionContext context = TestExecutionContext.CurrentContext;
        bool isWhole = context.CurrentResult.TotalCount == context.CurrentTest.TestCaseCount;
        if (!isWhole || GpuContext.Shared.Unavailable is not null) return;
        Assert.That(GpuTest.Ran, Is.AtLeast(expected), "GPU tests ran on a machine that has a device");
    }
}
