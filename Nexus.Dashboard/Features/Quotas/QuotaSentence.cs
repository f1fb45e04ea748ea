using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>The sentence under the title: who uses more than their own, and who is held back.</summary>
internal static class QuotaSentence
{
    private const int MostNamed = 2;

    /// <summary>The parts of it; a part with a node is a link to it.</summary>
    public static IReadOnlyList<(string Text, QuotaRow? Node)> Of(QuotaView view)
    {
        if (view.Chosen is not { } chosen)
        {
            return [("Everyone may use everything that the pools have.", null)];
        }

        string kind = chosen.Resource;
        List<(string, QuotaRow?)> parts = [];
        QuotaRow[] borrowers = [.. view.Rows.Where(r => r.Borrowed > 0).OrderByDescending(r => r.Borrowed).ThenBy(r => r.Path, StringComparer.Ordinal)];
        foreach (QuotaRow row in borrowers.Take(MostNamed))
        {
            parts.Add((Name(row), row));
            parts.Add(($" borrows {Numbers.Count(row.Borrowed)} {kind}{(row.Cap is { } cap && row.Used < cap ? $" and is {Numbers.Count(cap - row.Used.Value)} from its ceiling" : row.Cap is null ? "" : " and is at its ceiling")}. ", null));
        }

        QuotaRow[] held = [.. view.Rows.Where(r => r.Stopped > 0).OrderByDescending(r => r.Stopped).ThenBy(r => r.Path, StringComparer.Ordinal)];
        foreach (QuotaRow row in held.Take(MostNamed))
        {
            parts.Add((Name(row), row));
            parts.Add(($" is held back: {Numbers.Count(row.Stopped)} {(row.Stopped == 1 ? "waits" : "wait")} for its quota{(row.Refused > 0 ? $", {Numbers.Count(row.Refused)} were refused" : "")}. ", null));
        }

        int more = Math.Max(0, borrowers.Length - MostNamed) + Math.Max(0, held.Length - MostNamed);
        return parts.Count == 0 ? [($"Nobody borrows {kind} and nobody waits for a quota of it.", null)]
            : more > 0 ? [.. parts, ($"{more} more {(more == 1 ? "does" : "do")} one or the other.", null)]
            : parts;
    }

    private static string Name(QuotaRow row) => row.Owner.IsRoot ? "The system" : row.Owner.ToString();
}
