using System.IO;
using System.Linq;
using Cim.Vulkan.Device;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests;

/// <summary>What the doctor makes of drivers, disks and data.</summary>
public sealed class DoctorTests
{
    [Test]
    public void Pictures_that_cannot_be_decoded_are_counted()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "a.jpg"), "no picture");
        Finding[] findings = [.. DataCheck.Run(folder.Path)];
        Assert.Multiple(() =>
        {
            Assert.That(findings.Last().Level, Is.EqualTo(FindingLevel.Problem));
            Assert.That(findings.Last().Text, Does.StartWith("none of 1 tried can be decoded"));
            Assert.That(findings.Single(finding => finding.Topic == "labels").Level, Is.EqualTo(FindingLevel.Note));
        });
    }

    [Test]
    public void Built_in_pictures_are_fine() =>
        Assert.That(DataCheck.Run("builtin:shapes").Select(finding => finding.Level), Is.All.EqualTo(FindingLevel.Ok));

    [TestCase("{", "cannot be read")]
    [TestCase("{}", "cannot be read")]
    [TestCase("""{"ICD":{"library_path":"./nowhere.so"}}""", "cannot be loaded")]
    public void A_broken_driver_manifest_is_named(string json, string expected)
    {
        using var folder = new TemporaryFolder();
        string manifest = Path.Combine(folder.Path, "broken_icd.json");
        File.WriteAllText(manifest, json);
        Assert.That(DriverCheck.Fault(manifest), Does.StartWith("broken_icd.json").And.Contain(expected));
    }

    [Test]
    public void Matrix_units_of_whole_workgroups_are_told()
    {
        static string Of(DeviceCapabilities device) => DeviceCheck.Run(device).Single(finding => finding.Topic == "matrix units").Text;
        DeviceCapabilities whole = SomeDevice.WithWorkgroupMatrices();
        Assert.That(Of(whole), Is.EqualTo("for fp16, sums in fp32; those of whole workgroups are used where `cim tune` finds them faster: --precision auto trains on them"));
        Assert.That(Of(whole with { FlexibleMatrixShapes = [] }), Is.EqualTo("for fp16, sums in fp32: --precision auto trains on them"));
    }

    [Test]
    public void A_file_in_the_way_of_the_run_is_a_problem()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "file");
        File.WriteAllText(file, "");
        Finding finding = DiskCheck.Out(Path.Combine(file, "run")).Single();
        Assert.That((finding.Level, finding.Topic), Is.EqualTo((FindingLevel.Problem, "--out")));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.EqualTo(new[] { file }));
    }

    [Test]
    public void A_report_is_one_line_a_finding_with_the_mend_after_an_arrow()
    {
        var report = new DoctorReport(1, [new Finding(FindingLevel.Ok, "a", "fine"), new Finding(FindingLevel.Problem, "device", "gone", "plug it in")]);
        Assert.That(Doctor.Lines(report), Is.EqualTo(new[]
        {
            "ok       a       fine",
            "problem  device  gone -> plug it in",
            "1 problem stands in the way: mend what follows each arrow, then run this again",
        }));
    }

    [TestCase("10.0.100", 10)]
    [TestCase("8.0.404", 8)]
    [TestCase("strange", 0)]
    public void An_sdk_has_a_major_version(string sdk, int expected) => Assert.That(DotnetCheck.MajorOf(sdk), Is.EqualTo(expected));
}
