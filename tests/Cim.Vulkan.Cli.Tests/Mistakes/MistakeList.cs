using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using Cim.Vulkan.Bench;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Testing;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli.Tests;

/// <summary>What users do wrong, in the order of the guide.</summary>
internal static class MistakeList
{
    public static IReadOnlyList<Mistake> All { get; } = [.. Words, .. Values, .. Missing, .. Methods, .. Data, .. Geometry, .. Fitting, .. Tokenizers, .. Weights, .. Probes, .. Exports, .. Watching, .. Folders, .. Devices, .. Launcher];

    // Launches as large as on real devices, so that memory is what does not suffice.
    private static DeviceProfile Gpu => new() { Name = "GPU", MaxWorkgroupCountX = int.MaxValue };

    // In the range that systems give to nobody by themselves.
    private const int TakenPort = 8247;

    private static Mistake[] Words =>
    [
        Mistake.Command("pretrian"),
        Mistake.Command("xylophone"),
        Mistake.Command("bench"),
        Mistake.Command("kernels"),
        Mistake.Pretrain("`cim pretrain ... --stpes 4`", ("--stpes", "4")),
        Mistake.Pretrain("`cim pretrain ... --colour blue`", ("--colour", "blue")),
        Mistake.Pretrain("`cim pretrain pictures ...`: a value without its option", ("--data", "builtin:shapes pictures")),
        Mistake.Pretrain("`cim pretrain ... --batch` and no number", ("--batch", "")),
        Mistake.Pretrain("`cim pretrain ... --batch 8 --batch 9`", ("--batch", "8 --batch 9")),
        Mistake.Pretrain("`cim pretrain ... --set enhancer.dept=2`", ("--set", "enhancer.dept=2")),
        Mistake.Pretrain("`cim pretrain ... --set xylophone=2`", ("--set", "xylophone=2")),
        Mistake.Pretrain("`cim pretrain ... --set optimizer=adam`", ("--set", "optimizer=adam")),
        Mistake.Pretrain("`cim pretrain ... --set optimizer.beta2`", ("--set", "optimizer.beta2")),
    ];

    private static Mistake[] Values =>
    [
        Mistake.Pretrain("`cim pretrain ... --batch ten`", ("--batch", "ten")),
        Mistake.Pretrain("`cim pretrain ... --batch 0`", ("--batch", "0")),
        Mistake.Pretrain("`cim pretrain ... --accumulate some`", ("--accumulate", "some")),
        Mistake.Pretrain("`cim pretrain ... --seed -1`", ("--seed", "-1")),
        Mistake.Pretrain("`cim pretrain ... --learning-rate fast`", ("--learning-rate", "fast")),
        Mistake.Pretrain("`cim pretrain ... --learning-rate -1`", ("--learning-rate", "-1")),
        Mistake.Pretrain("`cim pretrain ... --objective redvet`", ("--objective", "redvet")),
        Mistake.Pretrain("`cim pretrain ... --enhancer huge`", ("--enhancer", "huge")),
        Mistake.Pretrain("`cim pretrain ... --preset vit-b16`", ("--preset", "vit-b16")),
        Mistake.Pretrain("`cim pretrain ... --enhancer resnet50 --image-size 48`", ("--enhancer", "resnet50"), ("--image-size", "48")),
        Mistake.Pretrain("`cim pretrain ... --steps 0`", ("--steps", "0")),
        Mistake.Pretrain("`cim pretrain ... --stop-after 0`", ("--stop-after", "0")),
        Mistake.Pretrain("`cim pretrain ... --log-every 0`", ("--log-every", "0")),
        Mistake.Pretrain("`cim pretrain ... --set optimizer.beta2=high`", ("--set", "optimizer.beta2=high")),
        Mistake.Pretrain("`cim pretrain ... --set tokenChoice=best`", ("--set", "tokenChoice=best")),
        Mistake.Pretrain("`cim pretrain ... --set enhancer.useClassToken=maybe`", ("--set", "enhancer.useClassToken=maybe")),
        Mistake.Pretrain("`cim pretrain ... --augment-on gpu`", ("--augment-on", "gpu")),
        Mistake.Tokenizer("`cim tokenizer train ... --set augmentation.deviceCropSide=4000`", ("--set", "augmentation.deviceCropSide=4000")),
        Mistake.Tokenizer("`cim tokenizer train ... --groups 9`", ("--groups", "9")),
    ];

