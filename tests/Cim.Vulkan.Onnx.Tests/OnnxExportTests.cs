using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using NUnit.Framework;

namespace Cim.Vulkan.Onnx.Tests;

/// <summary>What an exported model says of itself, and what is refused in one line.</summary>
public sealed class OnnxExportTests
{
    private static readonly OnnxModelInfo s_info = new("sample", "1.2.3", new Dictionary<string, string> { ["mean"] = "0.5 0.5 0.5" });

    [Test]
    public void The_number_of_pictures_is_open_and_all_else_is_fixed()
    {
        using var run = new OnnxRun(Sample().ToOnnx());
        Assert.That(run.Inputs["images"].Dimensions, Is.EqualTo(new[] { -1, 3, 32, 32 }));
        Assert.That(run.Inputs["images"].SymbolicDimensions[0], Is.EqualTo("batch"));
        Assert.That(run.Outputs["tokens"].Dimensions, Is.EqualTo(new[] { -1, 17, 32 }));
        Assert.That(run.Outputs["tokens"].SymbolicDimensions[0], Is.EqualTo("batch"));
    }

    [Test]
    public void Parameters_keep_their_names_and_metadata_is_there()
    {
        SampleNetwork sample = Sample();
        OnnxModel model = OnnxExport.ForAnyBatch(sample.GraphOf, tensor => new byte[tensor.SizeBytes], s_info);
        IEnumerable<string> weights = model.Tensors.Where(tensor => !tensor.IsConstant).Select(tensor => tensor.Name);
        Assert.That(weights, Is.EquivalentTo(sample.Sets[0].Parameters.Select(parameter => parameter.Name)));
        using var run = new OnnxRun(model);
        Assert.That(run.Metadata["mean"], Is.EqualTo("0.5 0.5 0.5"));
    }

    [Test]
    public void A_number_that_was_worked_out_for_one_batch_is_refused() =>
        Assert.That(RefusalOf(batch => Described(batch, images => images.Scale(1f / batch))), Is.EqualTo("number: depends on the number of pictures; export with a fixed number"));

    [Test]
    public void A_constant_that_grows_with_the_number_of_pictures_is_refused() =>
        Assert.That(RefusalOf(batch => Described(batch, images => images.Multiply(images.Graph.Constant<float>("weights", new Shape(batch, 1, 1, 1), new float[batch])))),
            Is.EqualTo("weights: a constant that grows with the number of pictures has no form in ONNX; export with a fixed number"));

    [Test]
    public void A_shape_with_two_open_axes_is_refused() =>
        Assert.That(RefusalOf(batch => Described(batch, images =>
        {
            Tensor rows = images.Reshape(batch, -1);
            return rows.MatMul(rows, transposeB: true).Reshape(batch, 1, batch);
        })),
            Does.StartWith("reshape_").And.Contain("a shape with two axes that grow with the number of pictures has no form in ONNX"));

    [TestCase(1)]
    [TestCase(5)]
    public void What_is_several_times_as_long_as_the_number_of_pictures_stays_so(int batch)
    {
        OnnxModel model = OnnxExport.ForAnyBatch(pictures => Described(pictures, images =>
        {
            Tensor twice = images.Concat(0, images);
            return twice.Add(twice.Graph.Filled(twice.Shape, 2f));
        }), tensor => new byte[tensor.SizeBytes], s_info);
        using var run = new OnnxRun(model);
        Assert.That(run.Outputs["result"].SymbolicDimensions[0], Is.EqualTo("2 * batch"));
        float[] values = [.. Enumerable.Range(0, batch * 48).Select(i => (float)i)];
        Assert.That(run.Run(OnnxRun.Input("images", new Shape(batch, 3, 4, 4), values))[0], Is.EqualTo(values.Concat(values).Select(value => value + 2.0)));
    }

    [TestCase(1)]
    [TestCase(5)]
    public void A_mean_over_pictures_is_that_of_the_pictures_given(int batch)
    {
        OnnxModel model = OnnxExport.ForAnyBatch(pictures => Described(pictures, images => images.Mean(0)), tensor => new byte[tensor.SizeBytes], s_info);
        using var run = new OnnxRun(model);
        float[] values = [.. Enumerable.Range(0, batch * 48).Select(i => (float)i)];
        Assert.That(run.Run(OnnxRun.Input("images", new Shape(batch, 3, 4, 4), values))[0], Is.EqualTo(Enumerable.Range(0, 48).Select(i => i + (24.0 * (batch - 1)))));
    }

    [Test]
    public void An_op_of_training_is_named() =>
        Assert.That(RefusalOf(batch => Described(batch, images => images.DropPath(0.5))), Does.StartWith("drop_path_factors: has no form in ONNX; only what inference needs"));

    [Test]
    public void A_norm_by_the_batch_is_named() => Assert.That(RefusalOf(batch => Described(batch, images =>
    {
        var shape = new Shape(images.Shape[1]);
        return images.BatchNorm(images.Graph.Filled(shape, 1f), images.Graph.Filled(shape, 0f)).Output;
    })), Does.StartWith("batch_norm_statistics: has no form in ONNX"));

    [Test]
    public void A_model_over_two_gibibytes_is_refused_before_a_weight_is_read()
    {
        var set = new ParameterSet("large");
        Parameter weight = set.Add("weight", new Shape(1 << 15, 1 << 14), Initializer.Zeros);
        OnnxModel model = OnnxExport.ForAnyBatch(
            batch => Described(batch, images => images.Reshape(batch, -1).Linear(images.Graph.Use(weight)), size: 1 << 7, channels: 1),
            _ => throw new InvalidOperationException("nothing should be read"), s_info);
        Assert.That(() => OnnxFile.Parts(model), Throws.TypeOf<OnnxException>().With.Message.EqualTo("the model takes 2.0 GiB, an ONNX file holds at most 2: export a smaller network, or take safetensors"));
    }

    [Test]
    public void Weights_of_another_size_than_their_shape_are_refused()
    {
        OnnxModel model = OnnxExport.ForAnyBatch(Sample().GraphOf, tensor => new byte[tensor.SizeBytes - 4], s_info);
        Assert.That(() => OnnxFile.Parts(model).Count(), Throws.ArgumentException.With.Message.Contains("bytes, got"));
    }

    private static SampleNetwork Sample()
    {
        var network = new VisionTransformer(new ParameterSet("vit"), new VisionTransformerOptions { ImageSize = 32, PatchSize = 8, EmbedDim = 32, Depth = 1, Heads = 4 });
        return new SampleNetwork([network.Parameters], [new SampleInput("images", new Shape(3, 32, 32))], inputs => new Dictionary<string, Tensor> { ["tokens"] = network.Forward(inputs[0]) });
    }

    private static TensorGraph Described(int batch, Func<Tensor, Tensor> describe, int size = 4, int channels = 3)
    {
        var graph = new TensorGraph();
        graph.Output("result", describe(graph.Input("images", new Shape(batch, channels, size, size))));
        return graph;
    }

    private static string RefusalOf(Func<int, TensorGraph> describe) =>
        Assert.Throws<OnnxException>(() => OnnxExport.ForAnyBatch(describe, tensor => new byte[tensor.SizeBytes], s_info))!.Message;
}
