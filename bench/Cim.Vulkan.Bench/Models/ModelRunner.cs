using System;
using System.Diagnostics;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Bench;

/// <summary>
/// Times one network with one set of random weights. The first picture of every batch must come out as from a second plan of the same graph, made with
/// the kernels that the device would not choose.
/// </summary>
internal sealed class ModelRunner : IDisposable
{
    private const ulong Seed = 1;
    private const string OutputName = "output";

    private readonly GpuDevice _device;
    private readonly BenchModel _model;
    private readonly PersistentMemory _memory;
    private readonly DeviceProfile _profile;
    private readonly ParameterSet _parameters;
    private readonly Func<Tensor, Tensor> _forward;
    private float[]? _expected;

    /// <summary>Declares the network; memory is taken with the first run.</summary>
    public ModelRunner(GpuDevice device, BenchModel model)
    {
        (_device, _model) = (device, model);
        _memory = new PersistentMemory(device);
        _profile = DeviceProfiles.Of(device.Capabilities);
        _parameters = new ParameterSet(model.Name);
        _forward = model.Declare(_parameters);
    }

    /// <summary>The largest of a batch and its halves that fits, by its plan and the free memory; 1 where none does.</summary>
    /// <param name="batch">Pictures, a power of two.</param>
    public int LargestFitting(int batch)
    {
        while (batch > 1 && !Fits(batch)) batch /= 2;
        return batch;
    }

    /// <summary>Validates and times a batch.</summary>
    /// <param name="batch">Pictures.</param>
    /// <param name="roof">What the device can do at most.</param>
    public BenchRow Run(int batch, DeviceRoof roof)
    {
        var row = new BenchRow(_model.Name, _model.CaseOf(batch), "", double.NaN, BenchRow.Ok) { Images = batch, Parameters = _parameters.Count };
        try
        {
            _expected ??= Expect();
            ModelInput input = _model.Input(batch);
            ExecutionPlan plan = Plan(input, _profile);
            using Program program = Load(plan, row.Case);
            double Step() => RunOnce(program, input);
            Step();
            ModelCheck check = ModelCheck.Of(program.Read<float>(OutputName), _expected);
            row = row with { MaxError = check.Error };
            if (check.Problem is not null) return row with { Status = BenchRow.Wrong, Reason = check.Problem };
            OpTimer.WarmUp(Step);
            return PlanWork.Describe(row with { Samples = OpTimer.Measure(Step) }, plan, roof);
        }
        catch (Exception error) when (IsUnsupported(error))
        {
            return row with { Status = BenchRow.Unsupported, Reason = error.Message };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    private static bool IsUnsupported(Exception error) => error is NotSupportedException or DeviceMemoryException or OverflowException;

    private bool Fits(int batch)
    {
        try
        {
            return Plan(_model.Input(batch), _profile).Memory.TotalBytes <= _device.FreeBytes(MemoryDomain.Device);
        }
        catch (Exception error) when (IsUnsupported(error))
        {
            return false;
        }
    }

    // One picture suffices: the same weights, the same first picture.
    private float[] Expect()
    {
        ModelInput input = _model.Input(1);
        ExecutionPlan plan = Plan(input, _profile with { IsCpu = !_profile.IsCpu });
        _memory.Initialize(_parameters, Seed);
        using Program program = Load(plan, "other form");
        RunOnce(program, input);
        return program.Read<float>(OutputName);
    }

    private ExecutionPlan Plan(ModelInput input, DeviceProfile profile)
    {
        var graph = new TensorGraph();
        graph.Output(OutputName, _forward(input.Declare(graph)));
        return Planner.Plan(graph, profile);
    }

    private Program Load(ExecutionPlan plan, string what) => Program.Load(_memory, plan, new ProgramOptions { Name = $"{_model.Name} {what}" });

    private static double RunOnce(Program program, ModelInput input)
    {
        program.BeginStep();
        if (input.Floats is not null) input.Floats.CopyTo(program.Input<float>(ModelInput.Name));
        else input.Integers.CopyTo(program.Input<int>(ModelInput.Name));
        long start = Stopwatch.GetTimestamp();
        StepTicket ticket = program.Submit();
        program.Wait(ticket);
        double wall = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return program.Device.Capabilities.Limits.TimestampValidBits > 0 ? program.DeviceMilliseconds(ticket) : wall;
    }
}
