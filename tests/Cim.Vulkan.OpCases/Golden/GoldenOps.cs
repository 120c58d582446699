using System.Text.Json;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases;

/// <summary>Golden files of single ops, several cases each.</summary>
internal static class GoldenOps
{
    public static void Gelu(GoldenModel model) => Probe(model, "line", model.Input("line.x").Gelu(), "line.x");

    public static void Attention(GoldenModel model)
    {
        foreach (JsonProperty entry in Cases(model))
        {
            string qkvName = $"{entry.Name}.qkv", biasName = $"{entry.Name}.bias";
            bool isBiased = entry.Value.GetProperty("bias").GetBoolean();
            Tensor qkv = model.Input(qkvName);
            Tensor? bias = isBiased ? model.Input(biasName) : null;
            Shape shape = qkv.Shape;
            int batch = shape[0], tokens = shape[1], heads = shape[3], headDim = shape[4];
            Tensor result = qkv.Reshape(batch, tokens, 3 * heads * headDim).Attention(heads, bias).Reshape(batch, tokens, heads, headDim);
            Probe(model, entry.Name, result, isBiased ? [qkvName, biasName] : [qkvName]);
        }
    }

    public static void Resize(GoldenModel model)
    {
        bool isBicubic = model.File.Config.GetProperty("mode").GetString() == "bicubic";
        foreach (JsonProperty entry in Cases(model))
        {
            Tensor image = model.Input($"{entry.Name}.image");
            JsonElement size = entry.Value.GetProperty("outputSize");
            int height = size[0].GetInt32(), width = size[1].GetInt32();
            Probe(model, entry.Name, isBicubic ? image.UpsampleBicubic(height, width) : image.UpsampleBilinear(height, width), $"{entry.Name}.image");
        }
    }

    public static void SlidingWindow(GoldenModel model)
    {
        float epsilon = model.File.Config.GetProperty("epsilon").GetSingle();
        foreach (JsonProperty entry in Cases(model))
        {
            Tensor image = model.Input($"{entry.Name}.image");
            int window = entry.Value.GetProperty("window").GetInt32();
            model.Expect($"output.{entry.Name}.per_channel", image.SlidingWindowNormalize(window, epsilon));
            model.Expect($"output.{entry.Name}.pooled", image.SlidingWindowNormalize(window, epsilon, pooled: true));
        }
    }

    private static JsonElement.ObjectEnumerator Cases(GoldenModel model) => model.File.Config.GetProperty("cases").EnumerateObject();

    private static void Probe(GoldenModel model, string name, Tensor result, params string[] differentiated)
    {
        model.Expect($"output.{name}.result", result);
        model.ExpectGradients(model.WeightedSum(result, $"{name}.grad_output"), differentiated);
    }
}
