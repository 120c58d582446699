namespace Cim.Vulkan.Training;

/// <summary>One number of a step.</summary>
/// <param name="Name">The name in the metrics file, in camelCase: <c>generatorLoss</c>.</param>
/// <param name="Value">The value; one that is not finite is written as null, which JSON has a word for.</param>
public readonly record struct Metric(string Name, double Value);
