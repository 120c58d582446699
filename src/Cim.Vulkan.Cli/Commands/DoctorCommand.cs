using System;
using System.CommandLine;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli;

/// <summary><c>cim doctor --plan</c>: what a pre-training step will launch and need, before it runs.</summary>
internal static class DoctorCommand
{
    private static readonly Option<bool> s_plan = new("--plan") { Description = "Print launches, bytes and largest tensors of a pre-training step with these options" };
    private static readonly Option<bool> s_commands = new("--commands") { Description = "Also print every command of the plan" };

    public static Command Create()
    {
        var command = new Command("doctor", "Look at a step before it runs: cim doctor --plan [options of pretrain]") { s_plan, s_commands };
        PretrainArguments.AddTo(command, planOnly: true);
        command.SetAction(parsed =>
        {
            if (!parsed.GetValue(s_plan)) throw new CimUsageException("nothing to do: give --plan, with the options of the pre-training to look at");
            return DeviceSession.Run(GlobalOptions.Of(parsed), device => Print(parsed, DeviceProfiles.Of(device.Capabilities)));
        });
        return command;
    }

    private static int Print(ParseResult parsed, DeviceProfile profile)
    {
        DiscreteVaeOptions tokenizer = TokenizerOf(parsed.GetValue(PretrainArguments.Tokenizer));
        CimPretrainOptions options = PretrainArguments.Read(parsed, tokenizer);
        ExecutionPlan plan = CimPretrainer.PlanStep(options, tokenizer, profile);
        Console.Write($"device          {profile.Name}\n{PlanReport.Summarize(plan)}");
        if (!parsed.GetValue(s_commands)) return 0;
        foreach (string line in PlanReport.Lines(plan)) Console.WriteLine(line);
        return 0;
    }

    // Without a file, the tokenizer that `cim tokenizer train` makes by default.
    private static DiscreteVaeOptions TokenizerOf(string? path)
    {
        if (path is null) return TokenizerFile.OptionsOf(new TokenizerTrainingOptions());
        using WeightsFile file = TokenizerFile.Open(path);
        return TokenizerFile.OptionsOf(file);
    }
}
