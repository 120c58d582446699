using System.Collections.Generic;
using System.CommandLine;

namespace Cim.Vulkan.Cli;

/// <summary>Options that every command takes.</summary>
/// <param name="Device">Which device: index, UUID or part of the name; null for the first GPU, else the CPU driver.</param>
/// <param name="Validate">Whether the validation layer is on and every message of it is an error.</param>
/// <param name="NoTune">Whether choices that <c>cim tune</c> has kept are left aside.</param>
internal sealed record GlobalOptions(string? Device, bool Validate, bool NoTune)
{
    public static readonly Option<string?> DeviceOption = new("--device")
    {
        Description = "Device by index, name or UUID, see `cim devices` (default: the first GPU, else the CPU driver)",
        HelpName = "DEVICE",
        Recursive = true,
    };

    public static readonly Option<bool> ValidateOption = new("--validate") { Description = "Turn Vulkan's validation layer on; its messages are errors", Recursive = true };

    public static readonly Option<bool> NoTuneOption = new("--no-tune") { Description = "Leave aside the choices of kernels that `cim tune` has kept", Recursive = true };

    public static readonly Option<bool> Verbose = new("--verbose") { Description = "Print the stack of an unexpected error", Recursive = true };

    public static IEnumerable<Option> All => [DeviceOption, ValidateOption, NoTuneOption, Verbose];

    public static GlobalOptions Of(ParseResult parsed) => new(parsed.GetValue(DeviceOption), parsed.GetValue(ValidateOption), parsed.GetValue(NoTuneOption));
}