    private static Mistake[] Missing =>
    [
        Mistake.Pretrain("`cim pretrain ...` without `--data`", ("--data", null)),
        Mistake.Pretrain("`cim pretrain ...` without `--out`", ("--out", null)),
        Mistake.Pretrain("`cim pretrain ...` without `--tokenizer`", ("--tokenizer", null)),
        Mistake.Pretrain("`cim pretrain ...` without `--steps` or `--epochs`", ("--steps", null)),
    ];

    private static Mistake[] Methods =>
    [
        Mistake.Pretrain("`cim pretrain ... --method simim`", ("--method", "simim")),
        Mistake.Pretrain("`cim pretrain ... --method simmim --tokenizer ...`: a tokenizer for a method without one", ("--method", "simmim")),
        Mistake.Pretrain("`cim pretrain ... --method beit` without `--tokenizer`", ("--method", "beit"), ("--tokenizer", null)),
        Mistake.Pretrain("`cim pretrain ... --method beit --objective respix`", ("--method", "beit"), ("--objective", "respix")),
        Mistake.Pretrain("`cim pretrain ... --method denoise --masked 35`", ("--method", "denoise"), ("--tokenizer", null), ("--masked", "35")),
        Mistake.Pretrain("`cim pretrain ... --method simmim --enhancer resnetmicro`", ("--method", "simmim"), ("--tokenizer", null), ("--enhancer", "resnetmicro")),
        Mistake.Pretrain("`cim pretrain ... --method simmim --share-weights`", ("--method", "simmim"), ("--tokenizer", null), ("--share-weights", "")),
        Mistake.Pretrain("`cim pretrain ... --preset cifar-simmim --method beit`", ("--preset", "cifar-simmim"), ("--method", "beit")),
        Mistake.Pretrain("`cim pretrain ... --set method=beit`", ("--set", "method=beit")),
        Mistake.Pretrain("`cim pretrain ... --set noiseDeviation=0.1`", ("--set", "noiseDeviation=0.1")),
        Mistake.Pretrain("`cim pretrain ... --method denoise --set noiseDeviation=0`", ("--method", "denoise"), ("--tokenizer", null), ("--set", "noiseDeviation=0")),
        Mistake.Pretrain("`cim pretrain ... --share-weights --set generator.width=64`", ("--share-weights", ""), ("--set", "generator.width=64")),
        Mistake.Pretrain("`cim pretrain ... --share-weights --enhancer resnetmicro`", ("--share-weights", ""), ("--enhancer", "resnetmicro")),
        Mistake.Tokenizer("`cim tokenizer train ... --preset dale`", ("--preset", "dale")),
    ];

    private static Mistake[] Data =>
    [
        Mistake.Pretrain("`--data nowhere`: there is no such folder", ("--data", "nowhere")).OnDevice(),
        Mistake.Pretrain("`--data empty`: an empty folder", ("--data", "empty")).OnDevice() with { Before = scene => scene.MakeFolder("empty") },
        Mistake.Pretrain("`--data texts`: a folder without pictures", ("--data", "texts")).OnDevice() with { Before = scene => scene.Write("texts/a.txt", "a") },
        Mistake.Pretrain("`--data notes.txt`: a file that is no data set", ("--data", "notes.txt")).OnDevice() with { Before = scene => scene.Write("notes.txt", "a") },
        Mistake.Pretrain("`--data pictures.zip`: an archive", ("--data", "pictures.zip")).OnDevice() with { Before = scene => scene.Write("pictures.zip", "PK") },
        Mistake.Pretrain("`--data cifar.bin`: a broken download", ("--data", "cifar.bin")).OnDevice() with { Before = scene => scene.Write("cifar.bin", "short") },
        Mistake.Pretrain("`--data builtin:shape`: no such built-in pictures", ("--data", "builtin:shape")).OnDevice(),
        Mistake.Pretrain("`--batch 30000` for 20,000 pictures", ("--batch", "30000")).OnDevice(),
    ];

