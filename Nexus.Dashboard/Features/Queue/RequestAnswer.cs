using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
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

    public bool? Held { get; init; }

    public IReadOnlyList<string>? Pools { get; init; }

    public Dictionary<string, string>? PoolLabels { get; init; }

    public int? Members { get; init; }

    public Duration? Duration { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    public bool? Preemptible { get; init; }

    public string? Reservation { get; init; }

    /// <summary>The allowance that it draws from.</summary>
    public string? Allowance { get; init; }

    /// <summary>The work whose amounts it left open, in unit-seconds; <see cref="Resources"/> and <see cref="Duration"/> say what was chosen.</summary>
    public Dictionary<string, Amount>? Work { get; init; }

    /// <summary>Within what the amounts may be chosen.</summary>
    public Dictionary<string, AmountsBody?>? Amounts { get; init; }

    /// <summary>The other configurations that it stated; <see cref="Resources"/>, <see cref="Pools"/> and <see cref="Duration"/> say what it has or waits for.</summary>
    public IReadOnlyList<AlternativeBody>? Alternatives { get; init; }

    /// <summary>Which of them it has or stands in line for, from 1; absent for the main one.</summary>
    public int? Alternative { get; init; }

    /// <summary>The main configuration, where another was chosen.</summary>
    public AlternativeBody? Main { get; init; }

    /// <summary><c>learned</c> where its amounts are maxima; <see cref="Resources"/> says what was reserved of them at first, its lease what it has taken since.</summary>
    public RequestSizing? Sizing { get; init; }

    /// <summary>The most that it may use, where its size is learned.</summary>
    public Dictionary<string, Amount>? Maximum { get; init; }

    /// <summary>The most that it may cost in all.</summary>
    public MoneyAnswer? MaxCost { get; init; }

    /// <summary>What was chosen and why not less, in a sentence.</summary>
    public string? Choice { get; init; }

    public Duration? MaxWait { get; init; }

    /// <summary>How long after its submission it may start so that it costs less.</summary>
    public Duration? MaxDelay { get; init; }

    /// <summary>False where it must not get less than it asks for.</summary>
    public bool? Degrade { get; init; }

    /// <summary>What it asked for, where it got less before it was refused; the fields beside say what it got.</summary>
    public DegradedAnswer? Degraded { get; init; }

    /// <summary>Whether it may share a grant; <c>shared</c> of its lease says whether it joined one.</summary>
    public bool? Mergeable { get; init; }

    public required int LeaseSeconds { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    public LeaseAnswer? Lease { get; init; }

    /// <summary>When it starts: the promise of what is reserved; an estimate, as things stand, of what is queued.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    public ExplanationAnswer? Explanation { get; init; }

    public Dictionary<string, Amount>? Usage { get; init; }

    /// <summary>What it cost so far, earlier attempts included; absent where nothing has a price.</summary>
    public MoneyAnswer? Cost { get; init; }

    /// <summary>What it is expected to cost beyond that, while it runs or is booked: what budgets reserve for it.</summary>
    public MoneyAnswer? EstimatedCost { get; init; }

    public Outcome? Outcome { get; init; }

    public bool? Late { get; init; }

    public long Version { get; init; }

    /// <summary>A request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="configuration">The kinds, and the currency.</param>
    /// <param name="namesGrant">True where the reader may know which grant it joined.</param>
    public static RequestAnswer Of(Request request, Configuration configuration, bool namesGrant)
    {
        Dictionary<string, Amount> asked = AmountsOf(request.Spec.Resources);
        return new RequestAnswer
        {
            Id = request.Spec.Id,
            Status = request.Status,
            Attempt = request.Attempt,
            Owner = request.Owner.ToString(),
            Resources = asked,
            Priority = request.Priority,
            SubmittedAt = request.SubmittedAt.ToDateTimeOffset(),
            EndedAt = request.EndedAt?.ToDateTimeOffset(),
            Queue = request.Spec.Queue ? true : null,
            Held = request.Held ? true : null,
            Pools = request.Spec.Pools,
            PoolLabels = Pairs(request.Spec.PoolLabels),
            Members = request.Spec.Members > 1 ? request.Spec.Members : null,
            Deadline = request.Spec.Deadline?.ToDateTimeOffset(),
            Preemptible = request.Spec.Preemptible ? true : null,
            Reservation = request.Spec.Reservation,
            Allowance = request.Spec.Allowance,
            Work = request.Spec.Work is { } work ? work.Ranges.Where(r => !r.Work.IsZero).ToDictionary(r => r.Kind, r => (Amount)r.Work, StringComparer.Ordinal) : null,
            Amounts = request.Spec.Work?.Ranges.ToDictionary(r => r.Kind, r => (AmountsBody?)new AmountsBody { Min = r.Min, Max = r.Max }, StringComparer.Ordinal),
            Alternatives = request.Spec.Alternatives is { } all ? [.. all.All.Skip(1).Select(AlternativeBody.Of)] : null,
            Alternative = request.Spec.Alternatives is { Chosen: > 0 and var chosen } ? chosen : null,
            Main = request.Spec.Alternatives is { Chosen: > 0 } others ? AlternativeBody.Of(others.All[0]) : null,
            Sizing = request.Spec.Sizing is null ? null : RequestSizing.Learned,
            Maximum = request.Spec.Sizing?.Amounts.ToDictionary(a => a.Kind, a => (Amount)a.Maximum, StringComparer.Ordinal),
            MaxCost = request.Spec.MaxCost is { } most ? MoneyAnswer.Of(most, configuration.Currency) : null,
            Choice = (ChoiceText.Of(request), SizingText.Of(request)) switch { (var choice, null) => choice, (null, var sized) => sized, var (choice, sized) => $"{choice} {sized}" },
            StartsAt = (request.Booking?.StartsAt ?? (request is { Status: RequestStatus.Queued, Reason: { Code: ReasonCode.CheaperLater, Earliest: var cheaper } } ? cheaper : null))?.ToDateTimeOffset(),
            Mergeable = request.Spec.Mergeable ? true : null,
            MaxDelay = request.Spec.MaxDelay is { } delay ? (Duration)delay : null,
            Duration = request.Spec.Duration is { } duration ? (Duration)duration : null,
            MaxWait = request.Spec.MaxWait is { } wait ? (Duration)wait : null,
            Degrade = request.Spec.MayDegrade ? null : false,
            Degraded = DegradedAnswer.Of(request.Spec),
            LeaseSeconds = (int)request.Spec.LeaseLength.TotalSeconds,
            Labels = Pairs(request.Labels),
            Lease = request.Lease is { } lease ? LeaseAnswer.Of(request, lease, namesGrant, lease.Amounts.Equals(request.Spec.Resources) ? asked : null) : null,
            Explanation = request.Reason is { } reason ? ExplanationAnswer.Of(reason) : null,
            Usage = request.Settlement is { } settled ? Settled(request, settled, configuration) : null,
            Cost = CostOf(request, configuration),
            EstimatedCost = request.Estimate is { } estimate ? MoneyAnswer.Of(estimate.Total, configuration.Currency) : null,
            Outcome = request.Settlement?.Outcome,
            Late = request.Settlement is { Late: true } ? true : null,
            Version = request.Version,
        };
    }

    /// <summary>What a request cost so far; null where it had no grant or nothing has a price.</summary>
    public static MoneyAnswer? CostOf(Request request, Configuration configuration) =>
        request.Cost != Money.Zero || (request.Lease is not null && !configuration.Prices.IsEmpty) ? MoneyAnswer.Of(request.Cost, configuration.Currency) : null;

    /// <summary>As the answer of a dry run: its lease does not exist and has no id.</summary>
    public RequestAnswer AsImagined() => this with { Lease = Lease is null ? null : Lease with { Id = null } };

    /// <summary>With what to take in the next step.</summary>
    public RequestAnswer Taking(ResourceVector? next) => next is null || Lease is null ? this : this with { Lease = Lease with { Next = AmountsOf(next) } };

    /// <summary>With the whole explanation.</summary>
    public static RequestAnswer Of(Request request, Configuration configuration, bool namesGrant, Explanation? explanation) => explanation is null
        ? Of(request, configuration, namesGrant)
        : Of(request, configuration, namesGrant) with
        {
            StartsAt = (request.Booking?.StartsAt ?? (request.Status == RequestStatus.Queued ? explanation.EstimatedStart : null))?.ToDateTimeOffset(),
            Explanation = ExplanationAnswer.Of(explanation),
        };

    public static Dictionary<string, Amount> AmountsOf(ResourceVector vector)
    {
        Dictionary<string, Amount> amounts = new(vector.Count, StringComparer.Ordinal);
        foreach (ResourceAmount amount in vector.AsSpan())
        {
            amounts[amount.Kind] = amount.Quantity;
        }

        return amounts;
    }

    public static Dictionary<string, string>? Pairs(Labels labels)
    {
        if (labels.Count == 0)
        {
            return null;
        }

        Dictionary<string, string> pairs = new(labels.Count, StringComparer.Ordinal);
        foreach ((string name, string value) in labels)
        {
            pairs[name] = value;
        }

        return pairs;
    }

    /// <summary>What was really used: Metered kinds in their unit, Held kinds in unit-hours, rounded once to six decimals, half to even.</summary>
    public static Dictionary<string, Amount> Settled(Request request, Settlement settled, Configuration configuration)
    {
        Dictionary<string, Amount> usage = new(request.Lease!.Amounts.Count, StringComparer.Ordinal);
        foreach (ResourceAmount amount in settled.Metered.AsSpan())
        {
            usage[amount.Kind] = amount.Quantity;
        }

        foreach (ResourceAmount amount in request.Lease.Amounts.AsSpan())
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
internal sealed record LeaseAnswer(
    string? Id, Dictionary<string, string> Pools, Dictionary<string, Amount> Resources, DateTimeOffset GrantedAt, DateTimeOffset ExpiresAt, Dictionary<string, Amount>? Usage,
    IReadOnlyList<MemberAnswer>? Members, DateTimeOffset? PreemptAt)
{
    /// <summary>What to take in the next step, where the size is learned and its maximum is not reached; in answers to submissions and renewals.</summary>
    public Dictionary<string, Amount>? Next { get; init; }

    /// <summary>True where it asked for more and did not get it: the work, whose size is learned, must stop with what it has.</summary>
    public bool? Stop { get; init; }

    /// <summary>True where it joined the grant of another; absent where it shares none, or began it.</summary>
    public bool? Shared { get; init; }

    /// <summary>The lease that began the grant which it joined; absent where whoever asks may not see its request, or nobody knows it any more.</summary>
    public string? MergedWith { get; init; }

    /// <summary>A lease.</summary>
    /// <param name="request">Whose it is.</param>
    /// <param name="lease">The lease.</param>
    /// <param name="namesGrant">True where the reader may know which grant it joined.</param>
    /// <param name="amounts">What it grants, where that is at hand already.</param>
    public static LeaseAnswer Of(Request request, Lease lease, bool namesGrant, Dictionary<string, Amount>? amounts = null)
    {
        Dictionary<string, string> pools = new(lease.Amounts.Count, StringComparer.Ordinal);
        for (int i = 0; i < lease.Amounts.Count; i++)
        {
            pools[lease.Amounts[i].Kind] = lease.Pools[i];
        }

        return new LeaseAnswer(
            lease.Id, pools, amounts ?? RequestAnswer.AmountsOf(lease.Amounts), lease.GrantedAt.ToDateTimeOffset(), ExpiryOf(request, lease).ToDateTimeOffset(),
            lease.Usage.Count == 0 ? null : RequestAnswer.AmountsOf(lease.Usage),
            request.Spec is { Members: > 1 } gang ? [.. Enumerable.Repeat(new MemberAnswer(RequestAnswer.AmountsOf(gang.Resources), pools), gang.Members)] : null,
            request.Notice?.At.ToDateTimeOffset())
        {
            Shared = lease.MergedWith is null ? null : true,
            MergedWith = namesGrant && lease.MergedWith is { } grant ? Engine.Scheduling.Lease.IdOf(grant) : null,
            Stop = request is { HasEnded: false, ToldToStop: not null } ? true : null,
        };
    }

    // Who was told that a booking needs it has a lease that ends there.
    private static Instant ExpiryOf(Request request, Lease lease) => request.Notice is { Rule: PreemptionRule.Booking } notice && notice.At < lease.ExpiresAt ? notice.At : lease.ExpiresAt;
}

/// <summary>One member of a gang: what it has, and from which pools.</summary>
internal sealed record MemberAnswer(Dictionary<string, Amount> Resources, Dictionary<string, string> Pools);

/// <summary>The answer to a renewal: the request, and why an extension was refused.</summary>
internal sealed record RenewAnswer(string Id, RequestStatus Status, LeaseAnswer Lease, ExplanationAnswer? Explanation);

/// <summary>The answer to a release.</summary>
internal sealed record ReleaseAnswer(string Id, RequestStatus Status, Dictionary<string, Amount> Usage, MoneyAnswer? Cost, Outcome? Outcome, bool? Late)
{
    public static ReleaseAnswer Of(ReleaseReply reply, Configuration configuration)
    {
        (Request request, Settlement settled) = (reply.Request, reply.Request.Settlement!);
        return new ReleaseAnswer(request.Spec.Id, request.Status, RequestAnswer.Settled(request, settled, configuration), RequestAnswer.CostOf(request, configuration), settled.Outcome, reply.Late ? true : null);
    }
}

/// <summary>The answers to a batch, in its order.</summary>
internal sealed record BatchAnswer(IReadOnlyList<BatchItem> Items);

/// <summary>One answer of a batch: a request, or what is wrong with it.</summary>
internal sealed record BatchItem(string? Id, RequestStatus? Status, int? Attempt, LeaseAnswer? Lease, ExplanationAnswer? Explanation, Problem? Error);
