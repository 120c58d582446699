using System.Text.Json;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.OpCases;

/// <summary>Golden files of the discrete VAE.</summary>
internal static class GoldenDiscreteVae
{
    public static void Encoder(GoldenModel model)
    {
        var parameters = new ParameterSet("tokenizer");
        var encoder = new DiscreteVaeEncoder(parameters, Options(model));
        model.Use(parameters);
        Tensor pixels = model.Input("pixels");
        Tensor logits = encoder.Forward(pixels);
        model.Expect("output.logits", logits);
        model.Expect("output.golden_tokens", encoder.ForwardTokens(pixels));
        model.ExpectLoss(model.WeightedSum(logits, "grad_output"), "pixels");
    }

    public static void Decoder(GoldenModel model)
    {
        var parameters = new ParameterSet("tokenizer");
        var decoder = new DiscreteVaeDecoder(parameters, Options(model));
        model.Use(parameters);
        Tensor code = model.Input("code");
        Tensor statistics = decoder.Forward(code);
        model.Expect("output.statistics", statistics);
        Tensor tokens = model.Input("tokens").Reshape(code.Shape[0], code.Shape[2], code.Shape[3]);
        model.Expect("output.image", decoder.ForwardTokens(tokens).LaplaceMeanImage());
        model.ExpectLoss(model.WeightedSum(statistics, "grad_output"), "code");
    }

    public static void Training(GoldenModel model)
    {
        JsonElement config = model.File.Config;
        float Number(string name) => config.GetProperty(name).GetSingle();
        var parameters = new ParameterSet("tokenizer");
        var tokenizer = new DiscreteVae(parameters, Options(model));
        model.Use(parameters);
        Tensor pixels = model.Input("image").MapPixels();
        Tensor logits = tokenizer.Encode(pixels);
        Tensor code = logits.Add(model.Input("gumbel")).Scale(1 / Number("temperature")).SoftmaxChannels();
        Tensor statistics = tokenizer.DecodeSoft(code);
        Tensor nll = statistics.LogitLaplaceLoss(pixels), kl = logits.KlToUniform(), usage = logits.CodeUsageEntropy();
        model.Expect("output.logits", logits);
        model.Expect("output.code", code);
        model.Expect("output.statistics", statistics);
        model.Expect("output.nll", nll);
        model.Expect("output.kl", kl);
        model.Expect("output.usage_entropy", usage);
        model.ExpectLoss(nll.Add(kl.Scale(Number("klWeight"))).Subtract(usage.Scale(Number("usageWeight"))));
    }

    private static DiscreteVaeOptions Options(GoldenModel model)
    {
        JsonElement config = model.File.Config;
        return new DiscreteVaeOptions
        {
            GroupCount = config.GetProperty("groupCount").GetInt32(),
            BlocksPerGroup = config.GetProperty("blocksPerGroup").GetInt32(),
            HiddenWidth = config.GetProperty("hiddenWidth").GetInt32(),
            InitWidth = config.GetProperty("initWidth").GetInt32(),
            VocabularySize = config.GetProperty("vocabularySize").GetInt32(),
        };
    }
}
