using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases;

/// <summary>
/// One op on one set of shapes. It drives everything: parity with the float64 reference, gradients against finite differences of that reference,
/// run-twice-equal, guard bands, and the benchmark row.
/// </summary>
/// <param name="Op">The op's name, such as <c>layer_norm</c>.</param>
/// <param name="Name">What tells the case from the op's other cases, such as <c>64x768</c>.</param>
/// <param name="Inputs">Operands with their values.</param>
/// <param name="Build">Builds the op on the operands' tensors, given in the order of <paramref name="Inputs"/>; returns its outputs.</param>
/// <param name="Reference">The same in float64: operands' values in, outputs' values out. Must not share code with the kernels.</param>
public sealed record OpCase(string Op, string Name, IReadOnlyList<CaseInput> Inputs, Func<Tensor[], Tensor[]> Build, Func<double[][], double[][]> Reference)
{
    /// <summary>Largest error of an output, relative to the output's largest magnitude.</summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>Largest error of a gradient, relative to its largest magnitude; 0 where the op has no gradient.</summary>
    public double GradientTolerance { get; init; } = 1e-3;

    /// <summary>Step of the central differences, relative to each value's magnitude (at least 1). The reference is float64, so it can be small.</summary>
    public double DifferenceStep { get; init; } = 1e-5;

    /// <summary>How many elements of each operand are checked against finite differences, spread evenly; all where there are fewer.</summary>
    public int DifferenceCount { get; init; } = 24;

    /// <summary>Values of step scalars by name; floats are passed as their bits.</summary>
    public IReadOnlyDictionary<string, uint> Scalars { get; init; } = new Dictionary<string, uint>();

    /// <summary>Whether the case is timed by <c>cim bench ops</c>.</summary>
    public bool IsBenchmark { get; init; }

    /// <summary>Whether float64 and float32 must agree exactly: integers, copies, choices.</summary>
    public bool IsExact { get; init; }

    /// <summary>Changes the device's profile to force the choice of a kernel, such as the GPU form on a CPU driver; null leaves it.</summary>
    public Func<DeviceProfile, DeviceProfile>? Profile { get; init; }

    /// <summary>Name of the forced choice, for tables; empty where the device chooses.</summary>
    public string Variant { get; init; } = "";

    /// <summary>What a device lacks for the forced choice, in words to follow its name; null, and none where it returns null.</summary>
    public Func<DeviceProfile, string?>? Lack { get; init; }

    /// <summary>In which type products take their operands.</summary>
    public Precision Precision { get; init; }

    /// <summary>Whether a device without matrix units for that type does not have the case.</summary>
    public bool NeedsMatrixUnits { get; init; }

    /// <summary>In which type updates keep a copy of the weights; null for that of the products.</summary>
    public Precision? WeightCopies { get; init; }

    /// <summary>Whether matrix units are left aside, as if the device had none.</summary>
    public bool LeavesMatrixUnitsAside { get; init; }

    /// <summary>Why a device does not have the case, or null where it has.</summary>
    /// <param name="profile">The device.</param>
    public string? WhyNot(DeviceProfile profile) => NeedsMatrixUnits && profile.MatrixOf(Precision) is null ? $"has no matrix units for {Precision}" : Lack?.Invoke(profile);

    /// <summary>The device as the case sees it.</summary>
    /// <param name="profile">The device.</param>
    public DeviceProfile On(DeviceProfile profile)
    {
        DeviceProfile seen = Profile?.Invoke(profile) ?? profile;
        return LeavesMatrixUnitsAside ? seen with { MatrixShapes = [] } : seen;
    }

    /// <summary>The case on a device whose matrix units are left aside.</summary>
    public OpCase WithoutMatrixUnits() => this with
    {
        LeavesMatrixUnitsAside = true,
        Variant = Variant.Length == 0 ? "without matrix units" : $"{Variant}, without matrix units",
    };

    /// <summary>
    /// The case with products in 16 bits. The operands are rounded to that type beforehand, so that the outputs of a plain product still agree with float64
    /// to the last bits; in gradients, products meet operands that are rounded on the way.
    /// </summary>
    /// <param name="precision">The type.</param>
    public OpCase On(Precision precision) => this with
    {
        Precision = precision,
        Variant = precision == Precision.Float16 ? "fp16" : "bf16",
        Inputs = Inputs.Select(input => input.RoundedTo(precision)).ToArray(),
        GradientTolerance = GradientTolerance == 0 ? 0 : precision == Precision.Float16 ? 2e-3 : 1.6e-2,
    };

    /// <inheritdoc/>
    public override string ToString() => Variant.Length > 0 ? $"{Op} {Name} ({Variant})" : $"{Op} {Name}";
}

/// <summary>One operand of a case. Its values are drawn when they are first asked for, so that thousands of cases cost nothing until they run.</summary>
public sealed class CaseInput
{
    private readonly Lazy<float[]>? _floats;
    private readonly Lazy<int[]>? _integers;

