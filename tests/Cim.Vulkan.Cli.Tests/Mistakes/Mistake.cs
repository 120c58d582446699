using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Cli.Tests;

/// <summary>Something a user may do wrong. The line that the user then sees stands in the guide <c>mistakes.md</c>.</summary>
/// <param name="Done">What was done, as the guide's first column says it.</param>
internal sealed record Mistake(string Done)
{
    /// <summary>The arguments; empty where <see cref="Fault"/> is used.</summary>
    public string[] Arguments { get; init; } = [];

    /// <summary>Makes the scene: files, folders, other processes.</summary>
    public Action<MistakeScene>? Before { get; init; }

    /// <summary>What cannot be made to happen on every machine is thrown here and printed as the command line does.</summary>
    public Action<MistakeScene>? Fault { get; init; }

    /// <summary>Runs another program than this one: the launcher.</summary>
    public Func<CommandRun>? Program { get; init; }

    /// <summary>Whether the line comes after the device was opened.</summary>
    public bool NeedsDevice { get; init; }

    /// <summary>Variables of a process of its own; null runs in the test's.</summary>
    public Dictionary<string, string>? Environment { get; init; }

    /// <summary>A command line with nothing wrong but what <paramref name="changes"/> change; an option without a value there is left out.</summary>
    public static Mistake Pretrain(string done, params (string Option, string? Value)[] changes) => Training("pretrain", done, s_pretrain, changes);

    /// <summary>The same for <c>cim tokenizer train</c>.</summary>
    public static Mistake Tokenizer(string done, params (string Option, string? Value)[] changes) => Training("tokenizer train", done, s_tokenizer, changes);

    /// <summary>A whole command line.</summary>
    public static Mistake Command(string line) => new($"`cim {line}`") { Arguments = line.Split(' ') };

    /// <summary>The same mistake where a device is opened first.</summary>
    public Mistake OnDevice() => this with { NeedsDevice = true };

    /// <inheritdoc/>
    public override string ToString() => Done;

    private static readonly (string Option, string? Value)[] s_pretrain =
    [
        ("--data", "builtin:shapes"), ("--out", "run"), ("--tokenizer", "tokenizer.safetensors"), ("--image-size", "32"), ("--patch-size", "4"),
        ("--enhancer", "micro"), ("--batch", "8"), ("--steps", "4"),
    ];

    private static readonly (string Option, string? Value)[] s_tokenizer = [("--data", "builtin:shapes"), ("--out", "run"), ("--image-size", "32"), ("--batch", "8"), ("--steps", "4")];

    private static Mistake Training(string command, string done, (string Option, string? Value)[] right, (string Option, string? Value)[] changes)
    {
        IEnumerable<(string, string?)> kept = right.Where(entry => changes.All(change => change.Option != entry.Option));
        IEnumerable<string> options = kept.Concat(changes.Where(change => change.Value is not null))
            .SelectMany(entry => entry.Item2!.Length == 0 ? [entry.Item1] : new[] { entry.Item1 }.Concat(entry.Item2.Split(' ')));
        return new Mistake(done) { Arguments = [.. command.Split(' '), .. options] };
    }
}
