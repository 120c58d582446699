using System.Linq;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Rows of a table, looked up by index: embeddings.</summary>
public sealed class GatherRowsOp : Op
{
    /// <summary>Looks rows up.</summary>
    /// <param name="table">The table, <c>[rows, width]</c>, of 32-bit elements.</param>
    /// <param name="indices">Int32 of any shape; an index outside the table reads its nearest row.</param>
    public GatherRowsOp(Tensor table, Tensor indices)
        : base("gather_rows", new[] { table, indices }, new TensorSpec(Looked(table, indices), table.ElementType)) =>
        AxisArguments.RequireWords(Name, table);

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        if (context.Needs(0)) context.Set(0, context.GradOutput.ScatterAddRows(Inputs[1], Inputs[0].Shape[0]));
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) =>
        lowering.LaunchLinear(
            GatherRowsKernel.Call(Inputs[0], Inputs[1], Output, (uint)Output.Count, (uint)Inputs[0].Shape[1], (uint)Inputs[0].Shape[0]),
            Output.Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";

    private static Shape Looked(Tensor table, Tensor indices)
    {
        AxisArguments.RequireRank("gather_rows", "table", table, 2, "[rows, width]");
        AxisArguments.RequireType("gather_rows", "indices", indices, ElementType.Int32);
        return new Shape(indices.Shape.ToList().Append(table.Shape[1]).ToArray());
    }
}

/// <summary>Rows added up by index: the gradient of a look-up. The order of the additions is fixed.</summary>
public sealed class ScatterAddRowsOp : Op
{
    private const uint SortBlock = 32;

    // Up to here one walk over all indices per element costs less than the sort's extra launches.
    private const long LargestDirectWork = 1 << 15;

    private readonly int _rows;

    /// <summary>Adds rows up.</summary>
    /// <param name="values">The rows, <c>[..., width]</c>.</param>
    /// <param name="indices">Int32 <c>[...]</c>: where each row goes; an index outside the table means its nearest row.</param>
    /// <param name="rows">Rows of the result.</param>
    public ScatterAddRowsOp(Tensor values, Tensor indices, int rows)
        : base("scatter_add_rows", new[] { values, indices }, new TensorSpec(new Shape(rows, values.Shape[-1])))
    {
        AxisArguments.RequireType(Name, "values", values, ElementType.Float32);
        AxisArguments.RequireType(Name, "indices", indices, ElementType.Int32);
        if (values.Count != indices.Count * values.Shape[-1])
            throw Mismatch(Name, $"values must be indices' shape {indices.Shape} with a width behind it, got {values.Shape}");
        _rows = rows;
    }

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        if (context.Needs(0)) context.Set(0, context.GradOutput.GatherRows(Inputs[1]).Reshape(Inputs[0].Shape));
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Tensor values = Inputs[0], indices = Inputs[1];
        uint width = (uint)Output.Shape[1], count = (uint)indices.Count;
        if (indices.Count * _rows <= LargestDirectWork)
        {
            lowering.LaunchLinear(
                GatherRowsBackwardKernel.Call(values, indices, Output, (uint)Output.Count, width, (uint)_rows, count),
                Output.Count, flops: values.Count);
            return;
        }
        Tensor sorted = Sort(lowering, indices);
        lowering.LaunchLinear(
            GatherRowsBackwardSortedKernel.Call(values, sorted, Output, (uint)Output.Count, width, count),
            Output.Count, flops: values.Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"rows={_rows}";

    // Key and position of every index, in the order of the keys and, among equals, of the positions.
    private Tensor Sort(Lowering lowering, Tensor indices)
    {
        uint count = (uint)indices.Count;
        var pairs = new Shape((int)count, 2);
        Tensor sorted = lowering.Scratch(pairs, ElementType.Int32);
        lowering.LaunchLinear(SortIndicesBlocksKernel.Call(indices, sorted, count, (uint)_rows, block: SortBlock), count);
        for (long run = SortBlock; run < count; run *= 2)
        {
            Tensor merged = lowering.Scratch(pairs, ElementType.Int32);
            lowering.LaunchLinear(SortIndicesMergeKernel.Call(sorted, merged, count, (uint)run), count);
            sorted = merged;
        }
        return sorted;
    }
}

/// <summary>Looking rows up and adding them up, as methods of tensors.</summary>
public static class GatherRowsExtensions
{
    /// <summary>Rows of a table by index: <c>[..., width]</c>.</summary>
    /// <param name="table">The table, <c>[rows, width]</c>.</param>
    /// <param name="indices">Int32 <c>[...]</c>; an index outside the table reads its nearest row.</param>
    public static Tensor GatherRows(this Tensor table, Tensor indices) => table.Graph.Add(new GatherRowsOp(table, indices)).Output;

    /// <summary>Sums of the rows that share an index: <c>[rows, width]</c>.</summary>
    /// <param name="values">The rows, <c>[..., width]</c>.</param>
    /// <param name="indices">Int32 <c>[...]</c>; an index outside the table means its nearest row.</param>
    /// <param name="rows">Rows of the result.</param>
    public static Tensor ScatterAddRows(this Tensor values, Tensor indices, int rows) => values.Graph.Add(new ScatterAddRowsOp(values, indices, rows)).Output;
}