    private static Mistake[] Geometry =>
    [
        Mistake.Pretrain("`--image-size 33 --patch-size 4`", ("--image-size", "33")),
        Mistake.Pretrain("`--image-size 32 --patch-size 64`", ("--patch-size", "64")),
        Mistake.Pretrain("`--tokenizer-image-size 30` for 8 patches a side", ("--tokenizer-image-size", "30")),
        Mistake.Pretrain("`--tokenizer-image-size 64`: a tokenizer of another geometry", ("--tokenizer-image-size", "64")).OnDevice(),
        Mistake.Pretrain("`--masked 65` of 64 tokens", ("--masked", "65")),
        Mistake.Pretrain("`--set enhancer.heads=5` for a width of 96", ("--set", "enhancer.heads=5")),
        Mistake.Tokenizer("`cim tokenizer train ... --image-size 30 --groups 3`", ("--image-size", "30"), ("--groups", "3")),
        Mistake.Tokenizer("`cim tokenizer train ... --width 30`", ("--width", "30")),
    ];

    private static Mistake[] Fitting =>
    [
        new("a batch for which the device has too little memory") { Fault = _ => RequireFit(4096, Gpu with { MaxStorageRangeBytes = 1L << 32, MaxBufferBytes = 1L << 32 }, 4L << 30) },
        new("a batch with a tensor larger than the device's storage-buffer range") { Fault = _ => RequireFit(4096, Gpu, 64L << 30) },
        new("a network of which not even one picture fits") { Fault = _ => RequireFit(4, Gpu, 1L << 20) },
    ];

    private static Mistake[] Tokenizers =>
    [
        Mistake.Pretrain("`--tokenizer nowhere`", ("--tokenizer", "nowhere")),
        Mistake.Pretrain("`--tokenizer enhancer.safetensors`: weights of another kind", ("--tokenizer", "enhancer.safetensors")) with
        {
            Before = scene => scene.WriteTokenizer("enhancer.safetensors", MistakeScene.SmallTokenizer, kind: CimPretrainer.EnhancerKind),
        },
        Mistake.Pretrain("`--tokenizer notes.txt`: not a weights file", ("--tokenizer", "notes.txt")) with { Before = scene => scene.Write("notes.txt", "This is a text and no weights.") },
        Mistake.Pretrain("`--tokenizer encoder.pkl`: half of DALL-E's tokenizer as it was published", ("--tokenizer", "encoder.pkl")) with { Before = scene => scene.Write("encoder.pkl", "(dS'epoch'\nI3\ns.") },
        Mistake.Pretrain("`--tokenizer encoder.safetensors`: half of DALL-E's tokenizer as safetensors", ("--tokenizer", "encoder.safetensors")) with { Before = scene => scene.WriteWeights("encoder.safetensors", ("blocks.input.w", [1]), ("blocks.output.conv.w", [1])) },
        Mistake.Pretrain("a tokenizer file that was cut short") with { Before = scene => scene.WriteCutTokenizer("tokenizer.safetensors") },
        Mistake.Pretrain("a tokenizer whose weights have another vocabulary than its description").OnDevice() with
        {
            Before = scene => scene.WriteTokenizer("tokenizer.safetensors", MistakeScene.SmallTokenizer, MistakeScene.SmallTokenizer with { VocabularySize = 32 }),
        },
    ];

