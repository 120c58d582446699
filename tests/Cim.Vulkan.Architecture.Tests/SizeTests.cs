using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Architecture.Tests;

/// <summary>What is too long to be read is split.</summary>
public sealed class SizeTests
{
    private const int MaxFileLines = 500;
    private const int MaxMethodLines = 40;
    private const int MaxShaderLines = 200;
    private const int MaxTiledShaderLines = 350;

    private static readonly string[] s_longShaderFolders = ["shaders/ops/matmul/", "shaders/ops/attention/", "shaders/ops/conv/"];
    private static readonly string[] s_typeWords = ["class ", "struct ", "record ", "interface ", "enum ", "extension", "namespace "];

    [Test]
    public void No_file_is_longer_than_its_limit() =>
        Assert.That(Checkout.WrittenCode.Where(file => Checkout.Lines(file).Length > MaxFileLines), Is.Empty, $"at most {MaxFileLines} lines");

    [Test]
    public void No_shader_is_longer_than_its_limit()
    {
        IEnumerable<string> shaders = Checkout.Files.Where(file => file.StartsWith("shaders/", StringComparison.Ordinal) &&
            (file.EndsWith(".comp", StringComparison.Ordinal) || file.EndsWith(".glsl", StringComparison.Ordinal)));
        Assert.That(shaders.Where(file => Checkout.Lines(file).Length > LimitOf(file)), Is.Empty, $"at most {MaxShaderLines} lines, {MaxTiledShaderLines} for tiles");
    }

    [Test]
    public void No_method_is_longer_than_its_limit() =>
        Assert.That(Checkout.WrittenCode.SelectMany(LongMethods), Is.Empty, $"at most {MaxMethodLines} lines between the braces");

    private static int LimitOf(string shader) => s_longShaderFolders.Any(folder => shader.StartsWith(folder, StringComparison.Ordinal)) ? MaxTiledShaderLines : MaxShaderLines;

    // The house's layout makes this enough: a body's braces stand alone in their lines, both at the member's own indentation.
    private static IEnumerable<string> LongMethods(string file)
    {
        string[] lines = Checkout.Lines(file);
        for (int open = 1; open < lines.Length; open++)
        {
            string brace = lines[open];
            if (brace.Trim() != "{" || IsType(lines[open - 1])) continue;
            int close = Array.FindIndex(lines, open, line => line.StartsWith(brace.Replace('{', '}'), StringComparison.Ordinal));
            if (close - open - 1 > MaxMethodLines) yield return $"{file}:{open}: {close - open - 1} lines";
        }
    }

    private static bool IsType(string header) => s_typeWords.Any(word => $" {header}".Contains($" {word}", StringComparison.Ordinal)) || header.TrimStart().StartsWith(": ", StringComparison.Ordinal);
}
