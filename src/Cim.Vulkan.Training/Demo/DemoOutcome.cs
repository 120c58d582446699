namespace Cim.Vulkan.Training;

/// <summary>How a demo ended.</summary>
/// <param name="Folder">The demo's folder.</param>
/// <param name="Metrics">Its figures; null where it was stopped before its end.</param>
/// <param name="WasFinished">Whether an earlier start had finished it, so that nothing was left to do.</param>
public sealed record DemoOutcome(string Folder, DemoMetrics? Metrics, bool WasFinished)
{
    /// <summary>The page to open.</summary>
    public string ReportPath => System.IO.Path.Combine(Folder, DemoFolder.ReportFileName);

    /// <summary>The figures as JSON.</summary>
    public string MetricsPath => System.IO.Path.Combine(Folder, DemoFolder.MetricsFileName);
}
