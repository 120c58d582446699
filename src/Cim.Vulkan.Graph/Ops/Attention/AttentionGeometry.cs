namespace Cim.Vulkan.Graph;

/// <summary>Sizes of self-attention over packed queries, keys and values.</summary>
/// <param name="Batch">Images.</param>
/// <param name="Tokens">Tokens of an image.</param>
/// <param name="Heads">Heads.</param>
/// <param name="HeadDim">Width of a head.</param>
/// <param name="Scale">Factor of the scores.</param>
internal readonly record struct AttentionGeometry(int Batch, int Tokens, int Heads, int HeadDim, float Scale)
{
    private const int MostHalfHeadDim = 128;

    /// <summary>Width of a token in the result.</summary>
    public int Width => Heads * HeadDim;

    /// <summary>Whether every form for GPUs has room for such heads, so that what attention reads and writes may lie in 16 bits.</summary>
    public bool MayBeHalf => HeadDim <= MostHalfHeadDim;

    /// <summary>Packed queries, keys and values, <c>[batch, tokens, 3 * heads * headDim]</c>.</summary>
    public Shape Packed => new(Batch, Tokens, 3 * Width);

    /// <summary>The result, <c>[batch, tokens, heads * headDim]</c>.</summary>
    public Shape Result => new(Batch, Tokens, Width);

    /// <summary>Logarithms of the sums of exponentials of the scores, <c>[batch, heads, tokens]</c>.</summary>
    public Shape LogSumExp => new(Batch, Heads, Tokens);

    /// <summary>A bias on the scores, <c>[heads, tokens, tokens]</c>.</summary>
    public Shape Bias => new(Heads, Tokens, Tokens);

    /// <summary>Floating-point operations of one product of tokens with tokens.</summary>
    public double ProductFlops => 2.0 * Batch * Heads * Tokens * Tokens * HeadDim;

    /// <summary>Offsets of queries, keys, values; strides between batches, tokens and heads of the packed tensor, then of the result.</summary>
    public uint[] Strides
    {
        get
        {
            uint width = (uint)Width, tokens = (uint)Tokens, headDim = (uint)HeadDim;
            return new uint[] { 0, width, 2 * width, tokens * 3 * width, 3 * width, headDim, tokens * width, width, headDim };
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"heads={Heads} scale={FloatBits.Of(Scale):x8}";
}
