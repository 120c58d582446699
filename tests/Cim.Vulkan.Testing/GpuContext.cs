using System;
using System.Collections.Generic;
using Cim.Vulkan.Device;

namespace Cim.Vulkan.Testing;

/// <summary>
/// The one instance and device that the GPU tests of a process share. CIM_TEST_DEVICE chooses the device; CIM_REQUIRE_VALIDATION=1
/// makes a missing validation layer a failure instead of a note.
/// </summary>
public sealed class GpuContext
{
    // A CPU driver compiles a kernel when it is first launched, one of matrix units for minutes on a busy machine.
    private static readonly TimeSpan s_waitTimeout = TimeSpan.FromMinutes(10);

    private static readonly Lazy<GpuContext> s_shared = new(Open);

    private readonly VulkanInstance? _instance;
    private readonly GpuDevice? _device;

    private GpuContext(VulkanInstance? instance, GpuDevice? device, string? unavailable)
    {
        _instance = instance;
        _device = device;
        Unavailable = unavailable;
    }

    public static GpuContext Shared => s_shared.Value;

    /// <summary>True when validation must not be missing.</summary>
    public static bool RequiresValidation => Environment.GetEnvironmentVariable("CIM_REQUIRE_VALIDATION") == "1";

    /// <summary>Which device the tests use; null for the default.</summary>
    public static string? RequestedDevice => Environment.GetEnvironmentVariable("CIM_TEST_DEVICE");

    /// <summary>Why there is no device; null when there is one.</summary>
    public string? Unavailable { get; }

    public VulkanInstance Instance => _instance ?? throw new InvalidOperationException(Unavailable);

    public GpuDevice Device => _device ?? throw new InvalidOperationException(Unavailable);

    /// <summary>Takes the validation messages that were collected so far.</summary>
    public IReadOnlyList<ValidationMessage> DrainMessages() => _instance?.DrainMessages() ?? Array.Empty<ValidationMessage>();

    private static GpuContext Open()
    {
        VulkanInstance? instance = null;
        try
        {
            var validation = RequiresValidation || VulkanInstance.IsValidationAvailable();
            instance = VulkanInstance.Create(new VulkanInstanceOptions { Validation = validation, ApplicationName = "Cim.Vulkan tests" });
            var devices = instance.EnumerateDevices();
            if (devices.Count == 0 && RequestedDevice is null)
            {
                instance.Dispose();
                return new GpuContext(null, null, "no Vulkan device on this machine");
            }
            var device = GpuDevice.Open(instance, DeviceSelector.Select(devices, RequestedDevice), new GpuDeviceOptions { WaitTimeout = s_waitTimeout });
            AppDomain.CurrentDomain.ProcessExit += (_, _) => instance.Dispose();
            return new GpuContext(instance, device, null);
        }
        catch (VulkanUnavailableException e) when (!RequiresValidation && RequestedDevice is null)
        {
            instance?.Dispose();
            return new GpuContext(null, null, e.Message);
        }
    }
}
