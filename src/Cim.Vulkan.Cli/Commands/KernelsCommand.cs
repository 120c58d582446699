using System;
using System.CommandLine;
using Cim.Vulkan.Bench;

namespace Cim.Vulkan.Cli;

/// <summary><c>cim kernels --compile-all</c>: whether a driver's compiler takes every kernel.</summary>
internal static class KernelsCommand
{
    public static Command Create()
    {
        var compileAll = new Option<bool>("--compile-all")
        {
            Description = "Make the pipeline of every kernel that the device has the features for; exit code 1 where one fails",
        };
        var command = new Command("kernels", "Try the device's shader compiler; in a checkout, `./cim kernels` without options compiles changed shaders") { compileAll };
        command.SetAction((parsed, cancellation) => parsed.GetValue(compileAll)
            ? System.Threading.Tasks.Task.FromResult(DeviceSession.Run(GlobalOptions.Of(parsed), device => KernelSurvey.Run(device, Console.Out, cancellation)))
            : throw new CimUsageException("--compile-all is missing: give it to try every kernel on a device; shaders are compiled by `./cim kernels` in a checkout"));
        return command;
    }
}
