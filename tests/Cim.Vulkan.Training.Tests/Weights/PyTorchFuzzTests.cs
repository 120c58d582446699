using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Weights;

/// <summary>
/// Files of PyTorch that are nearly right: typed errors of one line only, memory and time bounded by the file's size. <c>CIM_FUZZ_FACTOR</c>
/// times as many on request.
/// </summary>
public sealed class PyTorchFuzzTests
{
    private const int Files = 5_000, EveryValid = 100, EveryBomb = 20, MostMessageLetters = 900, MostTensorsRead = 4, LongestBomb = 9973;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    [TestCase(WeightsForm.PyTorchZip, "tensors.pt", "checkpoint.pt", "whole_module.pt", "expanded.pt", "complex.pt", "runs_a_command.pt")]
    [TestCase(WeightsForm.PyTorchLegacy, "tensors_legacy.pt", "whole_module_legacy.pt")]
    [TestCase(WeightsForm.Pickle, "arrays_0.pkl", "arrays_1.pkl", "arrays_2.pkl", "arrays_3.pkl", "arrays_4.pkl", "arrays_5.pkl", "tensors.pkl")]
    public void Whatever_a_file_says_it_is_read_or_refused_with_one_line(WeightsForm form, params string[] names)
    {
        int factor = int.Parse(Environment.GetEnvironmentVariable("CIM_FUZZ_FACTOR") ?? "1", CultureInfo.InvariantCulture);
        byte[][] valid = [.. names.Select(name => File.ReadAllBytes(TestFiles.Path(name)))];
        bool[] isRead = [.. valid.Select(file => Check(file, form).IsRead)];
        var mutator = new PickleMutator(seed: 1);
        long accepted = 0, refused = 0, most = 0;
        double worst = 0;
        for (long i = 0; i < (long)Files * factor; i++)
        {
            int which = (int)(i % valid.Length);
            if (i % EveryValid == 0) Assert.That(Check(valid[which], form).IsRead, Is.EqualTo(isRead[which]), names[which]);
            byte[] file = Next(mutator, form, i, valid[which]);
            (bool read, long bytes) = Check(file, form);
            if (read) accepted++;
            else refused++;
            most = Math.Max(most, bytes);
            worst = Math.Max(worst, bytes / (double)Limit(file));
        }

        TestContext.Out.WriteLine($"{form}: {accepted + refused:N0} files: {refused:N0} refused, {accepted:N0} read; most memory for one: {most:N0} bytes, {worst:P0} of its limit");
        Assert.That(refused, Is.Positive, "faults are found");
        Assert.That(accepted, Is.Positive, "some changes do not matter");
    }

    private static IEnumerable<TestCaseData> Lies() =>
    [
        Lie("memo", "\u0080\u0002]r\u00ff\u00ff\u00ff\u00ff."),
        Lie("text", "\u0080\u0002X\u00ff\u00ff\u00ff\u007f."),
        Lie("bytes", "\u0080\u0004\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff."),
        Lie("whole number", "\u0080\u0002\u008b\u00ff\u00ff\u00ff\u007f."),
        Lie("frame", "\u0080\u0004\u0095\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007fN."),
        Lie("command", "\u0080\u0002cposix\nsystem\nU\u0002id\u0085R."),
        Lie("list within itself", "\u0080\u0002]q\0h\0a."),
        Lie("extension", "\u0080\u0002\u0082\u0001."),
        Lie("persistent id", "\u0080\u0002U\u0001aQ."),
    ];

    [TestCaseSource(nameof(Lies))]
    public void A_lie_is_refused_within_its_memory(byte[] file) => Assert.That(Check(file, WeightsForm.Pickle).IsRead, Is.False);

    [Test]
    public void A_dictionary_of_very_many_empty_ones_keeps_its_memory()
    {
        byte[] file = [0x80, 2, .. "}U\u0005model]("u8, .. Enumerable.Repeat((byte)'}', 40_000), .. "es."u8];
        (bool isRead, long bytes) = Check(file, WeightsForm.Pickle);
        Assert.That(isRead, Is.False);
        TestContext.Out.WriteLine($"{bytes:N0} bytes of memory, {bytes / (double)Limit(file):P0} of the limit");
    }

