using System;

namespace Cim.Vulkan.Models;

/// <summary>Sizes of the discrete VAE; the defaults are those of DALL-E (Ramesh et al. 2021).</summary>
public sealed record DiscreteVaeOptions
{
    /// <summary>Groups of blocks in each half; between two groups height and width are halved or doubled.</summary>
    public int GroupCount { get; init; } = 4;

    /// <summary>Residual blocks in a group.</summary>
    public int BlocksPerGroup { get; init; } = 2;

    /// <summary>Channels of the widest-resolution group; every halving doubles them.</summary>
    public int HiddenWidth { get; init; } = 256;

    /// <summary>Channels of the decoder's first layer.</summary>
    public int InitWidth { get; init; } = 128;

    /// <summary>Number of different visual tokens.</summary>
    public int VocabularySize { get; init; } = 8192;

    /// <summary>Channels of an image.</summary>
    public int InputChannels { get; init; } = 3;

    /// <summary>Pixels along one side of the square that a token stands for.</summary>
    public int Downsampling => 1 << (GroupCount - 1);

    /// <summary>Factor on every residual branch: 1 / layers².</summary>
    public float PostGain => 1f / (GroupCount * BlocksPerGroup * GroupCount * BlocksPerGroup);

    /// <summary>Channels of a group of the encoder, or of the decoder counted from its end.</summary>
    /// <param name="group">0 for the group at full resolution.</param>
    public int GroupWidth(int group) => HiddenWidth << group;

    /// <summary>Refuses sizes that make no model.</summary>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public void Validate()
    {
        Require(GroupCount is >= 1 and <= 6, $"groupCount must be within [1, 6], got {GroupCount}");
        Require(BlocksPerGroup >= 1, $"blocksPerGroup must be at least 1, got {BlocksPerGroup}");
        Require(HiddenWidth >= 4 && HiddenWidth % 4 == 0,
            $"hiddenWidth must be a multiple of 4, for a block's inner layers have a quarter of it; got {HiddenWidth}");
        Require(InitWidth >= 1, $"initWidth must be at least 1, got {InitWidth}");
        Require(VocabularySize >= 2, $"vocabularySize must be at least 2, got {VocabularySize}");
        Require(InputChannels >= 1, $"inputChannels must be at least 1, got {InputChannels}");
    }

    private static void Require(bool holds, string message)
    {
        if (!holds) throw new ArgumentException($"discrete VAE: {message}");
    }
}