    private static Mistake[] Weights =>
    [
        Mistake.Command("weights inspect nowhere.pt"),
        Mistake.Command("weights inspect notes.pt") with { Before = scene => scene.Write("notes.pt", "This is a text and no weights.") },
        new("`cim weights inspect page.pt`: a download that went wrong") { Arguments = ["weights", "inspect", "page.pt"], Before = scene => scene.Write("page.pt", "<!DOCTYPE html><title>404</title>") },
        new("`cim weights inspect model.onnx`") { Arguments = ["weights", "inspect", "model.onnx"], Before = scene => scene.Write("model.onnx", "\u0008\u0007\u0012\u0007pytorch") },
        new("`cim weights inspect harm.pkl`: a pickle that would run a command") { Arguments = ["weights", "inspect", "harm.pkl"], Before = scene => scene.Write("harm.pkl", "cposix\nsystem\n(S'id'\ntR.") },
        new("`cim weights inspect empty.pt`: a file without a byte") { Arguments = ["weights", "inspect", "empty.pt"], Before = scene => scene.Write("empty.pt", "") },
        new("`cim weights inspect words.pkl`: a pickle without tensors") { Arguments = ["weights", "inspect", "words.pkl"], Before = scene => scene.Write("words.pkl", "(dS'epoch'\nI3\ns.") },
        Mistake.Command("weights inspect words.pkl --key model_ema") with { Before = scene => scene.Write("words.pkl", "(dS'epoch'\nI3\ns.") },
        Mistake.Command("weights inspect tokenizer.safetensors --key model"),
        Mistake.Command("weights inspect tokenizer.safetensors --json nowhere/listing.json"),
        Mistake.Command("weights convert tokenizer.safetensors"),
        Mistake.Command("weights convert tokenizer.safetensors --to tokenizer.safetensors"),
        Mistake.Command("weights convert tokenizer.safetensors --to tokenizer.pt"),
        Mistake.Command("weights convert tokenizer.safetensors --to nowhere/out.safetensors"),
        Mistake.Command("weights convert tokenizer.safetensors --to out.safetensors --as xylophone"),
        Mistake.Command("weights convert tokenizer.safetensors --to out.safetensors --as beit"),
        Mistake.Command("weights convert tokenizer.safetensors tokenizer.safetensors --to out.safetensors"),
        Mistake.Pretrain("`cim pretrain ... --init-enhancer nowhere.pth`", ("--init-enhancer", "nowhere.pth")).OnDevice(),
        Mistake.Pretrain("`cim pretrain ... --init-enhancer resnet.safetensors`: weights of another network", ("--init-enhancer", "resnet.safetensors")).OnDevice() with
        {
            Before = scene => scene.WriteWeights("resnet.safetensors", ("conv1.weight", [1]), ("bn1.running_mean", [1]), ("layer1.0.conv1.weight", [1])),
        },
        Mistake.Pretrain("`cim pretrain ... --init-enhancer vit.safetensors`: a transformer of another width", ("--init-enhancer", "vit.safetensors")).OnDevice() with
        {
            Before = scene => scene.WriteWeights("vit.safetensors", ("patch_embed.proj.weight", [192, 3, 4, 4]), ("blocks.0.attn.qkv.weight", [576, 192])),
        },
        Mistake.Pretrain("`cim pretrain ... --init-enhancer squeezenet.safetensors`: names of no known network", ("--init-enhancer", "squeezenet.safetensors")).OnDevice() with
        {
            Before = scene => scene.WriteWeights("squeezenet.safetensors", ("features.0.weight", [1])),
        },
        Mistake.Pretrain("`cim pretrain ... --init-as vit` without `--init-enhancer`", ("--init-as", "vit")),
        Mistake.Pretrain("`cim pretrain ... --init-as alexnet`", ("--init-enhancer", "tokenizer.safetensors"), ("--init-as", "alexnet")).OnDevice(),
    ];

    private static Mistake[] Probes =>
    [
        Mistake.Command("probe --data builtin:shapes"),
        Mistake.Command("probe nowhere --data builtin:shapes").OnDevice(),
        Mistake.Command("probe tokenizer.safetensors --data builtin:shapes").OnDevice(),
        Mistake.Pretrain("`cim pretrain ... --probe-every 100` with pictures without labels", ("--data", "flat"), ("--batch", "1"), ("--probe-every", "100")).OnDevice() with
        {
            Before = scene => { foreach (string name in new[] { "a", "b", "c", "d" }) scene.Write($"flat/{name}.png", "png"); },
        },
    ];

