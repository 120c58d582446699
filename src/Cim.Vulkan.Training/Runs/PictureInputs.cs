using System;
using Cim.Vulkan.Data;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>How a batch's pictures come into a step: as floats that the loader has resized, or as the bytes of crops that the step resizes.</summary>
internal sealed class PictureInputs
{
    private const string Pixels = "crop_pixels", Boxes = "crop_boxes";

    private readonly TensorGraph _graph;
    private readonly int _batch;
    private readonly CropRoom? _room;
    private readonly Tensor? _pixels;
    private readonly Tensor? _boxes;

    /// <summary>Declares what all sizes share.</summary>
    /// <param name="graph">The step.</param>
    /// <param name="options">The run's options, with the place of the augmentation decided.</param>
    /// <param name="imageSize">Side of the pictures, from which the room of crops follows.</param>
    public PictureInputs(TensorGraph graph, RunOptions options, int imageSize)
    {
        (_graph, _batch, _room) = (graph, options.Batch, options.Augmentation.RoomFor(imageSize));
        if (_room is not { } room) return;
        _pixels = graph.Input(Pixels, new Shape(checked(_batch * room.Words)), ElementType.Int32);
        _boxes = graph.Input(Boxes, new Shape(_batch, CropRoom.BoxNumbers), ElementType.Int32);
    }

    /// <summary>The pictures at a size, in [0, 1]: <c>[batch, 3, size, size]</c>.</summary>
    /// <param name="name">The input's name, where they come resized.</param>
    /// <param name="size">Side of the pictures.</param>
    /// <param name="filter">The filter, where the step resizes them; the loader's for pictures of that name.</param>
    public Tensor At(string name, int size, CropFilter filter) =>
        _room is { } room ? _pixels!.ResizeCrops(_boxes!, size, filter, room.LongestSide) : _graph.Input(name, new Shape(_batch, 3, size, size));

    /// <summary>Fills the inputs of the next step of a program that was described so.</summary>
    /// <param name="program">The program.</param>
    /// <param name="batch">The batch, in the form that the description expects.</param>
    public static void Fill(Program program, ImageBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Crops is { } crops)
        {
            program.UseBeginning(Pixels, crops.CopyTo(program.Input<int>(Pixels), program.Input<int>(Boxes)));
            return;
        }
        batch.Images.CopyTo(program.Input<float>("images"));
        if (program.HasInput("tokenizer_images")) batch.TokenizerImages.CopyTo(program.Input<float>("tokenizer_images"));
    }
}
