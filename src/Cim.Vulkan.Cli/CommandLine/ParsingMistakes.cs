using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Linq;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli;

/// <summary>Says in one line, in our words, what is wrong with the arguments.</summary>
internal static class ParsingMistakes
{
    /// <summary>One line about the first mistake; null where the arguments are right.</summary>
    /// <param name="parsed">The arguments as parsed.</param>
    public static string? Describe(ParseResult parsed)
    {
        if (parsed.Errors.Count == 0 || parsed.Action is not ParseErrorAction) return null;
        CommandResult command = parsed.CommandResult;
        string problem = Unknown(parsed) ?? MissingCommand(command.Command)
            ?? parsed.Errors.Select(error => error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult).OfType<OptionResult>().Select(Wrong).FirstOrDefault(text => text is not null)
            ?? command.Command.Options.Where(option => option.Required && parsed.GetResult(option) is not { IdentifierTokenCount: > 0 }).Select(Missing).FirstOrDefault()
            ?? command.Command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument) is not { Tokens.Count: > 0 }).Select(MissingArgument).FirstOrDefault()
            ?? OneLine(parsed.Errors[0].Message);
        return $"{problem} (see `{PathOf(command)} --help`)";
    }

    /// <summary>A text without line breaks.</summary>
    public static string OneLine(string message) => string.Join(" ", message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    private static string? Unknown(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens is not [string word, ..]) return null;
        string kind = word.StartsWith('-') ? "option" : parsed.CommandResult.Command.Subcommands.Count > 0 ? "command" : "word";
        return NearestWord.To(word, WordsOf(parsed.CommandResult, kind)) is { } nearest ? $"there is no {kind} '{word}', did you mean {nearest}?"
            : kind == "word" ? $"'{word}' belongs to no option: every value follows the name of its option"
            : $"there is no {kind} '{word}'";
    }

    private static string? MissingCommand(Command command) =>
        command.Subcommands.Count > 0 ? $"a command is missing: give one of {CommandsOf(command)}" : null;

    private static string Missing(Option option) => $"{option.Name} is missing: give {Usage(option)} ({Lowered(option.Description)})";

    private static string MissingArgument(Argument argument) => $"{argument.Name} is missing: {Lowered(argument.Description)}";

    private static string Usage(Option option) => option.HelpName is null ? option.Name : $"{option.Name} {option.HelpName}";

    private static string? Wrong(OptionResult result)
    {
        Option option = result.Option;
        string[] values = [.. result.Tokens.Select(token => token.Value)];
        if (values.Length == 0 && result.IdentifierToken is not null)
            return $"{option.Name} has no value: give {Usage(option)} ({Lowered(option.Description)})";
        if (result.IdentifierTokenCount > 1 && option.Arity.MaximumNumberOfValues <= 1) return $"{option.Name} is given {result.IdentifierTokenCount} times: give it once";
        if (values.Length == 0) return null;
        Type type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        string value = values[^1];
        if (type.IsEnum)
        {
            string[] names = [.. Enum.GetNames(type).Select(name => name.ToLowerInvariant())];
            string nearest = NearestWord.To(value.ToLowerInvariant(), names) is { } word ? $", did you mean {word}?" : "";
            return $"{option.Name} {value} is none of {string.Join(", ", names)}{nearest}";
        }
        return Example(type) is (string kind, string example) ? $"{option.Name} {value} is not {kind}: give one such as {option.Name} {example}" : null;
    }

    private static (string Kind, string Example)? Example(Type type) =>
        type == typeof(int) || type == typeof(long) ? ("a whole number", "8")
        : type == typeof(ulong) || type == typeof(uint) ? ("a whole number from 0 on", "8")
        : type == typeof(double) || type == typeof(float) ? ("a number", "0.001")
        : null;

    private static string Lowered(string? description) => string.IsNullOrEmpty(description) ? "see the help" : char.ToLowerInvariant(description[0]) + description[1..];

    private static string CommandsOf(Command command) => string.Join(", ", command.Subcommands.Select(sub => sub.Name));

    private static string PathOf(CommandResult result) => result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "cim";

    // What could stand here: the command's options and the global ones, or its subcommands.
    private static IEnumerable<string> WordsOf(CommandResult result, string kind) => kind == "option"
        ? result.Command.Options.Concat(GlobalOptions.All).Select(option => option.Name)
        : result.Command.Subcommands.Select(sub => sub.Name);
}
