using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.OpCases;

/// <summary>
/// Runs cases on a device. A case runs twice, without and with reuse of memory, with and without a preparation: the first run looks at guard bands and at
/// what was never written, the second must give the same bits.
/// </summary>
public sealed class OpCaseRunner
{
    private const int GuardBytes = 256;

    // A NaN: whoever reads what nobody wrote, or multiplies it by zero, shows it.
    private const uint Poison = 0x7FC0BEEF;

    private readonly GpuDevice _device;
    private readonly DeviceProfile _profile;

    /// <summary>Runs cases on a device.</summary>
    /// <param name="device">The device.</param>
    public OpCaseRunner(GpuDevice device)
    {
        _device = device;
        _profile = DeviceProfiles.Of(device.Capabilities);
    }

    /// <summary>Why the device does not have a case, or null where it has.</summary>
    /// <param name="opCase">The case.</param>
    public string? WhyNot(OpCase opCase) => opCase.WhyNot(_profile);

    /// <summary>Runs one case.</summary>
    /// <param name="opCase">The case.</param>
    public OpCaseResult Run(OpCase opCase)
    {
        var problems = new List<string>();
        bool withGradients = opCase.GradientTolerance > 0;
        var guarded = new CaseProgram(opCase, withGradients);
        Dictionary<string, byte[]> results = Execute(guarded, new PlannerOptions { GuardBytes = GuardBytes, ReuseMemory = false }, problems);
        var plain = new CaseProgram(opCase, withGradients);
        Dictionary<string, byte[]> again = Execute(plain, new PlannerOptions { PreparesSteadyWork = false }, problems);
        foreach ((string name, byte[] bytes) in results)
            if (!bytes.AsSpan().SequenceEqual(again[name])) problems.Add($"{name}: a second run gave other bits");
        double error = CompareOutputs(opCase, guarded, results, problems);
        double gradientError = withGradients ? new FiniteDifferences(opCase, guarded).Compare(results, problems) : 0;
        return new OpCaseResult(opCase, problems, error, gradientError, withGradients ? guarded.Differentiated.Count : 0);
    }

    private Dictionary<string, byte[]> Execute(CaseProgram program, PlannerOptions options, List<string> problems)
    {
        ExecutionPlan plan = program.Plan(_profile, options);
        foreach (Hazard hazard in HazardChecker.Check(plan)) problems.Add($"hazard: {hazard.Message}");
        using var memory = new PersistentMemory(_device);
        using Program loaded = Program.Load(memory, plan, new ProgramOptions { Name = "op case" });
        loaded.FillArena(Poison);
        loaded.BeginStep();
        program.Fill(loaded);
        loaded.Wait(loaded.Submit());
        if (options.GuardBytes > 0) CheckGuards(loaded, problems);
        return plan.Outputs.ToDictionary(output => output.Name, output => loaded.Read<byte>(output.Name));
    }

    private static void CheckGuards(Program program, List<string> problems)
    {
        foreach (IGrouping<int, ArenaTensor> buffer in program.Plan.Memory.ArenaTensors.Concat(program.Plan.Memory.PreparedTensors).GroupBy(tensor => tensor.Range.Buffer))
        {
            ReadOnlySpan<byte> bytes = program.ReadBuffer(buffer.Key);
            foreach (ArenaTensor tensor in buffer)
            {
                long end = (tensor.Range.OffsetBytes + tensor.Range.SizeBytes + 3) / 4 * 4;
                ReadOnlySpan<uint> guard = MemoryMarshal.Cast<byte, uint>(bytes.Slice((int)end, Math.Min(GuardBytes, bytes.Length - (int)end) / 4 * 4));
                if (guard.IndexOfAnyExcept(Poison) >= 0) problems.Add($"{tensor.Name}: something was written behind its end");
            }
        }
    }

    private static double CompareOutputs(OpCase opCase, CaseProgram program, Dictionary<string, byte[]> results, List<string> problems)
    {
        double[][] expected = opCase.Reference(opCase.Inputs.Select(input => input.ToDoubles()).ToArray());
        double worst = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double[] actual = Decode(results[$"output_{i}"], program.Outputs[i].ElementType);
            double error = RelativeError(actual, expected[i], out int at);
            worst = Math.Max(worst, error);
            if (!(error <= (opCase.IsExact ? 0 : opCase.Tolerance + RoundingOf(program.Outputs[i].ElementType))))
                problems.Add($"output {i} {program.Outputs[i].Shape}: error {error:E2} at {at}: expected {(at < 0 ? double.NaN : expected[i][at]):G7}, got {(at < 0 ? double.NaN : actual[at]):G7}");
        }
        return worst;
    }

    // A unit in the last place: what is computed in fp32 and in float64 may be rounded to different sides.
    private static double RoundingOf(ElementType type) => type == ElementType.Float16 ? 1.0 / 1024 : type == ElementType.BFloat16 ? 1.0 / 128 : 0;

    internal static double[] Decode(byte[] bytes, ElementType type) => type switch
    {
        ElementType.Float32 => Array.ConvertAll(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), value => (double)value),
        ElementType.Int32 => Array.ConvertAll(MemoryMarshal.Cast<byte, int>(bytes).ToArray(), value => (double)value),
        ElementType.UInt32 => Array.ConvertAll(MemoryMarshal.Cast<byte, uint>(bytes).ToArray(), value => (double)value),
        ElementType.Float16 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), value => (double)value),
        ElementType.BFloat16 => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(), bits => (double)BitConverter.UInt32BitsToSingle((uint)bits << 16)),
        _ => throw new NotSupportedException($"op cases: {type} outputs are not compared yet"),
    };

    /// <summary>Largest difference, relative to the largest expected magnitude or a scale above it; NaN where a value is not finite or a length differs.</summary>
    internal static double RelativeError(double[] actual, double[] expected, out int at, double leastScale = 1e-6)
    {
        at = -1;
        if (actual.Length != expected.Length) return double.NaN;
        double scale = Math.Max(expected.Select(Math.Abs).DefaultIfEmpty(0).Max(), leastScale), worst = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            double error = Math.Abs(actual[i] - expected[i]) / scale;
            if (error <= worst) continue;
            (worst, at) = (error, i);
            if (double.IsNaN(error)) return error;
        }
        return worst;
    }
}
