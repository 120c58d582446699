using System;
using System.IO;
using Cim.Vulkan.Data;
using Cim.Vulkan.Device;
using Cim.Vulkan.Training;
using NUnit.Framework;

namespace Cim.Vulkan.Cli.Tests;

/// <summary>Which exceptions are the user's to mend, and what is printed of them.</summary>
public sealed class ErrorLinesTests
{
    private static readonly Exception[] s_mistakes =
    [
        new DeviceSelectionException("no device matches"), new VulkanUnavailableException("no loader"), new DeviceMemoryException("needs more"),
        new DatasetException("no pictures"), new CimUsageException("options do not fit"), new DivergenceException("20 steps in a row"),
    ];

    [TestCaseSource(nameof(s_mistakes))]
    public void A_mistake_is_one_line_and_exit_code_2(Exception mistake)
    {
        using var errors = new StringWriter();
        int exitCode = ErrorLines.Report(mistake, errors, verbose: true);
        Assert.That((exitCode, errors.ToString().TrimEnd()), Is.EqualTo((2, $"cim: {mistake.Message}")));
    }

    [Test]
    public void Anything_else_is_one_line_with_a_hint_and_exit_code_1()
    {
        using var errors = new StringWriter();
        int exitCode = ErrorLines.Report(new InvalidOperationException("first\nsecond"), errors, verbose: false);
        Assert.That((exitCode, errors.ToString().TrimEnd()), Is.EqualTo((1, "cim: first second (InvalidOperationException; --verbose prints where)")));
    }

    [Test]
    public void What_the_system_says_of_a_file_comes_with_how_to_mend_it()
    {
        using var errors = new StringWriter();
        int exitCode = ErrorLines.Report(new FileNotFoundException("no file"), errors, verbose: true);
        Assert.That((exitCode, errors.ToString().TrimEnd()), Is.EqualTo((2, "cim: no file (check the path)")));
    }

    [Test]
    public void Verbose_prints_where()
    {
        using var errors = new StringWriter();
        try
        {
            throw new InvalidOperationException("here");
        }
        catch (InvalidOperationException exception)
        {
            ErrorLines.Report(exception, errors, verbose: true);
        }
        Assert.That(errors.ToString(), Does.Contain(nameof(Verbose_prints_where)));
    }

    [Test]
    public void Ctrl_C_is_exit_code_130()
    {
        using var errors = new StringWriter();
        Assert.That(ErrorLines.Report(new OperationCanceledException(), errors, verbose: false), Is.EqualTo(130));
    }
}
