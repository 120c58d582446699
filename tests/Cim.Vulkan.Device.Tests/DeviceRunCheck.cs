using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Device.Tests;

/// <summary>A machine with a device must run this assembly's GPU tests.</summary>
[SetUpFixture]
public sealed class DeviceRunCheck() : GpuRunCheck(ExpectedCounts.DeviceGpuTests);
