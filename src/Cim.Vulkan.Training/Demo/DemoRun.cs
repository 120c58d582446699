using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Cim.Vulkan.Data;
using Cim.Vulkan.Device;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>
/// The whole of CIM in one go, to see it work: tokenizer, pre-training by RevDet and by ResPix, probe, report. What <c>cim demo</c> calls.
/// A demo that was stopped goes on where it was, and one that is finished is not run again.
/// </summary>
public sealed class DemoRun
{
    private const int WindowSteps = 50, FirstSteps = 5, LinesPerRun = 25;

    private readonly GpuDevice _device;
    private readonly DemoOptions _options;
    private readonly DemoPlan _plan;
    private readonly DemoFolder _folder;
    private readonly JobStart _start;
    private readonly CancellationToken _cancellation;

    private DemoRun(GpuDevice device, DemoOptions options, DemoPlan plan, DemoFolder folder, IRunObserver view, CancellationToken cancellation)
    {
        (_device, _options, _plan, _folder, _cancellation) = (device, options, plan, folder, cancellation);
        _start = new JobStart(Resume: false, StopAfter: null, view.Noted) { Observers = [new FewerLines(view, LinesPerRun)] };
    }

    private string TokenizerPath => _plan.RevDet.Tokenizer;

    private string TokenizerGridPath => Path.Combine(_plan.Tokenizer.Out, "pictures.png");

    /// <summary>Runs or goes on with a demo.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="options">What is run.</param>
    /// <param name="view">Is told what happens; its <see cref="IRunObserver.Noted"/> takes lines for the user.</param>
    /// <param name="cancellation">Stops after the step under way, with a checkpoint.</param>
    /// <exception cref="OptionsException">The options cannot be run, or the folder holds something else.</exception>
    /// <exception cref="DatasetException">The pictures cannot be used.</exception>
    public static DemoOutcome Run(GpuDevice device, DemoOptions options, IRunObserver view, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        string[] problems = options.Validate().ToArray();
        if (problems.Length > 0) throw new OptionsException(problems);
        return Run(device, options, DemoPlan.Of(options), view, cancellation);
    }

    internal static DemoOutcome Run(GpuDevice device, DemoOptions options, DemoPlan plan, IRunObserver view, CancellationToken cancellation)
    {
        // Looked at first: a mistyped path leaves no folder behind.
        _ = DatasetLocator.Open(options.Data);
        using DemoFolder folder = DemoFolder.Open(new PhysicalFileSystem(), options);
        return folder.Finished is { } finished ? new DemoOutcome(options.Out, finished, WasFinished: true) : new DemoRun(device, options, plan, folder, view, cancellation).Execute();
    }

    private DemoOutcome Execute()
    {
        var clock = Stopwatch.StartNew();
        try
        {
            bool isTrained = ProvideTokenizer() && Pretrain("2 of 4: RevDet, spotting replaced patches", _plan.RevDet) && Pretrain("3 of 4: ResPix, restoring pixels", _plan.ResPix);
            if (!isTrained) return Stopped();
            TokenizerQuality tokenizer = MeasureTokenizer();
            DemoMetrics metrics = Measure(tokenizer, Probe()) with { Seconds = Math.Round(clock.Elapsed.TotalSeconds, 1) };
            DemoReport.Write(_folder.ReportPath, metrics, _plan, TokenizerGridPath);
            AtomicFiles.WriteText(_folder.FileSystem, _folder.MetricsPath, JsonSerializer.Serialize(metrics, DemoJson.Default.DemoMetrics) + "\n");
            return new DemoOutcome(_options.Out, metrics, WasFinished: false);
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            return Stopped();
        }
    }

    private DemoOutcome Stopped() => new(_options.Out, null, WasFinished: false);

    private JobStart StartOf(RunOptions run) => _start with { Resume = Directory.Exists(run.Out) };

