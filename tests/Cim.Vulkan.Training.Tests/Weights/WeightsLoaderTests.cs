using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Weights;

/// <summary>Published weights find the parameters of a network here.</summary>
public sealed class WeightsLoaderTests
{
    private const int Width = 12, Heads = 2;

    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [Test]
    public void Both_halves_of_a_DALL_E_become_one_tokenizer()
    {
        var tokenizer = new ParameterSet("tokenizer");
        _ = new DiscreteVae(tokenizer, new DiscreteVaeOptions { HiddenWidth = 4, InitWidth = 2, VocabularySize = 16 });
        var loaded = new List<string>();
        foreach (string half in (string[])["encoder", "decoder"])
        {
            using var source = WeightsSource.Open(TestFiles.Path($"{half}.pkl"));
            var loader = WeightsLoader.Match(NamedWeights.Of(source), WeightTarget.Of(tokenizer));
            Assert.That(loader.Report.Architecture, Is.EqualTo($"dalle-{half}"));
            Assert.That(loader.Report.Unexpected, Is.Empty);
            Assert.That(loader.Report.Loaded, Has.All.StartsWith($"{half}."));
            Assert.That(loader.Read($"{half}.blocks.input.b"), Is.EqualTo(TestFiles.Filled(half == "encoder" ? 4 : 2, 1)));
            loaded.AddRange(loader.Report.Loaded);
        }

        Assert.That(loaded, Is.EquivalentTo(tokenizer.Parameters.Select(parameter => parameter.Name)));
    }

    [Test]
    public void A_BEiT_fills_a_plain_transformer_whose_key_bias_is_zero()
    {
        using WeightsSource source = Saved("beit", Beit(32));
        var loader = WeightsLoader.Match(NamedWeights.Of(source), WeightTarget.Of(Vit(32)));
        Assert.That(loader.Report.Missing, Is.Empty);
        Assert.That(loader.Report.Unexpected, Is.EquivalentTo(new[] { "mask_token", "rel_pos_bias.relative_position_bias_table", "lm_head.weight", "lm_head.bias" }));
        float[] bias = loader.Read("blocks.1.attn.qkv.bias");
        Assert.That(bias[..Width], Is.EqualTo(source.Floats("blocks.1.attn.q_bias")));
        Assert.That(bias[Width..(2 * Width)], Is.All.Zero);
        Assert.That(bias[(2 * Width)..], Is.EqualTo(source.Floats("blocks.1.attn.v_bias")));
    }

    [Test]
    public void A_plain_transformer_fills_a_BEiT_but_for_what_it_has_not()
    {
        using WeightsSource source = Saved("vit", Vit(32));
        var loader = WeightsLoader.Match(NamedWeights.Of(source), WeightTarget.Of(Beit(32)));
        Assert.That(loader.Report.Missing, Is.EqualTo(new[] { "rel_pos_bias.relative_position_bias_table", "mask_token", "lm_head.weight", "lm_head.bias" }));
        Assert.That(loader.Read("blocks.0.attn.v_bias"), Is.EqualTo(source.Floats("blocks.0.attn.qkv.bias")[(2 * Width)..]));
    }

    [Test]
    public void Positions_of_another_grid_are_interpolated_and_told()
    {
        using WeightsSource source = Saved("beit-small", Beit(32));
        var loader = WeightsLoader.Match(NamedWeights.Of(source), WeightTarget.Of(Beit(48)));
        Assert.That(loader.Report.Resized.Select(resized => $"{resized.Name}: {resized.Change}"),
            Is.EqualTo(new[] { "pos_embed: 4x4 to 6x6, bicubic", "rel_pos_bias.relative_position_bias_table: 7x7 to 11x11, geometric cubic spline" }));
        float[] table = source.Floats("rel_pos_bias.relative_position_bias_table"), resized = loader.Read("rel_pos_bias.relative_position_bias_table");
        Assert.That(resized, Has.Length.EqualTo(((11 * 11) + 3) * Heads));
        Assert.That(resized[^(3 * Heads)..], Is.EqualTo(table[^(3 * Heads)..]));
        Assert.That(loader.Read("pos_embed")[..Width], Is.EqualTo(source.Floats("pos_embed")[..Width]), "the class token's");
    }

