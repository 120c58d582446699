namespace Cim.Vulkan.Training;

/// <summary>Which of a run's checkpoints has the lowest mean loss. Stored as <c>best.json</c> beside them.</summary>
/// <param name="Step">Its step.</param>
/// <param name="Loss">Its mean loss, see <see cref="LossAverage"/>.</param>
public sealed record BestCheckpoint(long Step, double Loss);
