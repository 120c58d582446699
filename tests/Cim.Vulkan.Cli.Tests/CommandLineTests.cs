using System.Threading.Tasks;
using NUnit.Framework;

namespace Cim.Vulkan.Cli.Tests;

/// <summary>What a user sees of arguments, right and wrong; no device is needed.</summary>
public sealed class CommandLineTests
{
    [TestCase("devces", "did you mean devices?")]
    [TestCase("bench op", "did you mean ops?")]
    [TestCase("pretrain --stpes 4", "did you mean --steps?")]
    [TestCase("devices --vaildate", "did you mean --validate?")]
    [TestCase("bench", "a command is missing: give one of validate, ops, models, train, compare, report, farm")]
    [TestCase("bench ops --json", "--json")]
    [TestCase("pretrain --out runs/x", "--data")]
    [TestCase("pretrain --data x --out y --steps many", "--steps")]
    [TestCase("report no-such-folder", "there is no folder 'no-such-folder'")]
    [TestCase("watch no-such-folder", "there is no folder 'no-such-folder'")]
    [TestCase("probe --data x", "probe")]
    [TestCase("probe runs/x", "--data")]
    [TestCase("probe runs/x --data y --pictres 4", "did you mean --pictures?")]
    [TestCase("probe runs/x --data y --json nowhere/at/all.json", "there is no folder")]
    public async Task A_mistake_gives_one_line_and_exit_code_2(string arguments, string expected)
    {
        (int exitCode, string output, string errors) = await Run(arguments.Split(' '));
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(2));
            Assert.That(errors, Does.StartWith("cim: ").And.Contain(expected));
            Assert.That(errors.Trim().Split('\n'), Has.Length.EqualTo(1));
            Assert.That(output, Is.Empty);
        });
    }

    [Test]
    public async Task A_word_unlike_any_other_gets_no_suggestion() => Assert.That((await Run("xylophone")).Errors, Does.Not.Contain("did you mean"));

    [Test]
    public async Task Without_arguments_the_help_is_printed()
    {
        (int exitCode, string output, string errors) = await Run();
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.Zero);
            Assert.That(errors, Is.Empty);
            foreach (string command in new[] { "tokenizer", "pretrain", "probe", "report", "watch", "doctor", "devices", "bench", "kernels" }) Assert.That(output, Does.Contain($"  {command} "));
        });
    }

    // Scripts of users rely on these names.
    [TestCase("tokenizer train", "--keep --check-finite --data --out --steps --epochs --batch --seed --image-size --resume --device --json")]
    [TestCase("pretrain", "--data --out --steps --epochs --batch --seed --image-size --patch-size --objective --enhancer --tokenizer --init-enhancer --init-as --resume --device --json --validate --probe-every --probe-data --probe-pictures")]
    [TestCase("probe", "--data --test-data --pictures --seed --batch --json --device")]
    [TestCase("weights inspect", "--key --json")]
    [TestCase("weights convert", "--to --as --drop-head --key")]
    [TestCase("report", "--out")]
    [TestCase("watch", "--port")]
    [TestCase("doctor", "--plan --batch --image-size --device")]
    [TestCase("devices", "--json --device")]
    [TestCase("bench ops", "--filter --json --device")]
    [TestCase("bench validate", "--filter --json --device")]
    [TestCase("bench farm", "--filter --json --baseline --update --as --device")]
    [TestCase("kernels", "--compile-all --device")]
    public async Task A_command_has_the_options_that_stay(string command, string options)
    {
        (int exitCode, string output, _) = await Run([.. command.Split(' '), "--help"]);
        Assert.That(exitCode, Is.Zero);
        foreach (string option in options.Split(' ')) Assert.That(output, Does.Contain($"{option} ").Or.Contain($"{option}\n"));
    }

    private static async Task<(int ExitCode, string Output, string Errors)> Run(params string[] arguments)
    {
        CommandRun run = await CommandRun.InProcess(arguments);
        return (run.ExitCode, run.Output, run.Errors);
    }
}
