using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Architecture.Tests;

/// <summary>Which project may use which: arrows point down the list of the README's figure and nowhere else.</summary>
public sealed class ProjectArrowTests
{
    private static readonly Dictionary<string, string[]> s_mayUse = new()
    {
        ["Cli"] = ["Training", "Runtime", "Bench"],
        ["Training"] = ["Models", "Runtime", "Data", "Onnx"],
        ["Data"] = [],
        ["Models"] = ["Graph"],
        ["Onnx"] = ["Graph"],
        ["Runtime"] = ["Graph", "Device"],
        ["Graph"] = ["Kernels"],
        ["Kernels"] = [],
        ["Device"] = [],
        ["KernelCompiler"] = [],
        // The bench shares the tests' cases and is shipped, so that users can validate a driver where no SDK is.
        // It times training steps, and its page is made of the parts of a run's report.
        ["Bench"] = ["OpCases", "Training"],
        ["OpCases"] = ["Runtime", "Models"],
        ["Testing"] = ["Runtime"],
    };

    // What Unity's Mono and IL2CPP can load.
    private static readonly string[] s_embeddable = ["Models", "Runtime", "Graph", "Kernels", "Device"];

    private static IEnumerable<string> Projects => Checkout.Projects;

    [TestCaseSource(nameof(Projects))]
    public void Uses_only_what_it_may(string project)
    {
        string[] unexpected = References(project, "ProjectReference").Select(NameOf).Except(MayUse(NameOf(project))).ToArray();
        Assert.That(unexpected, Is.Empty, $"{NameOf(project)} may use {string.Join(", ", MayUse(NameOf(project)))}; if the house has changed, change the table here and in the README");
    }

    [TestCaseSource(nameof(Projects))]
    public void Only_the_device_project_binds_vulkan(string project)
    {
        bool binds = References(project, "PackageReference").Any(package => package.StartsWith("Silk.NET", StringComparison.Ordinal));
        Assert.That(binds, Is.EqualTo(NameOf(project) == "Device"));
    }

    [TestCaseSource(nameof(s_embeddable))]
    public void An_embeddable_project_targets_netstandard(string name)
    {
        string project = Projects.Single(path => path == $"src/Cim.Vulkan.{name}/Cim.Vulkan.{name}.csproj");
        Assert.That(Load(project).Descendants("TargetFrameworks").Single().Value, Is.EqualTo("netstandard2.1;net10.0"));
    }

    [Test]
    public void Every_source_project_has_tests_of_its_own()
    {
        string[] untested = Projects.Where(path => path.StartsWith("src/", StringComparison.Ordinal)).Select(NameOf)
            .Where(name => name != "Kernels" && !Projects.Contains($"tests/Cim.Vulkan.{name}.Tests/Cim.Vulkan.{name}.Tests.csproj")).ToArray();
        Assert.That(untested, Is.Empty);
    }

    [Test]
    public void Every_project_is_in_the_solution()
    {
        string solution = string.Join('\n', Checkout.Lines("Cim.Vulkan.sln"));
        Assert.That(Projects.Where(path => !solution.Contains(Path.GetFileName(path), StringComparison.Ordinal)), Is.Empty);
    }

    // A test project may use the project it tests, what tests share, and a device to run on.
    private static string[] MayUse(string name) =>
        name.EndsWith(".Tests", StringComparison.Ordinal) ? [name[..^".Tests".Length], "Testing", "OpCases", "Runtime"] : s_mayUse[name];

    private static IEnumerable<string> References(string project, string kind) => Load(project).Descendants(kind).Select(item => item.Attribute("Include")!.Value);

    private static XDocument Load(string project) => XDocument.Load(Path.Combine(Checkout.Root, project));

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))["Cim.Vulkan.".Length..];
}
