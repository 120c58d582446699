using System;

namespace Cim.Vulkan.Device;

/// <summary>Tells about objects that were garbage-collected without Dispose; finalizers never call Vulkan, they only report here.</summary>
public static class LeakReport
{
    /// <summary>Raised on the finalizer thread with one line that names the leaked object.</summary>
    public static event Action<string>? Leaked;

    internal static void Raise(string what) => Leaked?.Invoke($"{what} was not disposed.");
}
