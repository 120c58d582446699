using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>The filter of a resize that does not alias; stretched by the factor by which a crop shrinks.</summary>
public enum CropFilter
{
    /// <summary>Keys' kernel with a = -0.5, support 2.</summary>
    Bicubic,

    /// <summary>Windowed sinc with three lobes.</summary>
    Lanczos,
}

/// <summary>Crops of pictures, bytes of any sizes, resized to squares and flipped where asked. It has no gradient: pictures are data.</summary>
public sealed class ResizeCropsOp : Op
{
    /// <summary>Numbers that describe a crop: the word of <c>pixels</c> where it begins, its width, its height, and whether it is flipped.</summary>
    public const int BoxNumbers = 4;

    private const string OpName = "resize_crops";
    private const uint LocalSize = 128;

    private readonly CropFilter _filter;
    private readonly int _longestSide;

    /// <summary>Resizes crops.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="pixels">Rows of R, G, B bytes, four in an Int32 word, each row from a new word on: <c>[words]</c>.</param>
    /// <param name="boxes">What lies there, <see cref="BoxNumbers"/> a picture: Int32 <c>[batch, 4]</c>.</param>
    /// <param name="size">Side of the squares in pixels.</param>
    /// <param name="longestSide">No crop is wider or higher, in pixels.</param>
    public ResizeCropsOp(CropFilter filter, Tensor pixels, Tensor boxes, int size, int longestSide)
        : base(OpName, new[] { pixels, boxes }, new TensorSpec(Squares(pixels, boxes, size, longestSide))) => (_filter, _longestSide) = (filter, longestSide);

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        // A line of pixels and the weights of a column lie in shared memory.
        int sharedBytes = (4 * _longestSide + 3) * sizeof(float);
        if (sharedBytes > lowering.Device.MaxSharedMemoryBytes)
            throw new PlanException($"{OpName}: crops of {_longestSide} pixels a side need {sharedBytes} bytes of shared memory, {lowering.Device.Name} has {lowering.Device.MaxSharedMemoryBytes}");
        int batch = Output.Shape[0], size = Output.Shape[2];
        uint local = lowering.Device.IsCpu ? (uint)lowering.Device.SubgroupSize : LocalSize;
        lowering.LaunchGroups(
            ResizeCropsKernel.Call(Inputs[0], Inputs[1], Output, (uint)batch, (uint)size, (ResizeCropsKernel.Filter)_filter, localSizeX: local, longestSide: (uint)_longestSide),
            (long)batch * size);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"filter={_filter} longest={_longestSide}";

    private static Shape Squares(Tensor pixels, Tensor boxes, int size, int longestSide)
    {
        AxisArguments.RequireType(OpName, "pixels", pixels, ElementType.Int32);
        AxisArguments.RequireType(OpName, "boxes", boxes, ElementType.Int32);
        AxisArguments.RequireRank(OpName, "pixels", pixels, 1, "[words]");
        if (boxes.Shape.Rank != 2 || boxes.Shape[1] != BoxNumbers) throw Mismatch(OpName, $"boxes must be [batch, {BoxNumbers}], got {boxes.Shape}");
        AxisArguments.RequirePositive(OpName, "size", size);
        AxisArguments.RequirePositive(OpName, "longestSide", longestSide);
        return new Shape(boxes.Shape[0], 3, size, size);
    }
}

/// <summary>Resizing of crops as a method of their pixels.</summary>
public static class ResizeCropsExtensions
{
    /// <summary>Crops resized to squares, with values in [0, 1]: <c>[batch, 3, size, size]</c>.</summary>
    /// <param name="pixels">Rows of R, G, B bytes, four in an Int32 word, each row from a new word on: <c>[words]</c>.</param>
    /// <param name="boxes">First word, width, height and flip of each crop: Int32 <c>[batch, 4]</c>.</param>
    /// <param name="size">Side of the squares in pixels.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="longestSide">No crop is wider or higher, in pixels.</param>
    public static Tensor ResizeCrops(this Tensor pixels, Tensor boxes, int size, CropFilter filter, int longestSide) =>
        pixels.Graph.Add(new ResizeCropsOp(filter, pixels, boxes, size, longestSide)).Output;
}
