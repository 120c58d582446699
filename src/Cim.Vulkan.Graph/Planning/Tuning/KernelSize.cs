namespace Cim.Vulkan.Graph;

/// <summary>Work for which there are several kernels or tiles, as one matrix product: rows times columns results, each a sum over an inner length.</summary>
public enum KernelWork
{
    /// <summary>a [m, k], b [k, n]</summary>
    MatmulNn,

    /// <summary>a [m, k], b [n, k]</summary>
    MatmulNt,

    /// <summary>a [k, m], b [k, n]</summary>
    MatmulTn,

    /// <summary>Output channels by output pixels of all images, over input channels and taps.</summary>
    ConvolutionForward,

    /// <summary>Input channels by input pixels of one phase of the stride, over output channels and taps.</summary>
    ConvolutionInputGradient,

    /// <summary>Output channels by input channels and taps, over output pixels of all images.</summary>
    ConvolutionWeightGradient,

    /// <summary>Tokens by tokens scores of a head, over its width; the result.</summary>
    AttentionForward,

    /// <summary>As <see cref="AttentionForward"/>; the gradient of the queries.</summary>
    AttentionQueryGradient,

    /// <summary>As <see cref="AttentionForward"/>; the gradients of keys and values.</summary>
    AttentionKeyValueGradient,
}

/// <summary>Work of a size class: lengths are rounded up to powers of two, so that what was measured for one shape serves its neighbours.</summary>
/// <param name="Work">The work.</param>
/// <param name="Precision">Type of the products.</param>
/// <param name="Rows">Rows of the result, a power of two.</param>
/// <param name="Columns">Columns of the result, a power of two.</param>
/// <param name="Inner">Length of a sum, a power of two.</param>
public readonly record struct KernelSize(KernelWork Work, Precision Precision, long Rows, long Columns, long Inner)
{
    /// <summary>The class of a shape.</summary>
    /// <param name="work">The work.</param>
    /// <param name="precision">Type of the products.</param>
    /// <param name="rows">Rows of the result.</param>
    /// <param name="columns">Columns of the result.</param>
    /// <param name="inner">Length of a sum.</param>
    public static KernelSize Of(KernelWork work, Precision precision, long rows, long columns, long inner) => new(work, precision, Class(rows), Class(columns), Class(inner));

    internal bool IsConvolution => Work is KernelWork.ConvolutionForward or KernelWork.ConvolutionInputGradient or KernelWork.ConvolutionWeightGradient;

    internal bool IsAttention => Work >= KernelWork.AttentionForward;

    internal static KernelSize OfAttention(KernelWork work, Precision precision, AttentionGeometry g) => Of(work, precision, g.Tokens, g.Tokens, g.HeadDim);

    private static long Class(long length)
    {
        long power = 1;
        while (power < length) power *= 2;
        return power;
    }
}

/// <summary>A workgroup's tile in its own numbers. Which of them count depends on the kernel; the others are 0, and all are where the device's own choice stays.</summary>
/// <param name="M">Rows of the result.</param>
/// <param name="N">Columns of the result.</param>
/// <param name="ThreadTile">Tiled kernels: rows and columns of an invocation; in attention the invocations of four rows.</param>
/// <param name="SubgroupsM">Kernels on matrix units: subgroups below each other.</param>
/// <param name="SubgroupsN">Kernels on matrix units: subgroups side by side.</param>
/// <param name="Inner">Kernels on matrices of workgroups: inner length of the matrices.</param>
/// <param name="Invocations">Kernels on matrices of workgroups: invocations of the workgroup.</param>
public readonly record struct KernelTile(int M, int N, int ThreadTile = 0, int SubgroupsM = 0, int SubgroupsN = 0, int Inner = 0, int Invocations = 0)
{
    internal bool IsOfWorkgroup => Invocations > 0;

    /// <inheritdoc/>
    public override string ToString() => M == 0 ? "own tile"
        : IsOfWorkgroup ? $"{M}x{N} over {Inner} by a workgroup of {Invocations}"
        : $"{M}x{N}{(ThreadTile > 0 ? $"/{ThreadTile}" : "")}{(SubgroupsM > 0 ? $" by {SubgroupsM}x{SubgroupsN}" : "")}";
}

/// <summary>What was found best for a size class.</summary>
/// <param name="Size">The size class.</param>
/// <param name="Tile">The tile; all 0 for the device's own choice.</param>
/// <param name="WantedGroups">How many workgroups keep the device busy, which decides how sums are cut; 0 for the device's own choice.</param>
public sealed record KernelChoice(KernelSize Size, KernelTile Tile, int WantedGroups)
{
    /// <inheritdoc/>
    public override string ToString() => WantedGroups > 0 ? $"{Tile}, {WantedGroups} groups" : Tile.ToString();
}
