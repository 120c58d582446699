using System;
using Cim.Vulkan.Data;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>How good a tokenizer is with hard tokens, as CIM uses it.</summary>
/// <param name="PsnrDecibels">Peak signal-to-noise ratio of pictures decoded from their arg-max tokens, of the mean squared error over all pictures.</param>
/// <param name="CodesUsed">Codes that occur at all.</param>
/// <param name="Perplexity">Effective number of codes.</param>
/// <param name="MostFrequentShare">Share of the most frequent code: what a constant guess would hit.</param>
/// <param name="Pictures">Pictures that were looked at.</param>
public sealed record TokenizerQuality(double PsnrDecibels, int CodesUsed, double Perplexity, double MostFrequentShare, int Pictures);

/// <summary>Encodes pictures to hard tokens and back.</summary>
internal sealed class TokenizerEvaluation : IDisposable
{
    private readonly Program _program;
    private readonly int _vocabularySize;
    private readonly int _batch;

    public TokenizerEvaluation(PersistentMemory memory, DeviceProfile profile, DiscreteVae tokenizer, int batch, int imageSize)
    {
        _vocabularySize = tokenizer.Options.VocabularySize;
        _batch = batch;
        var graph = new TensorGraph();
        Tensor images = graph.Input("images", new Shape(batch, 3, imageSize, imageSize));
        Tensor tokens = tokenizer.EncodeTokens(images.MapPixels());
        int side = imageSize / tokenizer.Options.Downsampling;
        graph.Output("tokens", tokens);
        graph.Output("decoded", tokenizer.DecodeTokens(tokens.Reshape(batch, side, side)).LaplaceMeanImage());
        _program = Program.Load(memory, Planner.Plan(graph, profile), new ProgramOptions { Name = "tokenizer evaluation" });
    }

    /// <summary>Decoded pictures of a batch, in [0, 1], and their tokens.</summary>
    public (float[] Decoded, int[] Tokens) Run(ImageBatch batch)
    {
        _program.BeginStep();
        batch.Images.CopyTo(_program.Input<float>("images"));
        _program.Wait(_program.Submit());
        return (_program.Read<float>("decoded"), _program.Read<int>("tokens"));
    }

    /// <summary>Looks at so many batches of a loader, from the start of its first epoch.</summary>
    public TokenizerQuality Measure(BatchLoader loader, int batches, out CodeUsage usage)
    {
        usage = new CodeUsage(_vocabularySize);
        double squares = 0;
        long values = 0;
        loader.StartAt(0, 0);
        for (int i = 0; i < batches; i++)
        {
            ImageBatch batch = loader.Next();
            (float[] decoded, int[] tokens) = Run(batch);
            usage.Add(tokens);
            for (int j = 0; j < decoded.Length; j++) squares += Math.Pow(decoded[j] - batch.Images[j], 2);
            values += decoded.Length;
        }
        return new TokenizerQuality(Psnr.OfMeanSquaredError(squares / values), usage.UsedCodes, usage.Perplexity, usage.MostFrequentShare, batches * _batch);
    }

    public void Dispose() => _program.Dispose();
}
