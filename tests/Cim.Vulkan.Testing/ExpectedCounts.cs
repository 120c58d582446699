namespace Cim.Vulkan.Testing;

/// <summary>How much there must be to test: fewer means that something is no longer found, not that all is well.</summary>
public static class ExpectedCounts
{
    /// <summary>Op cases, each run forward.</summary>
    public const int OpCases = 1000;

    /// <summary>Operands whose gradients are compared with finite differences.</summary>
    public const int GradientChecks = 1000;

    /// <summary>GPU tests of the device project.</summary>
    public const int DeviceGpuTests = 15;

    /// <summary>GPU tests of the models project: one a golden file.</summary>
    public const int ModelsGpuTests = 15;

    /// <summary>GPU tests of the ONNX project: networks.</summary>
    public const int OnnxGpuTests = 20;

    /// <summary>GPU tests of the training project.</summary>
    public const int TrainingGpuTests = 9;

    /// <summary>GPU tests of the runtime project: the op cases and more.</summary>
    public const int RuntimeGpuTests = OpCases;
}
