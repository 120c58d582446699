using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Layout;

/// <summary>Cases of <c>stop_gradient</c>: forward it changes nothing; that no gradient flows is tested on the graph.</summary>
public sealed class StopGradientCase : IOpCases
{
    public IEnumerable<OpCase> Cases()
    {
        foreach (Shape shape in new[] { new Shape(1), new Shape(7, 3), new Shape(2, 3, 5) })
        {
            yield return new OpCase("stop_gradient", $"{shape}", [CaseInput.Normal("x", shape)], inputs => [inputs[0].StopGradient().Scale(2f)],
                values => [values[0].Select(value => 2 * value).ToArray()])
            {
                GradientTolerance = 0,
                IsExact = true,
            };
        }
    }
}
