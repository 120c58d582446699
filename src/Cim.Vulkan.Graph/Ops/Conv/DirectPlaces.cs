using System;

namespace Cim.Vulkan.Graph;

/// <summary>What an invocation of the direct convolutions holds: channels of neighbouring places.</summary>
/// <param name="Lines">Rows.</param>
/// <param name="Pixels">Places of a row.</param>
/// <param name="Channels">Channels, read by fours.</param>
internal readonly record struct DirectPlaces(int Lines, int Pixels, int Channels)
{
    private const int MostPlaces = 32, WideChannels = 8, NarrowChannels = 4;

    // Multiply-adds of an invocation between two loads of weights: the code of one row of taps.
    private const int MostProducts = 2048;

    // Cost of loading four weights and of loading one element, in multiply-adds, as measured.
    private const int WeightLoad = 60, ElementLoad = 25;

    /// <summary>Workgroups that the places of an image take.</summary>
    /// <param name="height">Rows.</param>
    /// <param name="width">Places of a row.</param>
    public long PlaceGroups(long height, long width) => Lowering.DivideUp(height, Lines) * Lowering.DivideUp(width, Pixels);

    /// <summary>Workgroups that the channels take.</summary>
    /// <param name="channels">Channels.</param>
    /// <param name="local">Invocations of a workgroup.</param>
    public long ChannelGroups(int channels, int local) => Lowering.DivideUp(channels, (long)Channels * local);

    /// <summary>Chooses for the places of an image, or of one phase of it.</summary>
    /// <param name="local">Invocations of a workgroup.</param>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="height">Rows of places.</param>
    /// <param name="width">Places of a row.</param>
    /// <param name="taps">Taps of a row.</param>
    /// <param name="step">Source columns from one place to the next.</param>
    /// <param name="dilation">Source columns from one tap to the next.</param>
    public static DirectPlaces For(int local, int channels, long height, long width, int taps, int step, int dilation)
    {
        int own = ChannelsFor(channels, local), most = Math.Max(1, Math.Min(MostPlaces, MostProducts / (taps * own)));
        var best = new DirectPlaces(1, 1, own);
        double least = double.MaxValue;
        for (int pixels = (int)Math.Min(most, width); pixels >= 1; pixels--)
            for (int lines = (int)Math.Min(most / pixels, height); lines >= 1; lines--)
            {
                var places = new DirectPlaces(lines, pixels, own);
                long shares = Lowering.DivideUp(((pixels - 1L) * step) + ((taps - 1L) * dilation) + 1, local);
                double cost = places.PlaceGroups(height, width) * ((lines * pixels * taps * own) + (WeightLoad * taps * own / 4) + (ElementLoad * lines * shares));
                if (cost < least) (best, least) = (places, cost);
            }
        return best;
    }

    /// <summary>Channels of an invocation: the more, the more share what is loaded of the source, but the last workgroup may compute many in vain.</summary>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="local">Invocations of a workgroup.</param>
    public static int ChannelsFor(int channels, int local)
    {
        long wide = Lowering.DivideUp(channels, WideChannels * local) * WideChannels, narrow = Lowering.DivideUp(channels, NarrowChannels * local) * NarrowChannels;
        return 5 * narrow < 4 * wide ? NarrowChannels : WideChannels;
    }
}
