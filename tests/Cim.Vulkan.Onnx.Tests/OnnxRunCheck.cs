using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Onnx.Tests;

/// <summary>A machine with a device must run this assembly's GPU tests.</summary>
[SetUpFixture]
public sealed class OnnxRunCheck() : GpuRunCheck(ExpectedCounts.OnnxGpuTests);
