namespace Cim.Vulkan.Device;

/// <summary>The kind of a device, as the driver tells it.</summary>
public enum DeviceType
{
    /// <summary>None of the others.</summary>
    Other,

    /// <summary>A GPU that shares the host's memory.</summary>
    IntegratedGpu,

    /// <summary>A GPU with memory of its own.</summary>
    DiscreteGpu,

    /// <summary>A GPU inside a virtual machine.</summary>
    VirtualGpu,

    /// <summary>A driver that computes on the CPU, such as llvmpipe.</summary>
    Cpu,
}
