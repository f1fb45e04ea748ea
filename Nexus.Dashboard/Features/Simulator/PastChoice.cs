using System.Globalization;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>What is to be simulated: how much of the recorded past, or a trace.</summary>
/// <param name="Last">The key of a <see cref="PastRange"/> that ends now, <see cref="Between"/> or <see cref="Trace"/>.</param>
/// <param name="From">Where the window begins.</param>
/// <param name="To">Where it ends.</param>
public sealed record PastChoice(string Last, DateTimeOffset? From = null, DateTimeOffset? To = null)
{
    /// <summary>A window with a beginning and an end.</summary>
    public const string Between = "between";

    /// <summary>A trace that is handed in.</summary>
    public const string Trace = "trace";

    /// <summary>The last hour.</summary>
    public static PastChoice Default { get; } = new(PastRange.Default.Key);

    /// <summary>Reads it from the address; what cannot be read is as if it were not there.</summary>
    public static PastChoice Read(string? last, string? from, string? to) => (Moment(from), Moment(to)) switch
    {
        (null, null) when last is Trace or Between || PastRange.All.Any(r => r.Key == last) => new PastChoice(last!),
        (null, null) => Default,
        var (begins, ends) => new PastChoice(Between, begins, ends),
    };

    /// <summary>As it stands in the address.</summary>
    public IReadOnlyDictionary<string, object?> ToAddress() => new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["last"] = this == Default || From is not null || To is not null ? null : Last,
        ["from"] = Text(From),
        ["to"] = Text(To),
    };

    /// <summary>What is missing before it can be run; null where nothing is.</summary>
    public string? Missing(string? trace) => Last switch
    {
        Trace when trace is null => "Choose a trace",
        Between when From is null || To is null => "Say from when to when",
        Between when From >= To => "The window must end later than it begins",
        _ => null,
    };

    /// <summary>From when to when, as far as that is said; nothing of a trace.</summary>
    public (DateTimeOffset? From, DateTimeOffset? To) Ends(DateTimeOffset now) =>
        Last is Trace ? (null, null) : Last is Between ? (From, To) : (now - PastRange.All.First(r => r.Key == Last).Span, now);

    /// <summary>The window, where it is one.</summary>
    internal WindowBody? Window(DateTimeOffset now) => Last switch
    {
        Trace => null,
        Between => new WindowBody(From, To),
        _ => new WindowBody(now - PastRange.All.First(r => r.Key == Last).Span, now),
    };

    private static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset at) ? at : null;

    private static string? Text(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);
}
