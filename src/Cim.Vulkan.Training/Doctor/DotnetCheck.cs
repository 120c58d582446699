using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Linq;

namespace Cim.Vulkan.Training;

/// <summary>The .NET runtime that runs this, and the SDK that builds it.</summary>
internal static class DotnetCheck
{
    private const int NeededMajor = 10;
    private const int WaitMilliseconds = 15_000;

    public static IEnumerable<Finding> Run()
    {
        yield return new Finding(FindingLevel.Ok, ".NET runtime", Environment.Version.ToString());
        string[] sdks = InstalledSdks(DotnetProgram());
        string? fitting = sdks.LastOrDefault(sdk => MajorOf(sdk) >= NeededMajor);
        string mend = $"install your system's package dotnet-sdk-{NeededMajor}.0, or follow \"Install .NET\" on Microsoft Learn";
        if (fitting is not null) yield return new Finding(FindingLevel.Ok, ".NET SDK", fitting);
        else if (sdks.Length > 0) yield return new Finding(FindingLevel.Note, ".NET SDK", $"only {string.Join(", ", sdks)}: this program runs, building it needs {NeededMajor}.0", mend);
        else yield return new Finding(FindingLevel.Note, ".NET SDK", "none found: this program runs, building it needs one", mend);
    }

    internal static int MajorOf(string sdk) => int.TryParse(sdk.Split('.')[0], out int major) ? major : 0;

    // Started as `dotnet cim.dll`, the program itself is the host; a published one looks on the PATH.
    private static string DotnetProgram() =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    // Lines such as "10.0.100 [/usr/share/dotnet/sdk]", oldest first.
    private static string[] InstalledSdks(string dotnet)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(dotnet, "--list-sdks") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string output = process.StandardOutput.ReadToEnd();
            if (!process.WaitForExit(WaitMilliseconds)) process.Kill();
            return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => line.Split(' ')[0])];
        }
        catch (Win32Exception)
        {
            return [];
        }
    }
}
