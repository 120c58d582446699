using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>DALL-E's discrete VAE, the image tokenizer of BEiT and CIM (Ramesh et al. 2021).</summary>
public sealed class DiscreteVae
{
    private readonly DiscreteVaeEncoder _encoder;
    private readonly DiscreteVaeDecoder _decoder;

    /// <summary>Declares the parameters under DALL-E's names behind <c>encoder.</c> and <c>decoder.</c>.</summary>
    /// <param name="parameters">Takes the parameters.</param>
    /// <param name="options">Sizes.</param>
    /// <param name="prefix">Goes before every name.</param>
    public DiscreteVae(ParameterSet parameters, DiscreteVaeOptions options, string prefix = "")
    {
        Parameters = parameters;
        Options = options;
        _encoder = new DiscreteVaeEncoder(parameters, options, $"{prefix}encoder.");
        _decoder = new DiscreteVaeDecoder(parameters, options, $"{prefix}decoder.");
    }

    /// <summary>The set that took the parameters.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Sizes.</summary>
    public DiscreteVaeOptions Options { get; }

    /// <summary>Logits over visual tokens: <c>[batch, vocabularySize, height / downsampling, width / downsampling]</c>.</summary>
    /// <param name="pixels">Images after <c>MapPixels</c>, <c>[batch, channels, height, width]</c>.</param>
    public Tensor Encode(Tensor pixels) => _encoder.Forward(pixels);

    /// <summary>The most likely visual tokens, without noise: Int32 <c>[batch, tokens]</c>. The logits never lie in memory.</summary>
    /// <param name="pixels">Images after <c>MapPixels</c>, <c>[batch, channels, height, width]</c>.</param>
    public Tensor EncodeTokens(Tensor pixels) => _encoder.ForwardTokens(pixels);

    /// <summary>Logit-Laplace statistics from a soft code: <c>[batch, 2 * channels, height * downsampling, width * downsampling]</c>.</summary>
    /// <param name="code">Weights over tokens, <c>[batch, vocabularySize, height, width]</c>.</param>
    public Tensor DecodeSoft(Tensor code) => _decoder.Forward(code);

    /// <summary>Logit-Laplace statistics from tokens, the first layer as a look-up; <c>LaplaceMeanImage()</c> makes a picture of them.</summary>
    /// <param name="tokens">Int32 <c>[batch, height, width]</c>.</param>
    public Tensor DecodeTokens(Tensor tokens) => _decoder.ForwardTokens(tokens);
}