    private static Mistake[] Exports =>
    [
        Mistake.Command("export nowhere --out encoder.onnx"),
        Mistake.Command("export run"),
        Mistake.Command("export run --out encoder.pth"),
        Mistake.Command("export run --out encoder.onnx --format safetensors"),
        Mistake.Command("export run --out encoder.pb --format tensorflow"),
        Mistake.Command("export run --out nowhere/encoder.onnx"),
        Mistake.Command("export run --out tokenizer.safetensors"),
        Mistake.Command("export tokenizer.safetensors --out encoder.onnx"),
        Mistake.Command("export notes.txt --out encoder.onnx") with { Before = scene => scene.Write("notes.txt", "This is a text and no weights.") },
        Mistake.Command("export run --out encoder.onnx --features head") with { Before = scene => scene.MakeFolder("run") },
        Mistake.Command("export run --out encoder.safetensors --features tokens"),
        Mistake.Command("export run --out encoder.safetensors --normalize"),
        Mistake.Command("export run --out encoder.onnx --features logits"),
        Mistake.Command("export enhancer.safetensors --out encoder.onnx --features head") with { Before = WriteEnhancer },
        new("`cim export run --out encoder.onnx --features tokens` of a ResNet")
        {
            Arguments = "export enhancer.safetensors --out encoder.onnx --features tokens".Split(' '), Before = WriteResNet,
        },
        new("`cim export run --out encoder.onnx` of a run that has saved nothing") { Arguments = "export run --out encoder.onnx".Split(' '), Before = scene => scene.MakeFolder("run") },
        new("`cim export enhancer.safetensors --out encoder.onnx`: a description that was changed by hand")
        {
            Arguments = "export enhancer.safetensors --out encoder.onnx".Split(' '), Before = scene => WriteEncoder(scene, new ResNet(new("resnet"), new("statistics"), s_resNet), ("encoder.width", "wide")),
        },
    ];

    private static Mistake[] Watching =>
    [
        Mistake.Command("report nowhere"),
        Mistake.Command("report holiday") with { Before = scene => scene.Write("holiday/a.txt", "a") },
        Mistake.Command("report run --out nowhere/report.html") with { Before = scene => scene.MakeRun("run", CimPretrainOptions.Kind, OptionsJson.ToJson(Micro)) },
        Mistake.Command("bench compare nowhere.json ops.json"),
        Mistake.Command("bench compare notes.json ops.json") with { Before = scene => scene.Write("notes.json", "This is a text and no measurement.") },
        Mistake.Command("bench farm --update"),
        Mistake.Command("bench farm --update --baseline farm.json --filter conv2d"),
        Mistake.Command("bench farm --baseline nowhere.json"),
        Mistake.Command("bench farm --baseline notes.json") with { Before = scene => scene.Write("notes.json", "This is a text and no baseline.") },
        Mistake.Command("bench report ops.json"),
        Mistake.Command("bench report nowhere.json --out page.html"),
        Mistake.Command("bench report ops.json --out nowhere/page.html"),
        Mistake.Command("bench report ops.json --out notes.html") with { Before = scene => scene.Write("notes.html", "This is a text and no page of ours.") },
        Mistake.Command("bench train --size huge"),
        Mistake.Command("bench train --batch 0").OnDevice(),
        Mistake.Command("bench train --steps 0").OnDevice(),
        Mistake.Command("bench models --json nowhere/models.json"),
        Mistake.Command("tune --seconds 0"),
        Mistake.Command("tune --seconds soon"),
        Mistake.Command("tune --filter xylophone").OnDevice(),
        Mistake.Command("watch nowhere"),
        Mistake.Command("watch run --port 70000") with { Before = scene => scene.MakeRun("run", CimPretrainOptions.Kind, OptionsJson.ToJson(Micro)) },
        new($"`cim watch run --port {TakenPort}`: a port that another program has")
        {
            Arguments = ["watch", "run", "--port", $"{TakenPort}"],
            Before = scene => { scene.MakeRun("run", CimPretrainOptions.Kind, OptionsJson.ToJson(Micro)); scene.Hold(Listen(TakenPort)); },
        },
        Mistake.Command("demo --steps 0").OnDevice(),
        Mistake.Command("demo --size huge"),
        Mistake.Command("demo --out holiday").OnDevice() with { Before = scene => scene.Write("holiday/a.txt", "a") },
        Mistake.Command("demo --data nowhere").OnDevice(),
    ];

