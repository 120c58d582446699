using System.Collections.Generic;

namespace Cim.Vulkan.OpCases;

/// <summary>What a case's run found.</summary>
/// <param name="Case">The case.</param>
/// <param name="Problems">What is wrong, a line each; none where the case holds.</param>
/// <param name="MaxError">Largest relative error of an output.</param>
/// <param name="MaxGradientError">Largest relative error of a gradient.</param>
/// <param name="GradientChecks">How many operands' gradients were compared.</param>
public sealed record OpCaseResult(OpCase Case, IReadOnlyList<string> Problems, double MaxError, double MaxGradientError, int GradientChecks);
