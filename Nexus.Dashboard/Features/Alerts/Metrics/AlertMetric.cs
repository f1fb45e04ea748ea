using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Features.Alerts.Metrics;

/// <summary>What a value counts.</summary>
internal enum AlertUnit
{
    /// <summary>A part of a whole: 0.9 is 90 %.</summary>
    Share,

    /// <summary>How many.</summary>
    Count,

    /// <summary>Seconds.</summary>
    Seconds,

    /// <summary>Days.</summary>
    Days,

    /// <summary>Gibibytes.</summary>
    Gibibytes,

    /// <summary>1 where it is so, 0 where it is not.</summary>
    Flag,
}

/// <summary>What a rule's scope may say for a metric.</summary>
[Flags]
internal enum AlertScopes
{
    /// <summary>Nothing: it is the whole installation's.</summary>
    None = 0,

    /// <summary>An owner path: what lies within it, and no more than its people may see.</summary>
    Owner = 1,

    /// <summary>A pool.</summary>
    Pool = 2,

    /// <summary>A kind, or a kind and period as quotas name them.</summary>
    Resource = 4,
}

/// <summary>Something that rules can watch.</summary>
/// <param name="Name">Its name: what it is about, a dot, what of it.</param>
/// <param name="Unit">What its values count.</param>
/// <param name="Scopes">What a rule's scope may say.</param>
/// <param name="Meaning">What it is, in a few words.</param>
/// <param name="Says">What a value means for a subject, as a sentence without its full stop.</param>
internal sealed record AlertMetric(string Name, AlertUnit Unit, AlertScopes Scopes, string Meaning, Func<AlertSubject, string, string> Says)
{
    /// <summary>A value with its unit.</summary>
    public string Show(double value) => Unit switch
    {
        AlertUnit.Share => Numbers.Percent(value, 1),
        AlertUnit.Seconds => Numbers.Duration(TimeSpan.FromSeconds(Math.Clamp(value, -1e9, 1e9))),
        AlertUnit.Days => $"{Numbers.Count(Rounded(value))}\u00A0d",
        AlertUnit.Gibibytes => $"{Numbers.Count(Rounded(value))}\u00A0GiB",
        _ => Numbers.Count(Rounded(value)),
    };

    private static decimal Rounded(double value) => (decimal)Math.Round(Math.Clamp(value, -1e15, 1e15), 3);
}
