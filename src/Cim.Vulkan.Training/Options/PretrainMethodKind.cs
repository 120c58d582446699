namespace Cim.Vulkan.Training;

/// <summary>How an enhancer is pre-trained.</summary>
public enum PretrainMethodKind
{
    /// <summary>Corrupted Image Modeling (Fang et al. 2023): restore, or spot what a generator and a tokenizer have painted.</summary>
    Cim,

    /// <summary>Masked image modeling with visual tokens (Bao et al. 2021, BEiT): tell the tokens of masked patches.</summary>
    Beit,

    /// <summary>Masked image modeling with pixels (Xie et al. 2022, SimMIM): tell the pixels of masked patches.</summary>
    SimMim,

    /// <summary>Denoising, the control without mask, tokenizer and generator: restore pixels from under Gaussian noise.</summary>
    Denoise,
}
