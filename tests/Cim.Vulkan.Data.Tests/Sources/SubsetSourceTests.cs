using System.Linq;
using Cim.Vulkan.Data.Tests.Loading;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Sources;

public sealed class SubsetSourceTests
{
    [Test]
    public void A_split_is_random_complete_without_overlap_and_repeatable()
    {
        var whole = new MemorySource(50, side: 2);
        var (first, remaining) = SubsetSource.Split(whole, 20, seed: 3);
        Assert.That((first.Count, remaining.Count), Is.EqualTo((20, 30)));
        Assert.That(Keys(first).Concat(Keys(remaining)), Is.EquivalentTo(Keys(whole)));
        Assert.That(Keys(first), Is.Not.EqualTo(Keys(whole)[..20]));
        Assert.That(Keys(SubsetSource.Split(whole, 20, seed: 3).First), Is.EqualTo(Keys(first)));
        Assert.That(first.ClassNames, Is.EqualTo(whole.ClassNames));
    }

    [Test]
    public void More_pictures_than_there_are_cannot_be_taken()
    {
        var whole = new MemorySource(5, side: 2);
        Assert.That(() => SubsetSource.Split(whole, 6, 0), Throws.TypeOf<DatasetException>().With.Message.Contains("at most 5"));
        Assert.That(() => new SubsetSource(whole, [5]), Throws.ArgumentException.With.Message.Contains("index 5"));
    }

    private static string[] Keys(ImageSource source) => [.. Enumerable.Range(0, source.Count).Select(i => source.Read(i).Key)];
}
