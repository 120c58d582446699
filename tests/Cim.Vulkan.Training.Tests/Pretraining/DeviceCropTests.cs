using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cim.Vulkan.Data;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Runtime;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Pretraining;

/// <summary>Crops that are resized on the device: the same pictures, and the same training, as from the loader.</summary>
public sealed class DeviceCropTests : GpuTest
{
    private const int Side = 40;

    private TemporaryFolder _folder = null!;

    [OneTimeSetUp]
    public void Make_a_folder() => _folder = new TemporaryFolder();

    [OneTimeTearDown]
    public void Remove_the_folder() => _folder.Dispose();

    [TestCase(64, 24)]
    [TestCase(17, 5)]
    [TestCase(40, 39)]
    [TestCase(7, 90)]
    public void The_device_resizes_as_the_loader_does(int imageSize, int tokenizerSize)
    {
        var floats = new BatchLoaderOptions { BatchSize = 16, ImageSize = imageSize, TokenizerSize = tokenizerSize, Crop = new AnyBox { FlipProbability = 0.5 }, Workers = 0, Seed = 5 };
        CropRoom room = new(128);
        using var host = new BatchLoader(new NoisePictures(16), floats);
        using var bytes = new BatchLoader(new NoisePictures(16), floats with { CropRoom = room });
        using var memory = new PersistentMemory(Device);
        using Program program = Resize(memory, 16, room, imageSize, tokenizerSize);
        for (int step = 0; step < 3; step++)
        {
            ImageBatch expected = host.Next();
            program.BeginStep();
            PictureInputs.Fill(program, bytes.Next());
            program.Wait(program.Submit());
            Assert.That(LargestDifference(program.Read<float>("images"), expected.Images), Is.LessThan(1e-5), "bicubic");
            Assert.That(LargestDifference(program.Read<float>("tokenizer_images"), expected.TokenizerImages), Is.LessThan(1e-5), "lanczos");
        }
    }

    [Test]
    public void A_crop_without_room_enough_is_resized_from_its_shrunk_self()
    {
        var options = new BatchLoaderOptions { BatchSize = 8, ImageSize = 16, TokenizerSize = 8, Crop = new WholeImage { FlipProbability = 0.5 }, Workers = 0, CropRoom = new CropRoom(20) };
        using var loader = new BatchLoader(new SmallPictures(8, Side), options);
        using var memory = new PersistentMemory(Device);
        using Program program = Resize(memory, 8, new CropRoom(20), 16, 8);
        ImageBatch batch = loader.Next();
        Assert.That((batch.Crops![0].Width, batch.Crops[0].Height), Is.EqualTo((20, 20)));
        program.BeginStep();
        PictureInputs.Fill(program, batch);
        program.Wait(program.Submit());
        Assert.That(LargestDifference(program.Read<float>("images"), batch.Images), Is.LessThan(1e-5));
        Assert.That(LargestDifference(program.Read<float>("tokenizer_images"), batch.TokenizerImages), Is.LessThan(1e-5));
    }

    [TestCase(PretrainMethodKind.Cim)]
    [TestCase(PretrainMethodKind.Beit)]
    [TestCase(PretrainMethodKind.SimMim)]
    [TestCase(PretrainMethodKind.Denoise)]
    public void Pre_training_has_the_same_losses_wherever_crops_are_resized(PretrainMethodKind method)
    {
        string tokenizer = SmallCim.MakeTokenizer(Device, _folder.Path);
        CimPretrainOptions options = Cropped(SmallCim.Options(method, _folder.Path));
        if (PretrainMethod.Of(method).NeedsTokenizer) options = options with { ImageSize = 32, PatchSize = 8 };
        double[] host = Losses(options, tokenizer, AugmentationPlace.Host), device = Losses(options, tokenizer, AugmentationPlace.Device);
        TestContext.Out.WriteLine($"host {string.Join(" ", host)}, device {string.Join(" ", device)}");
        Assert.That(device, Is.EqualTo(host).Within(0.1).Percent);
        Assert.That(host, Is.Unique, "every step has its own pictures");
    }

    [Test]
    public void Tokenizer_training_has_the_same_losses_wherever_crops_are_resized()
    {
        double[] Losses(AugmentationPlace place)
        {
            TokenizerTrainingOptions options = SmallCim.TokenizerOptions(_folder.Path);
            options = options with { Augmentation = options.Augmentation with { Crop = CropKind.RandomResized, On = place } };
            var pictures = new SmallPictures(32, Side);
            using var trainer = new TokenizerTrainer(Device, options, pictures, SmallCim.Loader(options, null, 0, options.ImageSize, pictures), 4);
            return Run(trainer);
        }
        Assert.That(Losses(AugmentationPlace.Device), Is.EqualTo(Losses(AugmentationPlace.Host)).Within(0.1).Percent);
    }

    [Test]
    public void The_grid_shows_the_originals_wherever_they_are_resized()
    {
        string tokenizer = SmallCim.MakeTokenizer(Device, _folder.Path);
        int[] host = OriginalsOfGrid(AugmentationPlace.Host, tokenizer), device = OriginalsOfGrid(AugmentationPlace.Device, tokenizer);
        Assert.That(device, Is.EqualTo(host).Within(1));
        Assert.That(host.Distinct().Count(), Is.GreaterThan(50), "there is something to see");
    }

