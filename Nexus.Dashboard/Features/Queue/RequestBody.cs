using Nexus.Dashboard.Api;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>A request as a client writes it. Fields of capabilities that do not exist yet are unknown here.</summary>
internal sealed record RequestBody
{
    /// <summary>The most kinds of one configuration.</summary>
    public const int MaxKinds = 32;

    private const int MaxPools = 100;
    private const int MaxIdLength = 200;

    public string? Id { get; set; }

    public string? Owner { get; set; }

    public Dictionary<string, Amount>? Resources { get; set; }

    public string? Priority { get; set; }

    public List<string>? Pools { get; set; }

    public Dictionary<string, string>? PoolLabels { get; set; }

    public int? Members { get; set; }

    public Duration? Duration { get; set; }

    public DateTimeOffset? Deadline { get; set; }

    public bool Preemptible { get; set; }

    public string? Reservation { get; set; }

    public string? Allowance { get; set; }

    public bool Queue { get; set; }

    public Duration? MaxWait { get; set; }

    /// <summary>How long after its submission it may start so that it costs less, where a pool places by cost. Without a deadline it says <c>queue</c> as well.</summary>
    public Duration? MaxDelay { get; set; }

    /// <summary>Whether it may share a grant with others of its tenant that have the same home and say so too: of each SKU they pay the minimum once an hour.</summary>
    public bool Mergeable { get; set; }

    public int? LeaseSeconds { get; set; }

    public Dictionary<string, Amount>? Work { get; set; }

    public Dictionary<string, AmountsBody?>? Amounts { get; set; }

    /// <summary>Other configurations that would do as well, in the order of preference: exactly one is granted, this or one of those.</summary>
    public List<AlternativeBody?>? Alternatives { get; set; }

    /// <summary>Whether its amounts are reserved as they are stated, as unless given, or are maxima of which a learned part is.</summary>
    public RequestSizing? Sizing { get; set; }

    /// <summary>The most that it may cost in all: what would cost more is refused, extensions too.</summary>
    public MoneyBody? MaxCost { get; set; }

    public Dictionary<string, string>? Labels { get; set; }

    /// <summary>False where it must not get less than it asks for, whatever is set for its owner: then it is refused.</summary>
    public bool? Degrade { get; set; }

    /// <summary>Checks every field; all that is wrong is named at once.</summary>
    /// <param name="currency">The installation's.</param>
    public Result<RequestSpec> ToSpec(string currency)
    {
        Faults faults = new();
        OwnerPath? owner = faults.Owner("$.owner", Owner);
        ResourceVector resources = faults.Asked("$.resources", Resources, MaxKinds);
        faults.When(Resources is not { Count: > 0 } && Work is null && Amounts is null, "$.resources", "must name at least one kind, for example {\"gpu\": 1}");
        faults.Id("$.id", Id, MaxIdLength);
        faults.Name("$.priority", Priority);
        if (Reservation is not null)
        {
            faults.Id("$.reservation", Reservation, MaxIdLength);
        }

        if (Allowance is not null)
        {
            faults.Id("$.allowance", Allowance, MaxIdLength);
        }

        CheckPools(faults, "$.pools", Pools);
        MoldableWork? work = WorkFields.Read(faults, this);
        Alternative[]? others = AlternativeFields.Read(faults, this);
        Labels poolLabels = faults.Labels("$.poolLabels", PoolLabels);
        Labels labels = faults.Labels("$.labels", Labels);
        TimeSpan? duration = faults.Span("$.duration", Duration, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(366));
        TimeSpan? maxWait = faults.Span("$.maxWait", MaxWait, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(366));
        TimeSpan? maxDelay = faults.Span("$.maxDelay", MaxDelay, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(366));
        faults.When(MaxWait is not null && !Queue, "$.maxWait", "needs \"queue\": true");
        faults.When(Members is < 1 or > RequestSpec.MostMembers, "$.members", $"must be 1 to {RequestSpec.MostMembers:#,0}");
        Money? maxCost = MaxCost is null ? null : MoneyBody.Read(MaxCost, "$.maxCost", currency, faults);
        faults.When(MaxCost?.Amount is { } text && Money.TryParse(text, out Money most, out _) && most <= Money.Zero, "$.maxCost.amount", "must be greater than 0; leave maxCost out to accept any cost");
        faults.When(LeaseSeconds is < 1 or > 86_400, "$.leaseSeconds", "must be 1 to 86,400");
        if (faults.Problem is { } problem)
        {
            return problem;
        }

        // Whoever may be delayed is willing to wait.
        bool waits = Queue || (maxDelay is not null && Deadline is null);
        RequestSpec spec = new(
            Id!, owner!, resources, Priority, Pools, poolLabels, duration, waits, maxWait,
            LeaseSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : RequestSpec.DefaultLeaseLength, labels)
        {
            Members = Members ?? 1,
            Deadline = Deadline is { } deadline ? Instant.From(deadline) : null,
            Preemptible = Preemptible,
            Reservation = Reservation,
            Allowance = Allowance,
            MaxCost = maxCost,
            MaxDelay = maxDelay,
            MayDegrade = Degrade ?? true,
            Mergeable = Mergeable,
        };
        spec = Sizing == RequestSizing.Learned ? spec.Learned() : spec;
        return work is not null ? spec.With(work) : others is not null ? spec.Or(others) : spec;
    }

    /// <summary>Checks the names of pools.</summary>
    /// <param name="faults">Takes what is wrong.</param>
    /// <param name="path">Where they stand.</param>
    /// <param name="pools">The names; null: none are stated.</param>
    public static void CheckPools(Faults faults, string path, List<string>? pools)
    {
        if (pools is null)
        {
            return;
        }

        if (pools.Count is 0 or > MaxPools)
        {
            faults.Add(path, $"must name 1 to {MaxPools} pools; leave it out to accept any");
        }

        for (int i = 0; i < pools.Count; i++)
        {
            if (!Faults.IsName(pools[i]))
            {
                faults.Name($"{path}[{i}]", pools[i] ?? "");
            }
        }

        faults.When(pools.Count > 1 && pools.Distinct(StringComparer.Ordinal).Count() != pools.Count, path, "must name each pool once");
    }
}

/// <summary>How a request means its amounts of what is metered.</summary>
internal enum RequestSizing
{
    /// <summary>So much is reserved.</summary>
    Stated,

    /// <summary>So much at most is used: what such work usually uses is reserved, and the rest taken in steps.</summary>
    Learned,
}

/// <summary>The body of a renewal.</summary>
internal sealed record RenewBody
{
    public Dictionary<string, Amount>? Extend { get; set; }

    public Dictionary<string, Amount>? Usage { get; set; }
}

/// <summary>The body of a release.</summary>
internal sealed record ReleaseBody
{
    public Dictionary<string, Amount>? Usage { get; set; }

    public Dictionary<string, string>? Labels { get; set; }

    public Outcome? Outcome { get; set; }
}

/// <summary>The body of a change of class.</summary>
internal sealed record PriorityBody
{
    public required string Priority { get; init; }
}
