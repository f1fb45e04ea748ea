using System.Globalization;
using System.Xml;
using Nexus.Dashboard.Api;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Settings;

/// <summary>A way of giving way as somebody types it.</summary>
internal sealed class DegradeDraft
{
    private static readonly char[] Separators = [',', ' '];

    /// <summary>In what.</summary>
    public DegradeKind Kind { get; set; }

    /// <summary>The least share, in per cent.</summary>
    public string Least { get; set; } = "50";

    /// <summary>The kinds, with commas; empty for all that is held or metered.</summary>
    public string Resources { get; set; } = "";

    /// <summary>The pools, with commas.</summary>
    public string Pools { get; set; } = "";

    /// <summary>How much later, ISO 8601 or seconds.</summary>
    public string Within { get; set; } = "PT1H";

    /// <summary>A way as it is.</summary>
    public static DegradeDraft Of(DegradeStep step) => step switch
    {
        LowerAmounts lower => new DegradeDraft { Kind = DegradeKind.Amount, Least = ((decimal)lower.Least * 100 / LowerAmounts.Whole).ToString("0.#", CultureInfo.InvariantCulture), Resources = string.Join(", ", lower.Resources ?? []) },
        MorePools more => new DegradeDraft { Kind = DegradeKind.Pool, Pools = string.Join(", ", more.Pools) },
        LaterStart later => new DegradeDraft { Kind = DegradeKind.Start, Within = XmlConvert.ToString(later.Within) },
        _ => throw new ArgumentOutOfRangeException(nameof(step), $"a way {step.GetType().Name} is not typed"),
    };

    /// <summary>As a body, which says what is wrong with it.</summary>
    public DegradeStepBody ToBody() => new()
    {
        Kind = Kind,
        Least = Kind != DegradeKind.Amount ? null : decimal.TryParse(Least, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal share) ? new Amount(share / 100) : new Amount(0),
        Resources = Kind != DegradeKind.Amount || Names(Resources) is not { Count: > 0 } kinds ? null : kinds,
        Pools = Kind != DegradeKind.Pool ? null : Names(Pools),
        Within = Kind != DegradeKind.Start ? null : Duration.Parse(Within.Trim()),
    };

    private static List<string> Names(string text) => [.. text.Split(Separators, StringSplitOptions.RemoveEmptyEntries)];
}
