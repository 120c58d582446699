using System;
using Cim.Vulkan.Data;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>
/// Shows what the generator makes of one picture: original | masked | five samples, decoded. The same picture each time, so that its corruptions can
/// be compared through training. A forward pass of its own with its own draws: training does not notice.
/// </summary>
internal sealed class CorruptionPictures : IDisposable
{
    /// <summary>Corruptions of the picture.</summary>
    public const int Samples = 5;

    // Any other seed than the run's.
    private const ulong SeedOffset = 0x9E3779B97F4A7C15;

    private readonly CimPretrainOptions _options;
    private readonly PaintingGraph _forward;
    private readonly Program _program;
    private readonly float[] _image;
    private readonly float[] _tokenizerImage;
    private readonly int[] _positions;

    /// <summary>Takes a batch's first picture with its mask.</summary>
    /// <param name="memory">Holds the parameters.</param>
    /// <param name="profile">The device.</param>
    /// <param name="tokenizer">Paints.</param>
    /// <param name="generator">Guesses.</param>
    /// <param name="options">Of the run.</param>
    /// <param name="batch">Its first picture is shown.</param>
    public CorruptionPictures(PersistentMemory memory, DeviceProfile profile, DiscreteVae tokenizer, Beit generator, CimPretrainOptions options, ImageBatch batch)
    {
        _options = options with { Batch = Samples };
        _image = batch.Images[..(3 * batch.ImageSize * batch.ImageSize)];
        _tokenizerImage = batch.TokenizerImages[..(3 * batch.TokenizerSize * batch.TokenizerSize)];
        _positions = batch.MaskedPositions[..batch.MaskedCount].ToArray();
        _forward = new PaintingGraph(tokenizer, generator, _options, batch.MaskedCount);
        _program = Program.Load(memory, Planner.Plan(_forward.Graph, profile), new ProgramOptions { Name = "CIM corruptions" });
    }

    /// <summary>Draws new samples from the generator as it is now.</summary>
    public ImageGrid Draw(long step)
    {
        _program.BeginStep();
        Repeat<float>(_image, "images");
        if (_program.HasInput("tokenizer_images")) Repeat<float>(_tokenizerImage, "tokenizer_images");
        Repeat<int>(_positions, "masked_positions");
        _program.SetStep(unchecked(_options.Seed + SeedOffset), (uint)step);
        if (_forward.SamplingTemperature is { } temperature) _program.Set(temperature, (float)_options.SamplingTemperature);
        _program.Wait(_program.Submit());
        return PretrainPictures.DrawCorruptions(_options, _image, _positions, _program.Read<float>("corrupted_images"));
    }

    public void Dispose() => _program.Dispose();

    private void Repeat<T>(ReadOnlySpan<T> values, string input)
        where T : unmanaged
    {
        Span<T> target = _program.Input<T>(input);
        for (int i = 0; i < Samples; i++) values.CopyTo(target[(i * values.Length)..]);
    }
}

/// <summary>The part of a step that paints: a generator's guesses for the hidden patches of pictures, decoded.</summary>
internal sealed class PaintingGraph
{
    public PaintingGraph(DiscreteVae tokenizer, Beit generator, CimPretrainOptions options, int maskedCount)
    {
        int batch = options.Batch, size = options.ImageSize, tokenizerSize = options.TokenizerImageSize;
        Tensor images = Graph.Input("images", new Shape(batch, 3, size, size));
        Tensor tokenizerImages = tokenizerSize == size ? images : Graph.Input("tokenizer_images", new Shape(batch, 3, tokenizerSize, tokenizerSize));
        Tensor masked = Graph.Input("masked_positions", new Shape(batch, maskedCount), ElementType.Int32);
        if (options.TokenChoice == TokenChoice.Sample && options.SamplingTemperature != 1) SamplingTemperature = Graph.Scalars.Declare("sampling_temperature");
        Tensor golden = TokenStages.GoldenTokens(tokenizer, tokenizerImages);
        Tensor guessed = TokenStages.Choose(generator.Forward(PretrainStepGraph.Normalize(images), masked), masked, options.TokenChoice, SamplingTemperature);
        // Filled whether or not anything is drawn by lot.
        _ = Graph.Scalars;
        Graph.Output("corrupted_images", TokenStages.Decode(tokenizer, golden.ScatterIntoTokens(masked, guessed), options));
    }

    /// <summary>The description.</summary>
    public TensorGraph Graph { get; } = new();

    /// <summary>Temperature of sampling, to be set before each draw; null where it is 1.</summary>
    public StepScalar? SamplingTemperature { get; }
}
