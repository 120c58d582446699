using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Gather;

/// <summary>Operands of the ops that work on tokens by position.</summary>
internal static class Positions
{
    /// <summary>Sizes from one token to a picture's worth: batch, tokens, positions, width.</summary>
    public static readonly (int Batch, int Tokens, int Count, int Width)[] Forms =
    {
        (1, 1, 1, 1), (1, 2, 1, 3), (3, 5, 5, 1), (2, 7, 3, 5), (1, 17, 1, 9), (5, 17, 16, 3), (2, 31, 7, 8), (2, 64, 33, 3), (3, 65, 32, 2),
        (1, 196, 75, 4), (7, 9, 4, 17), (1, 3, 2, 65),
    };

    /// <summary>Rising positions, other ones in every image: each image's first tokens moved on by a growing step, so that both ends occur.</summary>
    public static CaseInput Of(int batch, int tokens, int count)
    {
        var values = new int[batch * count];
        for (int image = 0; image < batch; image++)
        {
            var chosen = new SortedSet<int>();
            for (int next = image % 2 == 0 ? 0 : tokens - 1; chosen.Count < count; next = (next + (3 * image) + 2) % tokens)
                while (!chosen.Add(next)) next = (next + 1) % tokens;
            chosen.CopyTo(values, image * count);
        }
        return CaseInput.Of("positions", new Shape(batch, count), values);
    }
}
