namespace Cim.Vulkan.Graph;

/// <summary>Which operand of a product is stored transposed: n as it is, t transposed.</summary>
internal enum MatmulLayout
{
    /// <summary>a [m, k], b [k, n]</summary>
    Nn,

    /// <summary>a [m, k], b [n, k]</summary>
    Nt,

    /// <summary>a [k, m], b [k, n]</summary>
    Tn,
}

/// <summary>Where a batch of matrices lies within a tensor; all distances in elements.</summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="RowStride">Between rows as stored; neighbours of a row are adjacent.</param>
/// <param name="OuterStride">Between outer batches.</param>
/// <param name="InnerStride">Between inner batches.</param>
/// <param name="Offset">First element of the first matrix.</param>
internal readonly record struct MatmulOperand(Tensor Tensor, long RowStride, long OuterStride = 0, long InnerStride = 0, long Offset = 0)
{
    /// <summary>Whether every row begins at a multiple of four elements and its last four may be read whole.</summary>
    public bool ReadsByFours(long rows, long columns, long outer, long inner)
    {
        if (((RowStride | OuterStride | InnerStride | Offset) & 3) != 0) return false;
        long lastRow = Offset + ((rows - 1) * RowStride) + ((outer - 1) * OuterStride) + ((inner - 1) * InnerStride);
        return lastRow + ((columns + 3) / 4 * 4) <= Tensor.Count;
    }
}

/// <summary>
/// One batched matrix product, c = activation(row factors * scale * (alpha * op(a) op(b) + bias) + residual): everything that decides about it but the device.
/// Every op that multiplies matrices states one of these and lets <see cref="MatmulChoice"/> launch it.
/// </summary>
internal sealed record MatmulProblem
{
    /// <summary>Which operand is stored transposed.</summary>
    public required MatmulLayout Layout { get; init; }

    /// <summary>Rows of c.</summary>
    public required long M { get; init; }

    /// <summary>Columns of c.</summary>
    public required long N { get; init; }

    /// <summary>Inner dimension.</summary>
    public required long K { get; init; }

    /// <summary>Outer batches.</summary>
    public long OuterCount { get; init; } = 1;

    /// <summary>Inner batches of each outer one.</summary>
    public long InnerCount { get; init; } = 1;

    /// <summary>Left operand.</summary>
    public required MatmulOperand A { get; init; }

    /// <summary>Right operand.</summary>
    public required MatmulOperand B { get; init; }

    /// <summary>The product, overwritten.</summary>
    public required MatmulOperand C { get; init; }

    /// <summary>Added to the product, <c>[n]</c>, one number a column; null for none.</summary>
    public Tensor? Bias { get; init; }

    /// <summary>Whether the bias is <c>[m]</c> instead, one number a row.</summary>
    public bool BiasPerRow { get; init; }

    /// <summary>Multiplies the product with its bias, <c>[n]</c>, one number a column; null for none.</summary>
    public Tensor? Scale { get; init; }

    /// <summary>Multiplies that, one number for each of as many groups of neighbouring rows; null for none, as with several matrices in c.</summary>
    public Tensor? RowFactors { get; init; }

    /// <summary>Rows that share a factor; 0 without factors.</summary>
    public uint RowsPerFactor => RowFactors is null ? 0 : (uint)(M / RowFactors.Count);

    /// <summary>Added to that, laid out as c from its first element on; null for none.</summary>
    public Tensor? Residual { get; init; }

    /// <summary>Applied after bias and residual.</summary>
    public Activation Activation { get; init; }

    /// <summary>Whether the residual is not added: the product is multiplied by GELU's derivative there, its gradient.</summary>
    public bool IsGeluGradient { get; init; }

    /// <summary>How the product ends, as the shaders count it.</summary>
    public uint Epilogue => IsGeluGradient ? 3 : (uint)Activation;

    /// <summary>Factor of the product.</summary>
    public float Alpha { get; init; } = 1f;

    /// <summary>Matrices in c.</summary>
    public long Batches => OuterCount * InnerCount;

    /// <summary>Floating-point operations, a multiply-add counted as two.</summary>
    public double Flops => 2.0 * Batches * M * N * K;

    /// <summary>Whether all operands may be read four elements at a time.</summary>
    public bool ReadsByFours => ReadsAByFours && ReadsBByFours;

    /// <summary>Whether the left operand may be read four elements at a time.</summary>
    public bool ReadsAByFours => Layout == MatmulLayout.Tn ? A.ReadsByFours(K, M, OuterCount, InnerCount) : A.ReadsByFours(M, K, OuterCount, InnerCount);

    /// <summary>Whether the right operand may be read four elements at a time.</summary>
    public bool ReadsBByFours => Layout == MatmulLayout.Nt ? B.ReadsByFours(N, K, OuterCount, InnerCount) : B.ReadsByFours(K, N, OuterCount, InnerCount);

    /// <summary>The same product on the 16-bit copies of weights, where these are kept and lie in whole fours: half the bytes, and what the kernel would round them to.</summary>
    /// <param name="lowering">Knows the copies.</param>
    public MatmulProblem OnCopies(Lowering lowering) => this with
    {
        A = ReadsAByFours && (Layout == MatmulLayout.Tn ? M : K) % 4 == 0 ? OnCopy(lowering, A) : A,
        B = ReadsBByFours && (Layout == MatmulLayout.Nt ? K : N) % 4 == 0 ? OnCopy(lowering, B) : B,
    };

    /// <summary>Whether the product may be written, and the residual read, four elements at a time.</summary>
    public bool WritesByFours => N % 4 == 0 && ((C.RowStride | C.OuterStride | C.InnerStride | C.Offset) & 3) == 0;

    /// <summary>Whether the matrices of c are one even distance apart, as the split inner dimension's last step wants.</summary>
    public bool HasEvenBatches => OuterCount == 1 || InnerCount == 1 || C.OuterStride == InnerCount * C.InnerStride;

    private static MatmulOperand OnCopy(Lowering lowering, MatmulOperand operand) => operand with { Tensor = lowering.CopyForProducts(operand.Tensor) ?? operand.Tensor };
}
