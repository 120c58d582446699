using System.Linq;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Device.Tests.Pipelines;

[TestFixture]
public sealed class PipelineInspectionTests : GpuTest
{
    // CPU drivers tell nothing; then the refusal is what there is to test.
    [Test]
    public void A_compiler_tells_its_figures_or_is_said_to_tell_none()
    {
        if (!Device.Capabilities.Features.PipelineExecutables)
        {
            Assert.That(() => Device.InspectPipeline(ScaleShader.Description()), Throws.TypeOf<VulkanException>().With.Message.Contains("has no VK_KHR_pipeline_executable_properties"));
            return;
        }
        PipelineExecutable[] programs = [.. Device.InspectPipeline(ScaleShader.Description(factor: 3))];
        Assert.That(programs, Is.Not.Empty);
        Assert.That(programs.SelectMany(program => program.Statistics).Select(statistic => statistic.Value), Has.Some.GreaterThan(0));
        Assert.That(programs.SelectMany(program => program.Statistics).Select(statistic => statistic.Name), Has.All.Not.Empty);
        Assert.That(programs.SelectMany(program => program.Texts).Select(text => text.Text), Has.None.Contains("\0"));
    }
}
