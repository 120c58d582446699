using System;
using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Cim.Vulkan.Cli.Tests;

public sealed class BenchCompareTests
{
    private string _folder = "";

    [SetUp]
    public void Make_folder() => _folder = Directory.CreateTempSubdirectory("cim-compare-").FullName;

    [TearDown]
    public void Delete_folder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Rows_of_both_files_are_compared_and_noise_is_marked()
    {
        string a = Write("a.json", isCpu: false, Row("matmul", "8x8x8", 4, 0.01), Row("softmax", "2x3", 1.0, 0.1), Row("gelu", "9", 5, 0));
        string b = Write("b.json", isCpu: false, Row("softmax", "2x3", 1.1, 0.1), Row("matmul", "8x8x8", 1, 0.01), Row("relu", "9", 5, 0));
        CommandRun run = await CommandRun.InProcess(["bench", "compare", a, b]);
        string[] lines = run.Output.TrimEnd('\n').Split('\n');
        Assert.That(run.ExitCode, Is.Zero, run.Errors);
        Assert.That(lines, Has.Length.EqualTo(6));
        Assert.That(lines[3], Does.StartWith("matmul").And.EndsWith("4.00"));
        Assert.That(lines[4], Does.StartWith("softmax").And.EndsWith("0.91  within the spread"));
        Assert.That(lines[5], Is.EqualTo("2 rows, 1 within their spread, geometric mean of A / B 1.91"), "sqrt(4 / 1.1)");
    }

    [Test]
    public async Task A_CPU_driver_is_not_ranked_against_a_GPU()
    {
        string a = Write("a.json", isCpu: true, Row("matmul", "8x8x8", 4, 0.01)), b = Write("b.json", isCpu: false, Row("matmul", "8x8x8", 1, 0.01));
        CommandRun run = await CommandRun.InProcess(["bench", "compare", a, b]);
        Assert.That(run.Output, Does.Contain("(CPU driver)").And.Contain("no mean: one of the two is a CPU driver").And.Not.Contain("geometric"));
    }

    [Test]
    public async Task A_file_from_before_spreads_were_stored_is_read()
    {
        string a = Path.Combine(_folder, "old.json");
        File.WriteAllText(a, """{"bench":"ops","device":"d","driver":"v","driverInfo":"1","apiVersion":"1.3","deviceUuid":"u","measured":"2026-01-01T00:00:00Z","rows":[{"op":"matmul","case":"8x8x8","variant":"","gflops":1,"gigabytesPerSecond":null,"milliseconds":4,"maxError":0,"status":"ok"}]}""");
        CommandRun run = await CommandRun.InProcess(["bench", "compare", a, Write("b.json", isCpu: false, Row("matmul", "8x8x8", 2, 0))]);
        Assert.That(run.Output, Does.Contain("geometric mean of A / B 2.00"));
    }

    [Test]
    public async Task Rows_that_did_not_do_the_same_say_so()
    {
        static string Train(string more) => """{"op":"train","case":"revdet micro 32 batch 8","variant":"","milliseconds":4,"status":"ok",""" + more + "}";
        string a = Write("a.json", isCpu: false, Train(""" "parameters":100,"matrixFlops":3000000000 """));
        string b = Write("b.json", isCpu: false, Train(""" "parameters":101,"matrixFlops":3100000000,"precision":"bf16" """));
        CommandRun run = await CommandRun.InProcess(["bench", "compare", a, b]);
        Assert.That(run.Output, Does.Contain("fp32 against bf16, other networks: 100 against 101 parameters, other work: 3.000 against 3.100 GFLOP of products"));
    }

    [Test]
    public async Task Nothing_in_common_is_an_exit_code()
    {
        CommandRun run = await CommandRun.InProcess(["bench", "compare", Write("a.json", isCpu: false, Row("gelu", "9", 4, 0)), Write("b.json", isCpu: false, Row("relu", "9", 4, 0))]);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Output, Does.Contain("no row is timed in both files"));
    }

    private static string Row(string op, string name, double milliseconds, double spread) =>
        FormattableString.Invariant($$"""{"op":"{{op}}","case":"{{name}}","variant":"","milliseconds":{{milliseconds}},"spread":{{spread}},"status":"ok"}""");

    private string Write(string name, bool isCpu, params string[] rows)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, $$"""{"format":2,"bench":"ops","device":"d","driver":"v","driverInfo":"1","apiVersion":"1.3","deviceUuid":"u","measured":"2026-01-01T00:00:00Z","isCpuDriver":{{(isCpu ? "true" : "false")}},"rows":[{{string.Join(',', rows)}}]}""");
        return path;
    }
}