    private bool ProvideTokenizer()
    {
        _start.Log($"1 of 4: the tokenizer, {(_options.TrainTokenizer ? "trained on these pictures" : "as it comes with the program")}");
        if (File.Exists(TokenizerPath)) return true;
        if (_options.TrainTokenizer) return TrainingJobs.TrainTokenizer(_device, _plan.Tokenizer, StartOf(_plan.Tokenizer), _cancellation).IsComplete;
        _folder.FileSystem.CreateFolder(_plan.Tokenizer.Out);
        BuiltInTokenizer.Write(_folder.FileSystem, TokenizerPath);
        return true;
    }

    private bool Pretrain(string title, CimPretrainOptions options)
    {
        _start.Log(title);
        return File.Exists(Path.Combine(options.Out, PretrainedEnhancer.FileName)) || TrainingJobs.Pretrain(_device, options, StartOf(options), _cancellation).IsComplete;
    }

    // Pictures that were set apart where there are some; the built-in tokenizer has seen none of a user's pictures anyway.
    private TokenizerQuality MeasureTokenizer()
    {
        _start.Log("4 of 4: measuring the tokenizer and the encoder's features");
        ImageSource heldOut = EvaluationSplit.TryOpen(_plan.RevDet.Data) ?? DatasetLocator.Open(_plan.RevDet.Data);
        using WeightsFile tokenizer = TokenizerFile.Open(TokenizerPath);
        return TokenizerMeasurement.Measure(_device, tokenizer, heldOut, _plan.RevDet.TokenizerImageSize, _plan.HeldOutPictures, TokenizerGridPath);
    }

    private DemoProbeMetrics? Probe()
    {
        if (DatasetLocator.Open(_plan.RevDet.Data).ClassNames.Count < 2)
        {
            _start.Log("no probe: the pictures have no classes");
            return null;
        }
        var options = new ProbeOptions { Enhancer = _plan.RevDet.Out, Data = _plan.RevDet.Data, Pictures = _plan.ProbePictures };
        ProbeReport report = EnhancerProbe.Run(_device, options, _start.Log, _cancellation);
        return new DemoProbeMetrics(report.PretrainedAccuracy, report.RandomAccuracy, report.PretrainedKnnAccuracy, report.RandomKnnAccuracy, report.ChanceAccuracy);
    }

    private DemoMetrics Measure(TokenizerQuality tokenizer, DemoProbeMetrics? probe)
    {
        MetricsHistory revDet = HistoryOf(_plan.RevDet), resPix = HistoryOf(_plan.ResPix);
        using WeightsFile file = TokenizerFile.Open(TokenizerPath);
        DiscreteVaeOptions sizes = TokenizerFile.OptionsOf(file);
        DeviceCapabilities capabilities = _device.Capabilities;
        return new DemoMetrics
        {
            Tokenizer = new DemoTokenizerMetrics(Finite(tokenizer.PsnrDecibels), tokenizer.CodesUsed, sizes.VocabularySize, tokenizer.Pictures, HeldOut: !_options.TrainTokenizer || EvaluationSplit.TryOpen(_plan.RevDet.Data) is not null),
            Generator = new DemoGeneratorMetrics(revDet.Find("maskedAccuracy").MeanOfLast(WindowSteps), Finite(CodeCounts.Read(_plan.RevDet.Out)?.MostFrequentShare ?? tokenizer.MostFrequentShare)),
            RevDet = new DemoRevDetMetrics(revDet.Find("auc").MeanOfLast(WindowSteps)),
            ResPix = new DemoResPixMetrics(resPix.Find("enhancerLoss").MeanOfFirst(FirstSteps), resPix.Find("enhancerLoss").MeanOfLast(WindowSteps)),
            Probe = probe,
            ImagesPerSecond = revDet.Find("imagesPerSecond").Median,
            Device = capabilities.Name,
            Driver = $"{capabilities.DriverName} {capabilities.DriverInfo}".Trim(),
        };
    }

    private static MetricsHistory HistoryOf(RunOptions run) => MetricsHistory.Read(Path.Combine(run.Out, MetricsFile.Name));

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