    [Test]
    public void What_doubles_itself_again_and_again_is_refused_in_time()
    {
        // Forty lists, each of which holds the one before twice: a million million elements, were they counted.
        string doubled = string.Concat(Enumerable.Range(1, 40).Select(i => $"](h{(char)(i - 1)}h{(char)(i - 1)}eq{(char)i}"));
        var watch = Stopwatch.StartNew();
        Assert.That(Check([.. $"\u0080\u0002]q\0{doubled}.".Select(letter => (byte)letter)], WeightsForm.Pickle).IsRead, Is.False);
        Assert.That(watch.Elapsed, Is.LessThan(s_patience));
    }

    private static IEnumerable<TestCaseData> Units() =>
    [
        Unit("marks", "("), Unit("lists", "]"), Unit("nothings", "N"), Unit("copies", "2"), Unit("empty tuples", ")"), Unit("memos", "\u0094"), Unit("memos asked for", "h\0"),
        Unit("dictionaries", "}"), Unit("whole numbers", "M\u00ff\u00ff"), Unit("large whole numbers", "\u008a\u0009\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f"), Unit("texts", "\u008c\u0001a"),
        Unit("lines", "Va\n"), Unit("bytes", "C\0"), Unit("names", "ctorch\nSize\n"), Unit("names of modules", "ctorch.nn\nM\n"), Unit("ordered dictionaries", "ccollections\nOrderedDict\n)R"),
        Unit("nested tuples", "\u0085"), Unit("bytes of texts", "c_codecs\nencode\nVa\n\u0085R"), Unit("lists within lists", "]a"), Unit("marked tuples", "(NNNt"),
    ];

    [TestCaseSource(nameof(Units))]
    public void A_megabyte_of_one_thing_keeps_its_memory(byte[] unit)
    {
        byte[] file = [0x80, 4, (byte)']', 0x94, .. Enumerable.Repeat(unit, 1_000_000 / unit.Length).SelectMany(part => part), (byte)'.'];
        (bool isRead, long bytes) = Check(file, WeightsForm.Pickle);
        Assert.That(isRead, Is.False);
        TestContext.Out.WriteLine($"{bytes:N0} bytes of memory, {bytes / (double)Limit(file):P0} of the limit");
    }

    private static byte[] Next(PickleMutator mutator, WeightsForm form, long number, byte[] valid) => form switch
    {
        WeightsForm.Pickle when number % EveryBomb == 0 => mutator.Bomb((int)(number % LongestBomb)),
        WeightsForm.PyTorchZip when number % 3 != 0 => mutator.MutatePickle(valid),
        _ => mutator.Mutate(valid),
    };

    private static TestCaseData Lie(string name, string pickle) => new TestCaseData([pickle.Select(letter => (byte)letter).ToArray()]).SetArgDisplayNames(name);

    private static TestCaseData Unit(string name, string unit) => Lie(name, unit);

    private static long Limit(byte[] file) => (MemoryBudget.FileFactor * (long)file.Length) + MemoryBudget.ConstantBytes;

    // Opening keeps the bound, and so does each tensor that is then read.
    private static (bool IsRead, long Bytes) Check(byte[] file, WeightsForm form)
    {
        long before = GC.GetAllocatedBytesForCurrentThread(), most = 0;
        string? message = null;
        try
        {
            using var source = WeightsSource.OfPickle(new MemoryBytes("x", file), form);
            most = Spent(ref before);
            foreach (WeightTensor tensor in source.Tensors.Take(MostTensorsRead))
            {
                _ = source.ReadBytes(tensor);
                most = Math.Max(most, Spent(ref before));
                try
                {
                    _ = source.ReadFloats(tensor);
                }
                catch (WeightsException error) when (error.Message.Contains("whole number", StringComparison.Ordinal))
                {
                    // Its bytes were there.
                }

                most = Math.Max(most, Spent(ref before));
            }
        }
        catch (WeightsException error)
        {
            message = error.Message;
        }
        catch (Exception error)
        {
            Assert.Fail($"{error.GetType().Name}: {error.Message}: {Convert.ToBase64String(file)}\n{error.StackTrace}");
        }

        most = Math.Max(most, Spent(ref before));
        if (most > Limit(file)) Assert.Fail($"{most} bytes of memory for a file of {file.Length}: {Convert.ToBase64String(file.AsSpan(0, Math.Min(file.Length, 4000)))}");
        if (message is not null && (message.Length > MostMessageLetters || message.Any(char.IsControl))) Assert.Fail($"the message is not one short line: {message}");
        return (message is null, most);
    }

    private static long Spent(ref long before)
    {
        long now = GC.GetAllocatedBytesForCurrentThread(), spent = now - before;
        before = now;
        return spent;
    }
}
