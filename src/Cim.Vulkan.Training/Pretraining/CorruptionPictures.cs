using System;
using Cim.Vulkan.Data;
using Cim.Vulkan.Graph;
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
    private readonly CimStepGraph _forward;
    private readonly Program _program;
    private readonly float[] _image;
    private readonly float[] _tokenizerImage;
    private readonly int[] _positions;

    /// <summary>Takes a batch's first picture with its mask.</summary>
    public CorruptionPictures(PersistentMemory memory, DeviceProfile profile, CimModels models, CimPretrainOptions options, ImageBatch batch)
    {
        _options = options with { Batch = Samples };
        _image = batch.Images[..(3 * batch.ImageSize * batch.ImageSize)];
        _tokenizerImage = batch.TokenizerImages[..(3 * batch.TokenizerSize * batch.TokenizerSize)];
        _positions = batch.MaskedPositions[..batch.MaskedCount].ToArray();
        _forward = new CimStepGraph(models, _options, batch.MaskedCount);
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
        return CimPictures.DrawCorruptions(_options, _image, _positions, _program.Read<float>("corrupted_images"));
    }

    public void Dispose() => _program.Dispose();

    private void Repeat<T>(ReadOnlySpan<T> values, string input)
        where T : unmanaged
    {
        Span<T> target = _program.Input<T>(input);
        for (int i = 0; i < Samples; i++) values.CopyTo(target[(i * values.Length)..]);
    }
}
