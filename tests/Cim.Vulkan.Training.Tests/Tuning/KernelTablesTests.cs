using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Tuning;

/// <summary>A device's measured choices on disk: kept, found again, and left aside with one line where something is wrong with them.</summary>
public sealed class KernelTablesTests
{
    private static readonly MeasuredChoice s_change = new(KernelSize.Of(KernelWork.MatmulNt, Precision.Float32, 100, 200, 300), new KernelTile(32, 64, 4), 128, 2.5, 1.25);
    private static readonly MeasuredChoice s_same = new(KernelSize.Of(KernelWork.ConvolutionForward, Precision.BFloat16, 100, 200, 300), default, 0, 2.5, 2.5);

    private readonly List<string> _warnings = [];
    private string _folder = "";

    private static DeviceCapabilities Voodoo => SomeDevice.Describe(0, "Voodoo 3", DeviceType.DiscreteGpu, "00000000-0000-0000-0000-000000000003").Capabilities;

    private static DeviceCapabilities Other => SomeDevice.Describe(0, "Voodoo 3", DeviceType.DiscreteGpu, "00000000-0000-0000-0000-000000000004").Capabilities;

    [SetUp]
    public void Make_a_folder()
    {
        _folder = Directory.CreateTempSubdirectory("cim-tables-").FullName;
        _warnings.Clear();
    }

    [TearDown]
    public void Delete_it() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Choices_come_back_as_they_were_saved()
    {
        KernelTables.Save(_folder, Voodoo, [s_change, s_same]);
        KernelTable table = Load(Voodoo);
        Assert.That(table.Choices, Is.EqualTo(new[] { new KernelChoice(s_change.Size, s_change.Tile, s_change.WantedGroups) }), "what stays as it is needs no entry");
        Assert.That(table.Origin, Does.Match(@"^tuned on \d{4}-\d\d-\d\d, 1 choice$"));
        Assert.That(_warnings, Is.Empty);
    }

    [Test]
    public void A_tile_of_a_whole_workgroup_comes_back_with_all_its_numbers()
    {
        MeasuredChoice measured = s_change with { Tile = new KernelTile(128, 256, Inner: 64, Invocations: 256) };
        KernelTables.Save(_folder, Voodoo, [measured]);
        Assert.That(Load(Voodoo).Choices.Single().Tile, Is.EqualTo(measured.Tile));
        Assert.That(measured.Tile.ToString(), Is.EqualTo("128x256 over 64 by a workgroup of 256"));
    }

    [Test]
    public void A_second_search_keeps_what_it_did_not_look_at()
    {
        KernelTables.Save(_folder, Voodoo, [s_change]);
        KernelTables.Save(_folder, Voodoo, [s_change with { Size = s_change.Size with { Rows = 4 } }]);
        Assert.That(Load(Voodoo).Choices, Has.Count.EqualTo(2));
        KernelTables.Save(_folder, Voodoo, [s_same with { Size = s_change.Size }]);
        Assert.That(Load(Voodoo).Choices, Has.Count.EqualTo(1), "a choice that no longer wins goes");
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1), "nothing unfinished is left");
    }

    [Test]
    public void Another_device_or_driver_has_a_file_of_its_own()
    {
        KernelTables.Save(_folder, Voodoo, [s_change]);
        Assert.That(Load(Other), Is.SameAs(KernelTable.Empty));
        Assert.That(Load(Voodoo with { DriverVersion = 4 }), Is.SameAs(KernelTable.Empty), "a new driver compiles anew");
        Assert.That(_warnings, Is.Empty);
    }

    [Test]
    public void A_file_that_was_copied_from_another_device_is_left_aside()
    {
        KernelTables.Save(_folder, Other, [s_change]);
        File.Move(KernelTables.PathOf(_folder, Other), KernelTables.PathOf(_folder, Voodoo));
        IsLeftAside("it is of another device or driver");
    }

    [TestCase("", "The input does not contain any JSON tokens")]
    [TestCase("{", "Expected depth")]
    [TestCase("{}", "parts are missing")]
    [TestCase("[1]", "could not be converted")]
    [TestCase("a picture", "invalid start")]
    public void A_damaged_file_is_left_aside(string content, string reason)
    {
        File.WriteAllText(KernelTables.PathOf(_folder, Voodoo), content);
        IsLeftAside(reason);
    }

    [TestCase("\"format\": 1", "\"format\": 2", "it has format 2, this program reads 1")]
    [TestCase("matmulNt", "matmulXx", "could not be converted")]
    [TestCase("\"m\": 32", "\"m\": 1e99", "could not be converted")]
    [TestCase("\"tuned\": \"2", "\"tuned\": \"x", "its date is none")]
    public void A_file_with_a_word_changed_is_left_aside(string from, string to, string reason)
    {
        KernelTables.Save(_folder, Voodoo, [s_change]);
        string path = KernelTables.PathOf(_folder, Voodoo), text = File.ReadAllText(path);
        string changed = text.Replace(from, to, System.StringComparison.OrdinalIgnoreCase);
        Assert.That(changed, Is.Not.EqualTo(text), text);
        File.WriteAllText(path, changed);
        IsLeftAside(reason);
    }

    [Test]
    public void A_damaged_file_is_replaced_by_the_next_search()
    {
        File.WriteAllText(KernelTables.PathOf(_folder, Voodoo), "a picture");
        KernelTables.Save(_folder, Voodoo, [s_change]);
        Assert.That(Load(Voodoo).Choices, Has.Count.EqualTo(1));
    }

    [TestCase(1u, "voodoo", true)]
    [TestCase(2u, "voodoo", false)]
    [TestCase(1u, "Banshee", false)]
    public void A_shipped_table_is_for_a_vendor_and_a_part_of_the_name(uint vendor, string part, bool suits) =>
        Assert.That(KernelTables.Suits(new ShippedTable(vendor, part, "measured", []), Voodoo), Is.EqualTo(suits));

    private KernelTable Load(DeviceCapabilities device) => KernelTables.Load(_folder, device, _warnings.Add);

    private void IsLeftAside(string reason)
    {
        Assert.That(Load(Voodoo), Is.SameAs(KernelTable.Empty));
        Assert.That(_warnings.Single(), Does.Contain(reason).And.Contain("`cim tune` writes a new one").And.Not.Contain("\n"));
    }
}
