namespace Nexus.Dashboard.Shared;

/// <summary>Labels as people type them: <c>team=a, zone=b</c>.</summary>
internal static class LabelText
{
    /// <summary>The pairs; null where nothing was typed. What has no <c>=</c> becomes a name without a value, which the rules of labels then refuse by name.</summary>
    public static Dictionary<string, string>? Parse(string text)
    {
        string[] pairs = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return pairs.Length == 0 ? null
            : pairs.Select(p => p.Split('=', 2, StringSplitOptions.TrimEntries)).GroupBy(p => p[0], StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => g.Last().Length > 1 ? g.Last()[1] : "", StringComparer.Ordinal);
    }
}
