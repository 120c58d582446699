using System.IO;
using System.Linq;
using Cim.Vulkan.Data;

namespace Cim.Vulkan.Training.Tests.Reports;

/// <summary>Folders of runs as they are found: made by hand, whole or damaged.</summary>
internal static class RunFolderBuilder
{
    public const string RevDetLine = """{"step":STEP,"generatorLoss":4.5,"maskedAccuracy":0.2,"enhancerLoss":0.66,"generatorGradientNorm":1.5,"enhancerGradientNorm":0.4,"learningRate":1e-3,"skippedSteps":0,"auc":0.71,"replacedShare":0.5,"imagesPerSecond":40,"deviceMilliseconds":900,"deviceShare":0.97,"epoch":0.5}""";
    public const string TokenizerLine = """{"step":STEP,"loss":-0.7,"likelihood":-0.2,"divergence":0.1,"usageEntropy":5.4,"gradientNorm":0.2,"temperature":0.9,"learningRate":0.003,"skippedSteps":0,"imagesPerSecond":30,"deviceMilliseconds":1500,"deviceShare":0.99,"epoch":0.1}""";

    public static string Make(TemporaryFolder folder, string name, string kind, string options, string line, int lines)
    {
        string path = Directory.CreateDirectory(folder.File(name)).FullName;
        File.WriteAllText(Path.Combine(path, "run.json"), $$"""{"kind":"{{kind}}","options":{{options}}}""");
        File.WriteAllLines(Path.Combine(path, "metrics.jsonl"), Enumerable.Range(1, lines).Select(step => line.Replace("STEP", $"{step}", System.StringComparison.Ordinal)));
        return path;
    }

    public static string RevDet(TemporaryFolder folder, string name = "run", int lines = 40) =>
        Make(folder, name, CimPretrainOptions.Kind, """{"objective":"RevDet","steps":100,"batch":32,"accumulate":1,"imageSize":32,"patchSize":4,"enhancer":{"width":96,"depth":4,"heads":4},"generator":{"width":96,"depth":2}}""", RevDetLine, lines);

    public static void AddGrid(string run, string name, int rows, int columns)
    {
        string folder = Directory.CreateDirectory(Path.Combine(run, "grids")).FullName;
        var grid = new ImageGrid(rows, columns, 64, 64);
        grid.SetHeatMap(0, 0, [0, 0.5f, 0.8f, 1], 2, 2);
        File.WriteAllBytes(Path.Combine(folder, name), grid.ToPng());
    }
}
