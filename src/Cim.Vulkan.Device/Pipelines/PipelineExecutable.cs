using System.Collections.Generic;

namespace Cim.Vulkan.Device;

/// <summary>One program that a driver's compiler made of a pipeline; some make several, one a subgroup size.</summary>
/// <param name="Name">The driver's name of it.</param>
/// <param name="Description">The driver's words for it.</param>
/// <param name="SubgroupSize">Invocations of a subgroup; 0 where the driver leaves it open.</param>
/// <param name="Statistics">Numbers, in the driver's order and under its names.</param>
/// <param name="Texts">Stages of its compilation as text, the last mostly the assembly.</param>
public sealed record PipelineExecutable(string Name, string Description, int SubgroupSize,
    IReadOnlyList<ExecutableStatistic> Statistics, IReadOnlyList<ExecutableText> Texts);

/// <summary>A number that a compiler tells of a program.</summary>
/// <param name="Name">The driver's name of it.</param>
/// <param name="Description">What the driver says it means.</param>
/// <param name="Value">The number; a truth value is 0 or 1.</param>
public sealed record ExecutableStatistic(string Name, string Description, double Value);

/// <summary>A stage of a program's compilation as text.</summary>
/// <param name="Name">The driver's name of the stage.</param>
/// <param name="Text">The text.</param>
public sealed record ExecutableText(string Name, string Text);
