using Nexus.Dashboard.Api;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>Percentiles of the Measured kinds by a dimension.</summary>
/// <param name="GroupBy">The dimension.</param>
/// <param name="Groups">The groups, the one with the most requests first.</param>
/// <param name="LeftOut">How many groups there are beyond those.</param>
internal sealed record TimesAnswer(string GroupBy, IReadOnlyList<TimesGroupAnswer> Groups, int? LeftOut)
{
    public static TimesAnswer Of(TimesReport report, TimesDimension dimension) => new(
        dimension.Name, [.. report.Groups.Select(TimesGroupAnswer.Of)], report.LeftOut == 0 ? null : report.LeftOut);
}

/// <summary>The times of one group: by Measured kind, in its unit, seconds.</summary>
internal sealed record TimesGroupAnswer(string Name, int Requests, Dictionary<string, PercentilesAnswer> Times)
{
    public static TimesGroupAnswer Of(TimesGroup group) => new(
        group.Name, group.Requests, group.Times.ToDictionary(t => t.Key, t => PercentilesAnswer.Of(t.Value), StringComparer.Ordinal));
}

/// <summary>How times are spread, in seconds.</summary>
internal sealed record PercentilesAnswer(int Count, Amount Mean, Amount P50, Amount P90, Amount P95, Amount P99, Amount Max)
{
    public static PercentilesAnswer Of(Percentiles of) => new(of.Count, Seconds(of.Mean), Seconds(of.P50), Seconds(of.P90), Seconds(of.P95), Seconds(of.P99), Seconds(of.Max));

    private static Amount Seconds(TimeSpan time) => new((decimal)(time.Ticks / TimeSpan.TicksPerMillisecond) / 1000m);
}
