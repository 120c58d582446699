namespace Cim.Vulkan.Graph;

/// <summary>
/// The eight words that a <see cref="StepGuardOp"/> keeps from step to step: steps applied, steps skipped, steps skipped since the last applied one
/// (overflows while the scale of the losses is still searched are not counted there), the number, from 1, of the first watched number that was not
/// finite in the last skipped step; the bits of the losses' scale for the next step, good steps since it changed, the bits of one over this step's scale.
/// </summary>
public static class StepCounters
{
    /// <summary>How many words there are.</summary>
    public const int Count = 8;

    /// <summary>Place of the bits of the next step's loss scale.</summary>
    public const int ScaleSlot = 4;

    /// <summary>Place of the bits of one over the scale of this step's gradients.</summary>
    public const int UnscaleSlot = 6;

    private const float FirstScale = 65536f;

    /// <summary>Memory for counters.</summary>
    /// <param name="name">Its name.</param>
    public static PersistentBuffer Buffer(string name) => new(name, Count * sizeof(uint));

    /// <summary>The counters before the first step.</summary>
    /// <param name="scalesLosses">Whether losses are scaled.</param>
    public static uint[] First(bool scalesLosses) => new uint[] { 0, 0, 0, 0, (uint)FloatBits.Of(scalesLosses ? FirstScale : 1f), 0, (uint)FloatBits.Of(1f), 0 };

    internal static Tensor Of(TensorGraph graph, PersistentBuffer counters) => graph.Persistent(counters.Name, counters, 0, new Shape(Count), ElementType.UInt32);
}