    private CaseInput(string name, Shape shape, Func<float[]>? floats, Func<int[]>? integers, bool isDifferentiated)
    {
        (Name, Shape, IsDifferentiated) = (name, shape, isDifferentiated);
        _floats = floats is null ? null : new Lazy<float[]>(floats);
        _integers = integers is null ? null : new Lazy<int[]>(integers);
    }

    /// <summary>The operand's name.</summary>
    public string Name { get; }

    /// <summary>Axis lengths.</summary>
    public Shape Shape { get; }

    /// <summary>Whether its gradient is checked.</summary>
    public bool IsDifferentiated { get; }

    /// <summary>Float or integer operand.</summary>
    public bool IsFloat => _floats is not null;

    /// <summary>Values, for float operands; else null.</summary>
    public float[]? Floats => _floats?.Value;

    /// <summary>Values, for integer operands; else null.</summary>
    public int[]? Integers => _integers?.Value;

    /// <summary>A float operand with normally distributed values, whose gradient is checked.</summary>
    /// <param name="name">Also keys the values: another name, other values.</param>
    /// <param name="shape">Axis lengths.</param>
    /// <param name="scale">Standard deviation.</param>
    /// <param name="offset">Mean.</param>
    /// <param name="differentiated">Whether its gradient is checked.</param>
    public static CaseInput Normal(string name, Shape shape, float scale = 1f, float offset = 0f, bool differentiated = true)
    {
        float[] Draw()
        {
            var values = new float[shape.Count];
            Initializer.Normal(scale).Fill(seed: 17, name + shape, values);
            for (int i = 0; i < values.Length; i++) values[i] += offset;
            return values;
        }
        return new CaseInput(name, shape, Draw, null, differentiated);
    }

    /// <summary>A float operand with values spread evenly over a range.</summary>
    /// <param name="name">Also keys the values.</param>
    /// <param name="shape">Axis lengths.</param>
    /// <param name="low">Smallest value.</param>
    /// <param name="high">Largest value.</param>
    /// <param name="differentiated">Whether its gradient is checked.</param>
    public static CaseInput Uniform(string name, Shape shape, float low, float high, bool differentiated = true)
    {
        uint stream = (uint)name.Length * 131 + (uint)shape.Count;
        float[] Draw()
        {
            var values = new float[shape.Count];
            for (int i = 0; i < values.Length; i++) values[i] = low + ((high - low) * Philox.ToUnit(Philox.Draw(29, (uint)i, 0, 0, stream).X));
            return values;
        }
        return new CaseInput(name, shape, Draw, null, differentiated);
    }

    /// <summary>A float operand with given values.</summary>
    /// <param name="name">The operand's name.</param>
    /// <param name="shape">Axis lengths.</param>
    /// <param name="values">All elements.</param>
    /// <param name="differentiated">Whether its gradient is checked.</param>
    public static CaseInput Of(string name, Shape shape, float[] values, bool differentiated = true) => new(name, shape, () => values, null, differentiated);

    /// <summary>An integer operand with values spread over [0, <paramref name="limit"/>).</summary>
    /// <param name="name">Also keys the values.</param>
    /// <param name="shape">Axis lengths.</param>
    /// <param name="limit">Exclusive upper end.</param>
    public static CaseInput Integer(string name, Shape shape, int limit)
    {
        uint stream = (uint)name.Length * 131 + (uint)shape.Count;
        int[] Draw()
        {
            var values = new int[shape.Count];
            for (int i = 0; i < values.Length; i++) values[i] = (int)(Philox.Draw(31, (uint)i, 0, 0, stream).X % (uint)limit);
            return values;
        }
        return new CaseInput(name, shape, null, Draw, false);
    }

    /// <summary>An integer operand with given values.</summary>
    /// <param name="name">The operand's name.</param>
    /// <param name="shape">Axis lengths.</param>
    /// <param name="values">All elements.</param>
    public static CaseInput Of(string name, Shape shape, int[] values) => new(name, shape, null, () => values, false);

    /// <summary>The operand with its values rounded to nearest in a 16-bit type.</summary>
    /// <param name="precision">The type.</param>
    public CaseInput RoundedTo(Precision precision) => IsFloat ? Select(value => Rounded(value, precision)) : this;

    /// <summary>The float operand with every value changed.</summary>
    /// <param name="change">Value in, value out.</param>
    public CaseInput Select(Converter<float, float> change) => new(Name, Shape, () => Array.ConvertAll(Floats!, change), null, IsDifferentiated);

    /// <summary>A value rounded to nearest in a type.</summary>
    /// <param name="value">The value.</param>
    /// <param name="precision">The type.</param>
    public static float Rounded(float value, Precision precision)
    {
        if (precision == Precision.Float16) return (float)(Half)value;
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return precision == Precision.Float32 ? value : BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }

    /// <summary>The values as float64, for the reference.</summary>
    public double[] ToDoubles() => IsFloat ? Array.ConvertAll(Floats!, value => (double)value) : Array.ConvertAll(Integers!, value => (double)value);
}

/// <summary>All cases of one op. A public class with this interface and a parameterless constructor is found by itself.</summary>
public interface IOpCases
{
    /// <summary>The cases.</summary>
    IEnumerable<OpCase> Cases();
}
