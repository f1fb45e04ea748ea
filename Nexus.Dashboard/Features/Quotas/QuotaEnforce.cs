using System.Globalization;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>Whether and when what is held above a lowered limit is taken back, as it is being chosen.</summary>
public sealed class QuotaEnforce
{
    public const string Never = "never";
    public const string Now = "now";
    public const string Later = "at";

    /// <summary><see cref="Never"/>, <see cref="Now"/> or <see cref="Later"/>.</summary>
    public string Choice { get; set; } = Never;

    /// <summary>When, in UTC: <c>2026-11-24T18:00</c>.</summary>
    public string At { get; set; } = "";

    /// <summary>From when on; null for never. Or what is wrong.</summary>
    public (DateTimeOffset? At, string? Wrong) Read(DateTimeOffset now) => Choice switch
    {
        Now => (now, null),
        Later when !DateTimeOffset.TryParse(At, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out _) => (null, "Say when it is enforced"),
        Later => (DateTimeOffset.Parse(At, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal), null),
        _ => (null, null),
    };
}
