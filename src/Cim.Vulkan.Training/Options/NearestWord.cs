using System;
using System.Collections.Generic;

namespace Cim.Vulkan.Training;

/// <summary>Finds what a mistyped word was meant to be.</summary>
public static class NearestWord
{
    /// <summary>The word with the fewest single-letter changes, or null where that is more than a third of the letters.</summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="words">What would be right.</param>
    public static string? To(string typed, IEnumerable<string> words)
    {
        ArgumentNullException.ThrowIfNull(typed);
        ArgumentNullException.ThrowIfNull(words);
        string? nearest = null;
        int fewest = Math.Max(2, typed.Length / 3) + 1;
        foreach (string word in words)
        {
            int changes = Changes(typed, word);
            if (changes < fewest) (nearest, fewest) = (word, changes);
        }
        return nearest;
    }

    // Levenshtein's distance, one row of the table at a time.
    private static int Changes(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++) row[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
