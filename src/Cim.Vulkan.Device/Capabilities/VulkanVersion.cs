namespace Cim.Vulkan.Device;

/// <summary>Packed Vulkan version numbers.</summary>
internal static class VulkanVersion
{
    public static string Text(uint version) => $"{(version >> 22) & 0x7f}.{(version >> 12) & 0x3ff}.{version & 0xfff}";
}
