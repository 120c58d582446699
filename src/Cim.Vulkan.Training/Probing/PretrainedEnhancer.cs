using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>A pre-trained enhancer in a file: the options to rebuild its network from, and its weights.</summary>
public sealed class PretrainedEnhancer : IDisposable
{
    /// <summary>The name under which a finished run leaves its enhancer.</summary>
    public const string FileName = "enhancer.safetensors";

    private readonly SafetensorsFile _tensors;
    private readonly IDisposable _owner;
    private readonly bool _isCheckpoint;
    private readonly NameMap? _names;

    private PretrainedEnhancer(CimPretrainOptions options, SafetensorsFile tensors, IDisposable owner, bool isCheckpoint)
    {
        (Options, _tensors, _owner, _isCheckpoint) = (options, tensors, owner, isCheckpoint);
        Trunk = Declared(tensors.Path, options);
        // Checkpoints have the names here, and so had files of earlier versions.
        if (!isCheckpoint) _names = EncoderDescription.Of(Trunk, options.ImageSize).Names;
    }

    /// <summary>The options of the run that trained it.</summary>
    public CimPretrainOptions Options { get; }

    /// <summary>Its network, without weights until <see cref="LoadInto"/>.</summary>
    public IVisionEncoder Trunk { get; }

    /// <summary>Where the weights are.</summary>
    public string Path => _tensors.Path;

    /// <summary>Steps of training behind a checkpoint's weights; null where the file does not say.</summary>
    public long? Step { get; private init; }

    /// <summary>Opens an enhancer.</summary>
    /// <param name="path">
    /// A file that a run wrote, a run's folder, or a folder of one of its checkpoints. Of a run that is under way or was stopped, the newest intact
    /// checkpoint is taken.
    /// </param>
    /// <exception cref="SafetensorsException">There is nothing there, or it holds something else.</exception>
    /// <exception cref="CheckpointException">All checkpoints are damaged, or belong to another training.</exception>
    public static PretrainedEnhancer Open(string path)
    {
        if (File.Exists(path)) return OpenFile(path);
        if (!Directory.Exists(path)) throw new SafetensorsException($"there is no enhancer at '{path}': give the run folder or the {FileName} that 'cim pretrain' wrote");
        string exported = System.IO.Path.Combine(path, FileName);
        if (File.Exists(exported)) return OpenFile(exported);
        if (IsCheckpoint(path)) return OpenCheckpoint(CheckpointContents.Load(path));
        return OpenCheckpoint(NewestIn(path));
    }

    /// <summary>The newest intact checkpoint of a run, or a folder of one: what holds the head too.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="SafetensorsException">There is none.</exception>
    /// <exception cref="CheckpointException">All checkpoints are damaged, or belong to another training.</exception>
    internal static PretrainedEnhancer OpenCheckpoint(string path) => OpenCheckpoint(IsCheckpoint(path) ? CheckpointContents.Load(path) : NewestIn(path));

    /// <summary>Whether a folder is a checkpoint's or that of a run that has one, intact or not.</summary>
    internal static bool HasCheckpoint(string path) => IsCheckpoint(path) || CheckpointStore.Names(CheckpointsIn(path)).Count > 0;

    /// <summary>The values of a parameter or a running statistic, of the trunk or, in a checkpoint, of the head.</summary>
    /// <param name="parameter">One of <see cref="Trunk"/>, or of an equal network.</param>
    /// <exception cref="SafetensorsException">It is missing or has another shape.</exception>
    internal float[] Read(Parameter parameter) => TrainedWeights.Read(parameter, _tensors, _isCheckpoint ? $"{parameter.Set.Name}.values/" : "", _names);

    /// <summary>Fills the network with the weights.</summary>
    internal void LoadInto(PersistentMemory memory)
    {
        Load(memory, Trunk.Parameters);
        if (Trunk.Statistics is not null) Load(memory, Trunk.Statistics);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _owner.Dispose();

    private static PretrainedEnhancer OpenFile(string path)
    {
        WeightsFile file;
        try
        {
            file = WeightsFile.Open(path, CimPretrainer.EnhancerKind);
        }
        catch (SafetensorsException error)
        {
            throw new SafetensorsException($"{error.Message}; give the run folder or the enhancer.safetensors that 'cim pretrain' wrote, or copy it again", error);
        }
        return Closing(file, () => new PretrainedEnhancer(OptionsJson.ToPretrainOptions(file.Config), file.Tensors, file, isCheckpoint: false));
    }

    private static PretrainedEnhancer OpenCheckpoint(CheckpointContents checkpoint) => Closing(checkpoint, () => checkpoint.State.Kind == CimPretrainOptions.Kind
        ? new PretrainedEnhancer(OptionsJson.ToPretrainOptions(checkpoint.State.Options), checkpoint.Tensors, checkpoint, isCheckpoint: true) { Step = checkpoint.State.Step }
        : throw new CheckpointException($"'{checkpoint.Path}' is a checkpoint of the kind '{checkpoint.State.Kind}', which trains no enhancer: give a run of 'cim pretrain'"));

    private static bool IsCheckpoint(string folder) => File.Exists(System.IO.Path.Combine(folder, CheckpointContents.StateFile));

    private static string CheckpointsIn(string run) => System.IO.Path.Combine(run, "checkpoints");

    // A run that is under way may delete its oldest checkpoint while it is looked at: the next one is then tried.
    private static CheckpointContents NewestIn(string folder)
    {
        string path = CheckpointsIn(folder);
        IReadOnlyList<string> names = CheckpointStore.Names(path);
        CheckpointException? newestError = null;
        foreach (string name in names.Reverse())
        {
            try
            {
                return CheckpointContents.Load(System.IO.Path.Combine(path, name));
            }
            catch (CheckpointException error)
            {
                newestError ??= error;
            }
        }
        if (newestError is not null) throw newestError;
        throw new SafetensorsException($"'{folder}' holds neither {FileName} nor a checkpoint: give the folder of a run of 'cim pretrain'");
    }

    private void Load(PersistentMemory memory, ParameterSet set)
    {
        foreach (Parameter parameter in set.Parameters) memory.Write(parameter, Read(parameter));
    }

    private static IVisionEncoder Declared(string path, CimPretrainOptions options)
    {
        try
        {
            return PretrainModels.TrunkOf(options);
        }
        catch (Exception error) when (error is ArgumentException or OptionsException)
        {
            throw new SafetensorsException($"'{path}' describes a network that cannot be: {error.Message}", error);
        }
    }

    private static PretrainedEnhancer Closing(IDisposable file, Func<PretrainedEnhancer> open)
    {
        try
        {
            return open();
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
