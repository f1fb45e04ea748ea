namespace Nexus.Dashboard.Features.Audit;

/// <summary>Actions of the audit as a sentence says them: <c>changePool</c> is "changed pool".</summary>
internal static class AuditWords
{
    private static readonly Dictionary<string, string> Verbs = new(StringComparer.Ordinal)
    {
        ["add"] = "added", ["carve"] = "carved", ["cancel"] = "cancelled", ["change"] = "changed", ["decline"] = "declined", ["close"] = "closed", ["create"] = "created", ["enter"] = "entered", ["delete"] = "deleted", ["drain"] = "drained",
        ["heal"] = "healed", ["hold"] = "held back", ["jump"] = "moved", ["let"] = "let", ["open"] = "opened", ["pause"] = "paused", ["raise"] = "raised", ["requeue"] = "put back", ["remove"] = "removed", ["rerate"] = "rerated", ["resume"] = "resumed", ["revoke"] = "revoked", ["sign"] = "signed", ["switch"] = "switched",
    };

    /// <summary>What somebody did.</summary>
    public static string Past(string action)
    {
        string[] words = string.Concat(action.Select(c => char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : c.ToString())).Split(' ');
        words[0] = Verbs.GetValueOrDefault(words[0], words[0]);
        return string.Join(' ', words);
    }
}