    [Test]
    public void A_shared_table_of_relative_positions_goes_to_every_block()
    {
        using WeightsSource source = Saved("beit-shared", Beit(32));
        WeightTarget[] targets = [new("cls_token", [1, 1, Width]), .. Enumerable.Range(0, 2).Select(i => new WeightTarget($"blocks.{i}.attn.relative_position_bias_table", [52, Heads]))];
        var loader = WeightsLoader.Match(NamedWeights.Of(source), targets);
        foreach (WeightTarget target in targets[1..]) Assert.That(loader.Read(target.Name), Is.EqualTo(source.Floats("rel_pos_bias.relative_position_bias_table")));
    }

    [Test]
    public void Patches_and_widths_that_do_not_fit_are_refused()
    {
        using WeightsSource source = Saved("vit-patches", Vit(32));
        Assert.That(() => WeightsLoader.Match(NamedWeights.Of(source), WeightTarget.Of(Vit(32, patch: 16))), Throws.TypeOf<WeightsException>().With.Message.Contains("patches are not resized"));
        Assert.That(() => WeightsLoader.Match(NamedWeights.Of(source), [new WeightTarget("norm.weight", [7])]), Throws.TypeOf<WeightsException>().With.Message.Contains("norm.weight of shape [12], the network's norm.weight needs [7]"));
    }

    [Test]
    public void A_head_is_kept_dropped_or_left_where_it_does_not_fit()
    {
        string path = Path.Combine(_folder.Path, "head.safetensors");
        SafetensorsWriter.WriteFile(new PhysicalFileSystem(), path, [.. Tensors(Vit(32)), NamedTensor.Of("head.weight", [2, 1], [1f, 2f])]);
        using var source = WeightsSource.Open(path);
        WeightTarget[] same = [new("head.weight", [2, 1])], other = [new("head.weight", [3, 1])];
        Assert.That(WeightsLoader.Match(NamedWeights.Of(source), same).Read("head.weight"), Is.EqualTo(new[] { 1f, 2f }));
        Assert.That(WeightsLoader.Match(NamedWeights.Of(source, dropHead: true), same).Report.Dropped, Is.EqualTo(new[] { "head.weight" }));
        WeightsReport report = WeightsLoader.Match(NamedWeights.Of(source), other).Report;
        Assert.That(report.Missing, Is.EqualTo(new[] { "head.weight" }));
        Assert.That(report.Dropped, Is.EqualTo(new[] { "head.weight" }));
    }

    [Test]
    public void A_file_of_another_network_is_refused()
    {
        using WeightsSource source = Saved("vit-as-resnet", Vit(32));
        Assert.That(() => NamedWeights.Of(source, NameMaps.ResNet), Throws.TypeOf<WeightsException>().With.Message.Contains("is no resnet: its names are those of vit, give that"));
    }

    private static ParameterSet Vit(int imageSize, int patch = 8)
    {
        var set = new ParameterSet("vit");
        _ = new VisionTransformer(set, new VisionTransformerOptions { ImageSize = imageSize, PatchSize = patch, EmbedDim = Width, Heads = Heads, Depth = 2 });
        return set;
    }

    private static ParameterSet Beit(int imageSize)
    {
        var set = new ParameterSet("beit");
        _ = new Beit(set, new BeitOptions { ImageSize = imageSize, PatchSize = 8, EmbedDim = Width, Heads = Heads, Depth = 2, VocabularySize = 16, UseSharedRelativePositions = true });
        return set;
    }

    private WeightsSource Saved(string name, ParameterSet set)
    {
        string path = Path.Combine(_folder.Path, $"{name}.safetensors");
        SafetensorsWriter.WriteFile(new PhysicalFileSystem(), path, [.. Tensors(set)]);
        return WeightsSource.Open(path);
    }

    private static IEnumerable<NamedTensor> Tensors(ParameterSet set)
    {
        var random = new Random(1);
        return set.Parameters.Select(parameter => NamedTensor.Of(parameter.Name, [.. parameter.Shape.ToList()], [.. Enumerable.Range(0, (int)parameter.Count).Select(_ => random.NextSingle() - 0.5f)]));
    }
}
