using System;
using System.IO;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>An encoder that is to be exported, wherever it lies; its weights are read one by one and need no device.</summary>
internal sealed class ExportSource : IDisposable
{
    private readonly IDisposable _file;
    private readonly Func<Parameter, float[]> _read;

    private ExportSource(IDisposable file, Func<Parameter, float[]> read, IVisionEncoder trunk, EncoderDescription description, CimPretrainOptions? options)
    {
        (_file, _read, Trunk, Description, Options) = (file, read, trunk, description, options);
    }

    /// <summary>The network, with the head's parameters in its set where it has one.</summary>
    public IVisionEncoder Trunk { get; }

    /// <summary>What the network is.</summary>
    public EncoderDescription Description { get; }

    /// <summary>The options of the run that trained it; null where the file does not tell.</summary>
    public CimPretrainOptions? Options { get; }

    /// <summary>The network with its head; null where it was opened without.</summary>
    public Enhancer? Enhancer { get; private init; }

    /// <summary>Opens an encoder.</summary>
    /// <param name="path">A run's folder, a checkpoint's, or a file of weights.</param>
    /// <exception cref="WeightsException">There is nothing there, or it holds something else.</exception>
    /// <exception cref="CheckpointException">All checkpoints are damaged, or belong to another training.</exception>
    public static ExportSource Open(string path)
    {
        // What a file says of itself is enough; one of an earlier version says it by the run's options.
        if (File.Exists(path) && Described(path) is { } file) return new ExportSource(file, file.Read, file.Encoder, file.Description, file.Options);
        PretrainedEnhancer enhancer = PretrainedEnhancer.Open(path);
        return new ExportSource(enhancer, enhancer.Read, enhancer.Trunk, EncoderDescription.Of(enhancer.Trunk, enhancer.Options.ImageSize), enhancer.Options);
    }

    /// <summary>Opens an encoder with its head, which checkpoints alone hold.</summary>
    /// <param name="path">A run's folder or a checkpoint's.</param>
    /// <exception cref="WeightsException">There is no checkpoint.</exception>
    /// <exception cref="CheckpointException">All checkpoints are damaged, or belong to another training.</exception>
    public static ExportSource OpenWithHead(string path)
    {
        if (File.Exists(path)) throw new WeightsException($"'{path}' holds the network under the head and no head: give the run's folder, whose checkpoints hold both, or leave --features head out");
        if (!PretrainedEnhancer.HasCheckpoint(path)) throw new WeightsException($"'{path}' holds no checkpoint, and nothing else has the head: give the folder of a run of 'cim pretrain', or leave --features head out");
        PretrainedEnhancer checkpoint = PretrainedEnhancer.OpenCheckpoint(path);
        PretrainMethod method = PretrainMethod.Of(checkpoint.Options.Method);
        if (method.HeadOf(checkpoint.Options) == EnhancerHead.None)
        {
            checkpoint.Dispose();
            throw new WeightsException($"'{path}' was trained by {method.Name}, whose head answers for masked patches alone and means nothing without them: leave --features head out");
        }
        Enhancer enhancer = PretrainModels.EnhancerOf(checkpoint.Options);
        return new ExportSource(checkpoint, checkpoint.Read, enhancer.Trunk, EncoderDescription.Of(enhancer.Trunk, checkpoint.Options.ImageSize), checkpoint.Options) { Enhancer = enhancer };
    }

    private static EncoderFile? Described(string path)
    {
        try
        {
            return EncoderFile.Open(path);
        }
        catch (SafetensorsException error)
        {
            throw new SafetensorsException($"{error.Message}; give the run folder or the {PretrainedEnhancer.FileName} that 'cim pretrain' wrote, or copy it again", error);
        }
    }

    /// <summary>The values of the parameter or running statistic of a name.</summary>
    public float[] Read(string name) => _read(Trunk.Named(name));

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
