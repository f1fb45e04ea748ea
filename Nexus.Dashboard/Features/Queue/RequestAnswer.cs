using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>A request as clients see it. What is absent is left out.</summary>
internal sealed record RequestAnswer
{
    public required string Id { get; init; }

    public required RequestStatus Status { get; init; }

    public required int Attempt { get; init; }

    public required string Owner { get; init; }

    public required Dictionary<string, Amount> Resources { get; init; }

    public required string Priority { get; init; }

    public required DateTimeOffset SubmittedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public bool? Queue { get; init; }

    public IReadOnlyList<string>? Pools { get; init; }

    public Dictionary<string, string>? PoolLabels { get; init; }

    public Duration? Duration { get; init; }

    public Duration? MaxWait { get; init; }

    public required int LeaseSeconds { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    public LeaseAnswer? Lease { get; init; }

    /// <summary>When it would start as things stand; an estimate, not a promise.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    public ExplanationAnswer? Explanation { get; init; }

    public Dictionary<string, Amount>? Usage { get; init; }

    public Outcome? Outcome { get; init; }

    public bool? Late { get; init; }

    public long Version { get; init; }

    public static RequestAnswer Of(Request request, Configuration configuration) => new()
    {
        Id = request.Spec.Id,
        Status = request.Status,
        Attempt = request.Attempt,
        Owner = request.Owner.ToString(),
        Resources = Amounts(request.Spec.Resources),
        Priority = request.Priority,
        SubmittedAt = request.SubmittedAt.ToDateTimeOffset(),
        EndedAt = request.EndedAt?.ToDateTimeOffset(),
        Queue = request.Spec.Queue ? true : null,
        Pools = request.Spec.Pools,
        PoolLabels = Pairs(request.Spec.PoolLabels),
        Duration = request.Spec.Duration is { } duration ? (Duration)duration : null,
        MaxWait = request.Spec.MaxWait is { } wait ? (Duration)wait : null,
        LeaseSeconds = (int)request.Spec.LeaseLength.TotalSeconds,
        Labels = Pairs(request.Labels),
        Lease = request.Lease is { } lease ? LeaseAnswer.Of(lease) : null,
        Explanation = request.Reason is { } reason ? ExplanationAnswer.Of(reason) : null,
        Usage = request.Settlement is { } settled ? Settled(request, settled, configuration) : null,
        Outcome = request.Settlement?.Outcome,
        Late = request.Settlement is { Late: true } ? true : null,
        Version = request.Version,
    };

    /// <summary>As the answer of a dry run: its lease does not exist and has no id.</summary>
    public RequestAnswer AsImagined() => this with { Lease = Lease is null ? null : Lease with { Id = null } };

    /// <summary>With the whole explanation.</summary>
    public static RequestAnswer Of(Request request, Configuration configuration, Explanation? explanation) => explanation is null
        ? Of(request, configuration)
        : Of(request, configuration) with
        {
            StartsAt = request.Status == RequestStatus.Queued ? explanation.EstimatedStart?.ToDateTimeOffset() : null,
            Explanation = ExplanationAnswer.Of(explanation),
        };

    public static Dictionary<string, Amount> Amounts(ResourceVector vector)
    {
        Dictionary<string, Amount> amounts = new(vector.Count, StringComparer.Ordinal);
        foreach (ResourceAmount amount in vector.AsSpan())
        {
            amounts[amount.Kind] = amount.Quantity;
        }

        return amounts;
    }

    public static Dictionary<string, string>? Pairs(Labels labels) => labels.Count == 0 ? null : labels.ToDictionary(StringComparer.Ordinal);

    /// <summary>What was really used: Metered kinds in their unit, Held kinds in unit-hours, rounded once to six decimals, half to even.</summary>
    private static Dictionary<string, Amount> Settled(Request request, Settlement settled, Configuration configuration)
    {
        Dictionary<string, Amount> usage = Amounts(settled.Metered);
        foreach (ResourceAmount amount in request.Lease!.Amounts.AsSpan())
        {
            if (configuration.Kind(amount.Kind)?.Behaviour == ResourceBehaviour.Held)
            {
                decimal hours = (decimal)settled.Held.TotalMilliseconds / 3_600_000m;
                usage[amount.Kind] = new Amount(decimal.Round(amount.Quantity.Units * hours, 6, MidpointRounding.ToEven));
            }
        }

        return usage;
    }
}

/// <summary>A lease as clients see it.</summary>
internal sealed record LeaseAnswer(string? Id, Dictionary<string, string> Pools, Dictionary<string, Amount> Resources, DateTimeOffset GrantedAt, DateTimeOffset ExpiresAt, Dictionary<string, Amount>? Usage)
{
    public static LeaseAnswer Of(Lease lease)
    {
        Dictionary<string, string> pools = new(lease.Amounts.Count, StringComparer.Ordinal);
        for (int i = 0; i < lease.Amounts.Count; i++)
        {
            pools[lease.Amounts[i].Kind] = lease.Pools[i];
        }

        return new LeaseAnswer(
            lease.Id, pools, RequestAnswer.Amounts(lease.Amounts), lease.GrantedAt.ToDateTimeOffset(), lease.ExpiresAt.ToDateTimeOffset(),
            lease.Usage.Count == 0 ? null : RequestAnswer.Amounts(lease.Usage));
    }
}

/// <summary>The answer to a renewal: the request, and why an extension was refused.</summary>
internal sealed record RenewAnswer(string Id, RequestStatus Status, LeaseAnswer Lease, ExplanationAnswer? Explanation);

/// <summary>The answer to a release.</summary>
internal sealed record ReleaseAnswer(string Id, RequestStatus Status, Dictionary<string, Amount> Usage, Outcome? Outcome, bool? Late);

/// <summary>The answers to a batch, in its order.</summary>
internal sealed record BatchAnswer(IReadOnlyList<BatchItem> Items);

/// <summary>One answer of a batch: a request, or what is wrong with it.</summary>
internal sealed record BatchItem(string? Id, RequestStatus? Status, int? Attempt, LeaseAnswer? Lease, ExplanationAnswer? Explanation, Problem? Error);
