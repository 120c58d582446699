using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>All that an encoder has to be filled with.</summary>
internal static class EncoderParameters
{
    /// <summary>Parameters and running statistics.</summary>
    public static IEnumerable<Parameter> AllParameters(this IVisionEncoder encoder) => encoder.Parameters.Parameters.Concat(encoder.Statistics?.Parameters ?? []);

    /// <summary>The parameter or running statistic of a name.</summary>
    public static Parameter Named(this IVisionEncoder encoder, string name) => encoder.AllParameters().First(parameter => parameter.Name == name);
}