    [Test]
    public void The_plan_of_a_step_resizes_where_the_device_is_no_CPU_driver()
    {
        CimPretrainOptions options = SmallCim.Options(PretrainMethodKind.SimMim, _folder.Path);
        string[] InputsOf(AugmentationPlace place, bool isCpu) =>
            [.. CimPretrainer.PlanStep(At(options, place), null, DeviceProfile.Minimal with { IsCpu = isCpu }).Inputs.Select(input => input.Name)];
        Assert.That(InputsOf(AugmentationPlace.Auto, isCpu: false), Contains.Item("crop_pixels").And.Not.Contains("images"));
        Assert.That(InputsOf(AugmentationPlace.Device, isCpu: true), Contains.Item("crop_pixels"));
        Assert.That(InputsOf(AugmentationPlace.Auto, isCpu: true), Contains.Item("images").And.Not.Contains("crop_pixels"));
        Assert.That(InputsOf(AugmentationPlace.Host, isCpu: false), Contains.Item("images").And.Not.Contains("crop_pixels"));
    }

    private static Program Resize(PersistentMemory memory, int batch, CropRoom room, int imageSize, int tokenizerSize)
    {
        var graph = new TensorGraph();
        var options = new CimPretrainOptions { Batch = batch, Augmentation = new AugmentationOptions { On = AugmentationPlace.Device, DeviceCropSide = room.Side } };
        var pictures = new PictureInputs(graph, options, imageSize);
        graph.Output("images", pictures.At("images", imageSize, CropFilter.Bicubic));
        graph.Output("tokenizer_images", pictures.At("tokenizer_images", tokenizerSize, CropFilter.Lanczos));
        return Program.Load(memory, Planner.Plan(graph, DeviceProfiles.Of(memory.Device.Capabilities)));
    }

    private static double[] Losses(CimPretrainOptions options, string tokenizer, AugmentationPlace place)
    {
        using CimPretrainer trainer = SmallCim.Open(Device, At(options, place), tokenizer, source: new SmallPictures(32, Side));
        return Run(trainer);
    }

    private static double[] Run(Trainer trainer) => [.. Enumerable.Range(0, 3).Select(step =>
    {
        trainer.Step(step);
        trainer.Finish();
        return trainer.Loss;
    })];

    // The first column.
    private int[] OriginalsOfGrid(AugmentationPlace place, string tokenizer)
    {
        const int Cell = 64;
        CimPretrainOptions options = At(Cropped(SmallCim.Options(CimObjective.RevDet, _folder.Path)), place) with { GridEvery = 1 };
        using CimPretrainer trainer = SmallCim.Open(Device, options, tokenizer, source: new SmallPictures(32, Side));
        trainer.Step(0);
        string path = Path.Combine(_folder.Path, $"{place}.png");
        trainer.WriteGrid(new PhysicalFileSystem(), path);
        var grid = new PixelBuffer();
        ImageDecoder.Decode(new ImageRecord("grid", -1, File.ReadAllBytes(path)), grid);
        byte[] pixels = grid.Pixels.ToArray();
        return [.. Enumerable.Range(0, grid.Height).SelectMany(y => pixels.AsSpan(3 * grid.Width * y, 3 * Cell).ToArray()).Select(value => (int)value)];
    }

    private static CimPretrainOptions Cropped(CimPretrainOptions options) => options with { Augmentation = new AugmentationOptions { Crop = CropKind.RandomResized } };

    private static CimPretrainOptions At(CimPretrainOptions options, AugmentationPlace place) => options with { Augmentation = options.Augmentation with { On = place } };

    private static double LargestDifference(float[] left, float[] right)
    {
        Assert.That(left, Has.Length.EqualTo(right.Length));
        return left.Zip(right, (a, b) => Math.Abs((double)a - b)).Max();
    }

    /// <summary>Boxes of any size and place that may reach far over every edge.</summary>
    private sealed record AnyBox : CropPolicy
    {
        protected override CropBox ChooseBox(int width, int height, int imageSize, ref RandomSequence random) =>
            new(random.NextInt(2 * width) - width, random.NextInt(2 * height) - height, 1 + random.NextInt(100), 1 + random.NextInt(100), Flip: false);
    }

    /// <summary>Pictures of noise, of as many sizes as there are pictures: nothing hides a pixel that is read at a wrong place.</summary>
    private sealed class NoisePictures(int count) : ImageSource
    {
        public override int Count => count;

        public override IReadOnlyList<string> ClassNames { get; } = ["noise"];

        public override string Description => $"{count} pictures of noise";

        public override ImageRecord Read(int index)
        {
            (int width, int height) = (1 + (index * 7), 90 - (index * 5));
            var pixels = new byte[3 * width * height];
            new Random(index).NextBytes(pixels);
            return new ImageRecord($"noise-{index}", 0, pixels, width, height);
        }
    }
}
