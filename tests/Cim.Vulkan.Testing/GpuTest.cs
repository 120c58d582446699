using System;
using System.Linq;
using System.Threading;
using Cim.Vulkan.Device;
using NUnit.Framework;

namespace Cim.Vulkan.Testing;

/// <summary>Base of every test that needs a device: skips with one plain reason where there is none, and fails a test that made a validation message.</summary>
[Category("Gpu")]
public abstract class GpuTest
{
    private static int s_ran;

    /// <summary>How many GPU tests of this process ran.</summary>
    public static int Ran => s_ran;

    protected static GpuDevice Device => GpuContext.Shared.Device;

    protected static VulkanInstance Instance => GpuContext.Shared.Instance;

    [SetUp]
    public void Need_a_device()
    {
        var context = GpuContext.Shared;
        if (context.Unavailable is { } reason) Assert.Ignore($"Needs a Vulkan device: {reason}");
        if (!context.Instance.ValidationEnabled) TestContext.Out.WriteLine("note: the validation layer is not installed, nothing is validated");
        context.DrainMessages();
        Interlocked.Increment(ref s_ran);
    }

    [TearDown]
    public void Fail_on_validation_messages()
    {
        var messages = GpuContext.Shared.DrainMessages();
        if (messages.Count == 0) return;
        var text = string.Join(Environment.NewLine, messages.Select(m => m.ToString()));
        Assert.Fail($"{messages.Count} validation messages:{Environment.NewLine}{text}");
    }
}
