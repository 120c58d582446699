namespace Cim.Vulkan.Device;

/// <summary>What a buffer's memory is for.</summary>
public enum MemoryDomain
{
    /// <summary>The device's own memory; not mapped.</summary>
    Device,

    /// <summary>Mapped memory that the host writes and the device reads.</summary>
    Upload,

    /// <summary>Mapped memory that the device writes and the host reads.</summary>
    Readback,
}
