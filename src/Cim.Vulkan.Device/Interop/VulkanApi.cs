using System;
using System.Runtime.InteropServices;
using Silk.NET.Core.Native;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>The one seam to Vulkan: every call that can fail is made and checked here, so that a test can inject faults.</summary>
internal sealed unsafe partial class VulkanApi : IDisposable
{
    private readonly Vk _vk;

    private VulkanApi(Vk vk) => _vk = vk;

    /// <summary>When set, is asked before each call; a result other than null is taken instead of making the call.</summary>
    public Func<string, Result?>? FaultInjection { get; set; }

    /// <summary>Labels of the last launches, for the message of a device loss.</summary>
    public Func<string[]>? LastLaunches { get; set; }

    /// <summary>Loads the Vulkan loader of the machine.</summary>
    public static VulkanApi Load()
    {
        try
        {
            return new VulkanApi(Vk.GetApi());
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new VulkanUnavailableException(
                "No Vulkan loader found (libvulkan.so.1 or vulkan-1.dll): install your GPU vendor's driver, " +
                "or on Debian and Ubuntu `apt-get install libvulkan1 mesa-vulkan-drivers`.", e);
        }
    }

    public IntPtr InstanceFunction(Instance instance, string name) => _vk.GetInstanceProcAddr(instance, name);

    public void Dispose() => _vk.Dispose();

    /// <summary>Reads a fixed-size UTF-8 field of a Vulkan struct.</summary>
    public static string Text(byte* text) => Marshal.PtrToStringUTF8((IntPtr)text) ?? "";

    private Result? Injected(string call) => FaultInjection?.Invoke(call);

    private void Check(Result result, string call)
    {
        if (result < 0) Throw(result, call);
    }

    private void Throw(Result result, string call)
    {
        if (result == Result.ErrorDeviceLost) throw new DeviceLostException(call, LastLaunches?.Invoke() ?? Array.Empty<string>());
        throw new VulkanException(call, result);
    }

    /// <summary>A block of UTF-8 strings as Vulkan takes them; freed on Dispose.</summary>
    internal readonly ref struct StringArray
    {
        private readonly IntPtr _strings;

        public StringArray(string[] values)
        {
            Count = (uint)values.Length;
            _strings = values.Length == 0 ? IntPtr.Zero : SilkMarshal.StringArrayToPtr(values);
        }

        public uint Count { get; }

        public byte** Pointer => (byte**)_strings;

        public void Dispose()
        {
            if (_strings != IntPtr.Zero) SilkMarshal.Free(_strings);
        }
    }
}