    private static Mistake[] Folders =>
    [
        Mistake.Pretrain("`--out run` where a run already is").OnDevice() with { Before = scene => scene.MakeRun("run", CimPretrainOptions.Kind, OptionsJson.ToJson(new CimPretrainOptions())) },
        Mistake.Pretrain("`--resume` of a run with other options", ("--resume", "")).OnDevice() with { Before = scene => scene.MakeRun("run", CimPretrainOptions.Kind, OptionsJson.ToJson(Micro with { Batch = 16, ImageSize = 64 })) },
        Mistake.Pretrain("`--resume` of a run with another tokenizer", ("--resume", "")).OnDevice() with { Before = scene => scene.MakeRun("run", CimPretrainOptions.Kind, OptionsJson.ToJson(Micro), tokenizerDigest: new string('0', 64)) },
        Mistake.Pretrain("`cim pretrain ... --resume` in a tokenizer's folder", ("--resume", "")).OnDevice() with
        {
            Before = scene => scene.MakeRun("run", TokenizerTrainingOptions.Kind, OptionsJson.ToJson(new TokenizerTrainingOptions())),
        },
        Mistake.Pretrain("two processes with the same `--out`").OnDevice() with { Before = HoldRun },
        Mistake.Pretrain("`--out notes.txt`: a file", ("--out", "notes.txt")).OnDevice() with { Before = scene => scene.Write("notes.txt", "a") },
        new("`--out` on a disk that is mounted read-only")
        {
            Fault = scene => RunFolder.Open(new FailingFileSystem(30, "Read-only file system"), scene.PathOf("run"), new RunIdentity(CimPretrainOptions.Kind, OptionsJson.ToJson(new CimPretrainOptions())), resume: false),
        },
        new("`--out` where one may not write")
        {
            Fault = scene => RunFolder.Open(new FailingFileSystem(), scene.PathOf("run"), new RunIdentity(CimPretrainOptions.Kind, OptionsJson.ToJson(new CimPretrainOptions())), resume: false),
        },
        new("the disk becomes full while a checkpoint is saved")
        {
            Before = scene => scene.MakeRun("run", CimPretrainOptions.Kind, OptionsJson.ToJson(Micro)),
            Fault = scene => SaveTo(scene, new FailingFileSystem(28, "No space left on device", "weights.safetensors")),
        },
        new("the disk becomes full while anything else is written") { Fault = scene => AtomicFiles.WriteText(new FailingFileSystem(28, "No space left on device"), scene.PathOf("x.json"), "x") },
        Mistake.Pretrain("`--json nowhere/outcome.json`", ("--json", "nowhere/outcome.json")),
        Mistake.Pretrain("`--json folder`: a folder", ("--json", "folder")) with { Before = scene => scene.MakeFolder("folder") },
    ];

    private static Mistake[] Devices =>
    [
        new("no Vulkan driver") { Arguments = ["devices"], Environment = new() { ["VK_DRIVER_FILES"] = "nowhere.json", ["VK_ICD_FILENAMES"] = "nowhere.json" }, NeedsDevice = true },
        new("no Vulkan device") { Fault = _ => DeviceSelector.Select([], null) },
        Mistake.Command("devices --device 97").OnDevice(),
        Mistake.Command("devices --device Voodoo").OnDevice(),
        new("`--device RTX` where two such are")
        {
            Fault = _ => DeviceSelector.Select([SomeDevice.Describe(0, "GeForce RTX 3060", DeviceType.DiscreteGpu, "00000000-0000-0000-0000-000000000000"), SomeDevice.Describe(1, "GeForce RTX 4090", DeviceType.DiscreteGpu, "00000001-0000-0000-0000-000000000000")], "RTX"),
        },
        new("`cim bench farm` with a driver that tells nothing of its pipelines")
        {
            Fault = _ => FarmSurvey.RequireStatistics(SomeDevice.Describe(0, "Voodoo 3", DeviceType.DiscreteGpu, "00000000-0000-0000-0000-000000000000").Capabilities),
        },
        new("`--validate` without the validation layer") { Arguments = ["devices", "--validate"], Environment = new() { ["VK_LAYER_PATH"] = "nowhere" }, NeedsDevice = true },
    ];

