using System;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Position of the largest output of a linear layer, the first where several are equal: the arg-max of x weightᵀ + bias, without its ever lying in memory.
/// Int32; has no gradient.
/// </summary>
public sealed class LinearArgMaxOp : Op
{
    /// <summary>Finds the largest outputs.</summary>
    /// <param name="input"><c>[rows, in]</c>, or feature maps <c>[batch, in, positions]</c>.</param>
    /// <param name="weight"><c>[out, in]</c></param>
    /// <param name="bias"><c>[out]</c>, or null.</param>
    /// <exception cref="ArgumentException">Shapes do not match.</exception>
    public LinearArgMaxOp(Tensor input, Tensor weight, Tensor? bias)
        : base("linear_arg_max", new[] { input, weight, bias }.OfType<Tensor>().ToArray(), new TensorSpec(OutputShape(input.Shape, weight.Shape), ElementType.Int32))
    {
        foreach (Tensor operand in Inputs)
            if (operand.ElementType != ElementType.Float32) throw Mismatch(Name, $"operands must be Float32, got {operand.ElementType} for {operand}");
        if (bias is not null && bias.Shape != new Shape(weight.Shape[0]))
            throw Mismatch(Name, $"bias must be [{weight.Shape[0]}] to match weight {weight.Shape}, got {bias.Shape}");
    }

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => input == 0;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Shape input = Inputs[0].Shape;
        bool isMap = input.Rank == 3;
        int inputs = Inputs[1].Shape[1];
        long columns = isMap ? input[2] : input[0];
        ArgMaxProduct.Launch(lowering, new MatmulProblem
        {
            Layout = isMap ? MatmulLayout.Nn : MatmulLayout.Nt,
            M = Inputs[1].Shape[0],
            N = columns,
            K = inputs,
            OuterCount = isMap ? input[0] : 1,
            A = new MatmulOperand(Inputs[1], inputs),
            B = isMap ? new MatmulOperand(Inputs[0], columns, inputs * columns) : new MatmulOperand(Inputs[0], inputs),
            C = new MatmulOperand(Output, columns, columns),
            Bias = Inputs.Count > 2 ? Inputs[2] : null,
            BiasPerRow = true,
        });
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";

    private static Shape OutputShape(Shape input, Shape weight)
    {
        if (weight.Rank != 2) throw Mismatch("linear_arg_max", $"weight must be [out, in], got {weight}");
        if (input.Rank is < 2 or > 3 || input[1] != weight[1])
            throw Mismatch("linear_arg_max", $"input must be [rows, {weight[1]}] or [batch, {weight[1]}, positions] to match weight {weight}, got {input}");
        return input.Rank == 2 ? new Shape(input[0]) : new Shape(input[0], input[2]);
    }
}

/// <summary>The arg-max of linear layers as methods of tensors.</summary>
public static class LinearArgMaxExtensions
{
    /// <summary>Position of the largest of input weightᵀ + bias along the last axis, the first where several are equal; Int32 <c>[...]</c>.</summary>
    /// <param name="input"><c>[..., in]</c></param>
    /// <param name="weight"><c>[out, in]</c></param>
    /// <param name="bias"><c>[out]</c>, or null.</param>
    /// <exception cref="ArgumentException">Shapes do not match.</exception>
    public static Tensor LinearArgMax(this Tensor input, Tensor weight, Tensor? bias = null)
    {
        if (input.Shape.Rank == 0) throw new ArgumentException("linear_arg_max: the input must have an axis, got a scalar", nameof(input));
        Tensor result = input.Graph.Add(new LinearArgMaxOp(input.Reshape(-1, input.Shape[-1]), weight, bias)).Output;
        return result.Reshape(Rows.Without(input.Shape, -1));
    }

    /// <summary>The largest channel that a 1 x 1 convolution would give each grid position, the first where several are equal; Int32 <c>[batch, height * width]</c>.</summary>
    /// <param name="input"><c>[batch, in, height, width]</c></param>
    /// <param name="weight"><c>[out, in]</c></param>
    /// <param name="bias"><c>[out]</c>, or null.</param>
    /// <exception cref="ArgumentException">Shapes do not match.</exception>
    public static Tensor LinearArgMaxChannels(this Tensor input, Tensor weight, Tensor? bias = null) => input.Shape.Rank == 4
        ? input.Graph.Add(new LinearArgMaxOp(input.Reshape(input.Shape[0], input.Shape[1], input.Shape[2] * input.Shape[3]), weight, bias)).Output
        : throw new ArgumentException($"linear_arg_max: input must be [batch, in, height, width], got {input.Shape}", nameof(input));
}
