using System;
using System.IO;
using System.Threading;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Runtime;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli;

/// <summary>An instance and the device that the user asked for, with the pipeline cache in the user's cache folder.</summary>
internal sealed class DeviceSession : IDisposable
{
    // A CPU driver compiles every kernel in the first step, on cores that others may want too; and it never hangs.
    private static readonly TimeSpan s_cpuWaitTimeout = TimeSpan.FromMinutes(10);

    private readonly VulkanInstance _instance;
    private int _messages;

    private DeviceSession(GlobalOptions options)
    {
        _instance = VulkanInstance.Create(new VulkanInstanceOptions { Validation = options.Validate, OnMessage = Report });
        try
        {
            DeviceDescription chosen = DeviceSelector.Select(_instance.EnumerateDevices(), options.Device);
            var deviceOptions = new GpuDeviceOptions { PipelineCacheDirectory = CacheFolder() };
            Device = GpuDevice.Open(_instance, chosen, chosen.Capabilities.Type == DeviceType.Cpu ? deviceOptions with { WaitTimeout = s_cpuWaitTimeout } : deviceOptions);
            if (!options.NoTune) DeviceProfiles.Use(Device.Capabilities, Table(Device.Capabilities));
        }
        catch
        {
            _instance.Dispose();
            throw;
        }
    }

    /// <summary>The open device.</summary>
    public GpuDevice Device { get; }

    /// <summary>Opens the device and runs a command on it.</summary>
    /// <param name="options">Which device, and whether validation is on.</param>
    /// <param name="command">Returns the exit code.</param>
    /// <returns>The command's exit code; 1 where it was 0 but validation had something to say.</returns>
    public static int Run(GlobalOptions options, Func<GpuDevice, int> command)
    {
        var session = new DeviceSession(options);
        int exitCode;
        using (session) exitCode = command(session.Device);
        return exitCode == 0 && session._messages > 0 ? ErrorLines.Failure : exitCode;
    }

    /// <inheritdoc/>
    public void Dispose() => _instance.Dispose();

    private void Report(ValidationMessage message)
    {
        Interlocked.Increment(ref _messages);
        Console.Error.WriteLine($"cim: validation {message}");
    }

    /// <summary>The choices of kernels that are kept for a device; a file that is left aside is told in a line.</summary>
    public static KernelTable Table(DeviceCapabilities device) => KernelTables.Load(CacheFolder(), device, line => Console.Error.WriteLine($"cim: {line}"));

    /// <summary>Where compiled pipelines and measured choices are kept from run to run.</summary>
    public static string CacheFolder()
    {
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache))
        {
            cache = OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        }
        return Path.Combine(cache, "cim-vulkan");
    }
}
