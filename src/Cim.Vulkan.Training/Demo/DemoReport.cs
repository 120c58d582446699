using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Training;

/// <summary>The page of a demo: what CIM is, what this demo measured, and both runs.</summary>
internal static class DemoReport
{
    private const string Intro =
        "Corrupted Image Modeling teaches a vision encoder without any labels. A tokenizer writes each picture as a grid of code words. Some of them are hidden, a small generator " +
        "guesses what stood there, and the tokenizer paints the guesses back into the picture: plausible, but not quite right. The encoder then learns by finding the patches that were " +
        "replaced (RevDet), or by restoring the original pixels (ResPix). What it has to understand for that is what later tasks need.";

    /// <summary>Writes the page.</summary>
    /// <param name="path">The HTML file.</param>
    /// <param name="metrics">What was measured.</param>
    /// <param name="plan">The trainings.</param>
    /// <param name="tokenizerGrid">Pictures above what their tokens say.</param>
    public static void Write(string path, DemoMetrics metrics, DemoPlan plan, string tokenizerGrid)
    {
        string[] findings =
        [
            "Means over the last 50 steps of each training, on pictures that both networks had mostly not seen before; tokenizer and probe on pictures set apart where the data has a part for that.",
            "A probe asks how far a linear classifier gets on the encoder's frozen features. After a demo this short it stays near the untrained encoder: real pre-training takes thousands of times more pictures.",
        ];
        ReportSection[] sections =
        [
            new ReportSection("What this demo measured", findings, DemoSummary.Rows(metrics).ToList()),
            new ReportSection("What the tokenizer keeps", ["Above the pictures as they are, below what is left when each patch is one code word: the alphabet in which the generator guesses."], [])
            {
                PicturePath = tokenizerGrid,
                PictureCaption = "Originals above, decoded from their tokens below.",
            },
        ];
        List<RunReport> runs = [RunReportReader.Read(plan.RevDet.Out), RunReportReader.Read(plan.ResPix.Out)];
        ReportPage.Write(path, "Corrupted Image Modeling: a demo", Intro, runs, sections);
    }
}
