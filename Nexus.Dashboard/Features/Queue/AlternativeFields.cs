using Nexus.Dashboard.Api;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>Another configuration in which a request could be served.</summary>
internal sealed record AlternativeBody
{
    public Dictionary<string, Amount>? Resources { get; set; }

    public List<string>? Pools { get; set; }

    public Dictionary<string, string>? PoolLabels { get; set; }

    /// <summary>How long it runs at most in this configuration.</summary>
    public Duration? Duration { get; set; }

    /// <summary>A configuration as clients see it.</summary>
    public static AlternativeBody Of(Alternative alternative) => new()
    {
        Resources = RequestAnswer.AmountsOf(alternative.Resources),
        Pools = alternative.Pools is null ? null : [.. alternative.Pools],
        PoolLabels = RequestAnswer.Pairs(alternative.PoolLabels),
        Duration = alternative.Duration is { } duration ? (Duration)duration : null,
    };
}

/// <summary>Reads <c>alternatives</c> of a request: the configurations that would do as well as the one that it states.</summary>
internal static class AlternativeFields
{
    private const string Path = "$.alternatives";
    private const string Beside = "cannot stand beside alternatives: leave it out, or state one configuration";

    /// <summary>The others; null where there are none, or something is wrong.</summary>
    public static Alternative[]? Read(Faults faults, RequestBody body)
    {
        if (body.Alternatives is not { } stated)
        {
            return null;
        }

        faults.When(stated.Count is 0 or > Alternatives.Most, Path, $"must state 1 to {Alternatives.Most} configurations beside the main one; leave it out where there is no other");
        faults.When(body.Work is not null || body.Amounts is not null, "$.work", Beside);
        faults.When(body.Sizing == RequestSizing.Learned, "$.sizing", Beside);
        faults.When(body.MaxDelay is not null, "$.maxDelay", Beside);
        faults.When(body.Allowance is not null, "$.allowance", Beside);
        Alternative[] read = [.. stated.Take(Alternatives.Most).Select((a, i) => Read(faults, $"{Path}[{i}]", a))];
        return faults.Problem is null ? read : null;
    }

    private static Alternative Read(Faults faults, string path, AlternativeBody? body)
    {
        faults.When(body?.Resources is not { Count: > 0 }, $"{path}.resources", "must name at least one kind, for example {\"gpu\": 1}");
        RequestBody.CheckPools(faults, $"{path}.pools", body?.Pools);
        return new Alternative(
            faults.Asked($"{path}.resources", body?.Resources, RequestBody.MaxKinds), body?.Pools, faults.Labels($"{path}.poolLabels", body?.PoolLabels),
            faults.Span($"{path}.duration", body?.Duration, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(366)));
    }
}
