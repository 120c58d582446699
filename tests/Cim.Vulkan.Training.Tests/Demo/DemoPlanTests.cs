using System;
using Cim.Vulkan.Models;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Demo;

public sealed class DemoPlanTests
{
    [Test]
    public void Every_size_makes_trainings_that_fit_together([Values] DemoSize size, [Values] bool trainTokenizer, [Values("builtin:shapes", "pictures")] string data)
    {
        DemoPlan plan = DemoPlan.Of(new DemoOptions { Size = size, TrainTokenizer = trainTokenizer, Data = data });
        foreach (RunOptions run in new RunOptions[] { plan.Tokenizer, plan.RevDet, plan.ResPix }) Assert.That(run.Validate(), Is.Empty);
        DiscreteVaeOptions tokenizer = TokenizerFile.OptionsOf(trainTokenizer ? plan.Tokenizer : BuiltInTokenizer.Options);
        Assert.That(new CimModels(plan.RevDet, tokenizer).Geometry.GridSide, Is.EqualTo(plan.RevDet.GridSize));
        Assert.That(plan.Tokenizer.ImageSize, Is.EqualTo(plan.RevDet.TokenizerImageSize));
        Assert.That((plan.RevDet.Objective, plan.ResPix.Objective), Is.EqualTo((CimObjective.RevDet, CimObjective.ResPix)));
    }

    [Test]
    public void Shapes_are_drawn_at_the_size_of_the_pictures() =>
        Assert.That(Array.ConvertAll(Enum.GetValues<DemoSize>(), size => DemoPlan.Of(new DemoOptions { Size = size }).RevDet.Data),
            Is.EqualTo(new[] { "builtin:shapes", "builtin:shapes@112", "builtin:shapes@224" }));

    [Test]
    public void Steps_are_those_of_each_training()
    {
        DemoPlan plan = DemoPlan.Of(new DemoOptions { Steps = 3 });
        Assert.That((plan.Tokenizer.Steps, plan.RevDet.Steps, plan.ResPix.Steps), Is.EqualTo(((long?)3, (long?)3, (long?)3)));
    }
}