    private static Mistake[] Launcher =>
    [
        new("`./cim` without a .NET SDK") { Program = () => LauncherRun.Start(dotnet: null) },
        new("`./cim` with an SDK that is too old") { Program = () => LauncherRun.Start("--version) exit 145;; --list-sdks) echo '8.0.404 [dotnet/sdk]';;") },
        new("the first `./cim` without a network") { Program = () => LauncherRun.Start("build) echo 'Cim.csproj : error NU1301: Unable to load the service index for source'; exit 1;;") },
        new("the first `./cim` on a full disk") { Program = () => LauncherRun.Start("build) echo 'error MSB3491: Could not write: No space left on device'; exit 1;;") },
        new("`./cim` in a checkout that one may not write") { Program = () => LauncherRun.Start("build) exit 0;;", folder => File.WriteAllText(Path.Combine(folder, "artifacts"), "")) },
        new("`./cim` without a folder for temporary files") { Program = () => LauncherRun.Start("build) exit 0;;", temporary: "nowhere") },
        new("`./cim test Traning`") { Program = () => LauncherRun.Start("build) exit 0;;", folder => Directory.CreateDirectory(Path.Combine(folder, "tests", "Cim.Vulkan.Training.Tests")), arguments: ["test", "Traning"]) },
    ];

    private static readonly ResNetOptions s_resNet = ResNetOptions.ResNet18 with { Width = 4, Depths = [1, 1, 1, 1] };

    private static void WriteEnhancer(MistakeScene scene) =>
        WriteEncoder(scene, new VisionTransformer(new("vit"), new VisionTransformerOptions { ImageSize = 32, PatchSize = 16, EmbedDim = 16, Depth = 1, Heads = 2 }));

    private static void WriteResNet(MistakeScene scene) => WriteEncoder(scene, new ResNet(new("resnet"), new("statistics"), s_resNet));

    private static void WriteEncoder(MistakeScene scene, IVisionEncoder encoder, params (string Key, string Value)[] changes)
    {
        EncoderDescription description = EncoderDescription.Of(encoder, 32);
        IEnumerable<Parameter> parameters = encoder.Parameters.Parameters.Concat(encoder.Statistics?.Parameters ?? []);
        var metadata = new Dictionary<string, string>(description.ToMetadata());
        foreach ((string key, string value) in changes) metadata[key] = value;
        NamedTensor[] tensors = [.. parameters.Select(parameter => NamedTensor.Of(parameter.Name, [.. parameter.Shape.ToList()], new float[parameter.Count]))];
        SafetensorsWriter.WriteFile(new PhysicalFileSystem(), scene.PathOf("enhancer.safetensors"), tensors, metadata);
    }

    private static TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
        listener.Start();
        return listener;
    }

    private static CimPretrainOptions Micro => new()
    {
        Data = "builtin:shapes", Out = "run", Tokenizer = "tokenizer.safetensors", ImageSize = 32, PatchSize = 4, TokenizerImageSize = 32, Batch = 8, Steps = 4,
        Enhancer = EnhancerOptions.VitMicro, Generator = new GeneratorOptions { Width = 96, Depth = 2, Heads = 4, UseClassToken = false },
    };

    private static void RequireFit(int batch, DeviceProfile device, long freeBytes) =>
        StepFit.Require(batch, canAccumulate: true, device, freeBytes, size => CimPretrainer.NeededBytes(Micro with { Batch = size }, TokenizerFile.OptionsOf(MistakeScene.SmallTokenizer), device));

    private static void HoldRun(MistakeScene scene)
    {
        scene.MakeFolder("run");
        scene.Hold(new PhysicalFileSystem().TryLock(Path.Combine(scene.PathOf("run"), "run.lock"))!);
    }

    private static void SaveTo(MistakeScene scene, FailingFileSystem disk)
    {
        using RunFolder folder = RunFolder.Open(disk, scene.PathOf("run"), new RunIdentity(CimPretrainOptions.Kind, OptionsJson.ToJson(Micro)), resume: true);
        new CheckpointStore(folder).Save(new CheckpointState { Kind = CimPretrainOptions.Kind, Step = 40, Seed = 1, Options = OptionsJson.ToJson(Micro) }, [NamedTensor.Of("w", [1], [1f])]);
    }
}
