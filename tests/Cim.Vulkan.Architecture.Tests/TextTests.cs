using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Cim.Vulkan.Architecture.Tests;

/// <summary>What no file of the repository says.</summary>
public sealed class TextTests
{
    // Written in pieces: this file is read too.
    private static readonly Regex s_unfinished = new(@"\b(TO" + @"DO|FIX" + @"ME|XX" + @"X|HA" + @"CK)\b|NotImplemented" + "Exception");
    private static readonly Regex s_ignored = new(@"\[(Ignore|Explicit)" + @"\b|Assert\.(Pass|Inconclusive)" + @"\(");
    private static readonly Regex s_machine = new(@"(?<![\w.$}~-])/(work|root|home/\w+|tmp)" + @"/|[A-Z]:\\(Users|work)" + @"\\|nuget" + @"\.org|npmjs" + @"\.(org|com)|pypi" + @"\.org|deb\.debian" + @"\.org|python" + "hosted");

    [Test]
    public void Nothing_is_marked_as_unfinished() => Assert.That(Places(s_unfinished, Checkout.TextFiles), Is.Empty);

    [Test]
    public void No_test_is_switched_off() => Assert.That(Places(s_ignored, Checkout.WrittenCode), Is.Empty);

    [Test]
    public void No_machine_or_registry_is_named() => Assert.That(Places(s_machine, Checkout.TextFiles.Where(IsNotLock)), Is.Empty);

    [Test]
    public void Libraries_write_nothing_to_the_console() =>
        Assert.That(Places(new Regex(@"\bConsole\."), Checkout.WrittenCode.Where(file => file.StartsWith("src/", StringComparison.Ordinal) &&
            !file.StartsWith("src/Cim.Vulkan.Cli/", StringComparison.Ordinal) && !file.StartsWith("src/Cim.Vulkan.KernelCompiler/Program.cs", StringComparison.Ordinal))), Is.Empty);

    private static bool IsNotLock(string file) => !file.EndsWith("packages.lock.json", StringComparison.Ordinal);

    private static IEnumerable<string> Places(Regex pattern, IEnumerable<string> files) =>
        files.SelectMany(file => Checkout.Lines(file).Select((line, i) => (line, place: $"{file}:{i + 1}"))).Where(line => pattern.IsMatch(line.line)).Select(line => $"{line.place}: {line.line.Trim()}");
}
