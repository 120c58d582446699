using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests;

/// <summary>A machine with a device must run this assembly's GPU tests.</summary>
[SetUpFixture]
public sealed class TrainingRunCheck() : GpuRunCheck(ExpectedCounts.TrainingGpuTests);
