using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>What a client asked for, in the form in which two bodies of the same meaning are equal (key order and defaults do not count).</summary>
/// <param name="Id">The client's idempotency key, unique within the tenant: 1–200 of <c>A-Z a-z 0-9 . _ : -</c>.</param>
/// <param name="Owner">Who it is for.</param>
/// <param name="Resources">What it needs: 1–32 kinds, each positive. Of what <see cref="Work"/> leaves open, the amounts that are chosen at present; of what <see cref="Sizing"/> states as maxima, what is reserved.</param>
/// <param name="Priority">The class asked for, or null for the owner's default.</param>
/// <param name="Pools">The pools it accepts, in order of preference; null: any.</param>
/// <param name="PoolLabels">Labels that every pool serving it must carry.</param>
/// <param name="Duration">How long it will run at most, a commitment; null: not known. With <see cref="Work"/> it follows from the chosen amounts.</param>
/// <param name="Queue">True when it is willing to wait.</param>
/// <param name="MaxWait">How long it waits at most; null: without end.</param>
/// <param name="LeaseLength">How long its lease lasts unless renewed: 1 s – 24 h.</param>
/// <param name="Labels">Its own labels.</param>
public sealed record RequestSpec(
    string Id,
    OwnerPath Owner,
    ResourceVector Resources,
    string? Priority,
    IReadOnlyList<string>? Pools,
    Labels PoolLabels,
    TimeSpan? Duration,
    bool Queue,
    TimeSpan? MaxWait,
    TimeSpan LeaseLength,
    Labels Labels)
{
    /// <summary>The length of a lease whose request states none.</summary>
    public static TimeSpan DefaultLeaseLength { get; } = TimeSpan.FromSeconds(300);

    /// <summary>The most members that a gang may have.</summary>
    public const int MostMembers = 10_000;

    /// <summary>How many equal sets of <see cref="Resources"/> it needs, all or none: a gang. 1 – <see cref="MostMembers"/>.</summary>
    public int Members { get; init; } = 1;

    /// <summary>When its work must be done (with a duration) or begin (without one); null: no deadline.</summary>
    public Instant? Deadline { get; init; }

    /// <summary>The last moment at which it may start and still meet its deadline; null: no deadline.</summary>
    public Instant? LatestStart => Deadline is { } deadline ? new Instant(deadline.Milliseconds - (long)(Duration ?? TimeSpan.Zero).TotalMilliseconds) : null;

    /// <summary>True when its grant may be ended for the sake of others: those of a higher class, and owners who want back what they lent.</summary>
    public bool Preemptible { get; init; }

    /// <summary>The reservation that it draws from; null: whatever its owner's reservations leave it.</summary>
    public string? Reservation { get; init; }

    /// <summary>The id of the allowance that it draws from; null: none.</summary>
    public string? Allowance { get; init; }

    /// <summary>The work of which the engine chooses how much is done at once; null: its amounts are fixed.</summary>
    public MoldableWork? Work { get; private init; }

    /// <summary>What it states as maxima, of which a learned part is reserved; null: its amounts are reserved as stated.</summary>
    public LearnedSizing? Sizing { get; private init; }

    /// <summary>The most that it may cost in all, earlier attempts included; above zero. Null: whatever it costs.</summary>
    public Money? MaxCost { get; init; }

    /// <summary>How long after its submission it may start so that it costs less; null: as soon as it can.</summary>
    public TimeSpan? MaxDelay { get; init; }

    /// <summary>True when it may get less, by its owner's rules, before it is refused.</summary>
    public bool MayDegrade { get; init; } = true;

    /// <summary>What it asked for, where it got less before it was refused; null: what it asked for stands.</summary>
    public Degraded? Degraded { get; init; }

    /// <summary>The deadline that was asked for.</summary>
    internal Instant? AskedDeadline => Degraded is null ? Deadline : Degraded.Deadline;

    /// <summary>True when it may share a grant with others of its tenant that have the same home: it pays a minimum together with them.</summary>
    public bool Mergeable { get; init; }

    /// <summary>The configurations of which it gets one, where it states several; null: the one that it states.</summary>
    public Alternatives? Alternatives { get; private init; }

    /// <summary>Its configurations, the main one first; itself where it states one.</summary>
    internal IEnumerable<RequestSpec> Configurations => Alternatives is null ? [this] : Enumerable.Range(0, Alternatives.All.Count).Select(Configured);

    /// <summary>The sizes among which the engine chooses, the smallest first: with a deadline all that its <see cref="Work"/> allows, else the smallest alone.</summary>
    internal IEnumerable<RequestSpec> Sizes => Work is null ? [this] : Enumerable.Range(0, Deadline is null ? 1 : Work.Steps).Select(At);

    /// <summary>With the most of what its <see cref="Work"/> leaves open, whether it has a deadline or not.</summary>
    internal RequestSpec Largest => Work is null ? this : At(Work.Steps - 1);

    /// <summary>True when it says nothing but what every request could say from the beginning.</summary>
    internal bool IsPlain => Members == 1 && Deadline is null && !Preemptible && Reservation is null && Work is null && Sizing is null && MaxCost is null && Allowance is null && MaxDelay is null && Alternatives is null && MayDegrade && Degraded is null && !Mergeable;

    /// <summary>The identity of the request: its tenant and id.</summary>
    public RequestKey Key => new(Owner.Tenant, Id);

    /// <summary>The same as it was asked, whatever it got.</summary>
    public RequestSpec AsAsked() => Degraded is not { } asked ? this
        : this with { Resources = asked.Resources, Pools = asked.Pools, Queue = asked.Queue, MaxWait = asked.MaxWait, Deadline = asked.Deadline, Degraded = null };

    /// <summary>The same, with work whose amounts the engine chooses; until it has, the smallest.</summary>
    /// <param name="work">The work. What <see cref="Resources"/> say of other kinds is fixed.</param>
    public RequestSpec With(MoldableWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return (this with { Work = work }).At(0);
    }

    /// <summary>The same, with other amounts of what is left open, as they were chosen.</summary>
    internal RequestSpec Sized(ResourceVector resources, TimeSpan duration) => this with { Resources = resources, Duration = duration };

    /// <summary>The same, with its amounts as maxima, of which a learned part is reserved; until that is chosen, all of them.</summary>
    public RequestSpec Learned() => this with { Sizing = new LearnedSizing([.. Resources.Select(a => new SizedAmount(a.Kind, a.Quantity, 0))]) };

    /// <summary>The same, with what is reserved of its maxima, as it was chosen.</summary>
    internal RequestSpec Reserving(LearnedSizing sizing, ResourceVector resources) => this with { Sizing = sizing, Resources = resources };

    /// <summary>The same, with what is reserved as its amounts, in the configuration that it has: for who asks for them whatever was learned, and for that one alone.</summary>
    public RequestSpec AsReserved() => this with { Sizing = null, Alternatives = null };

    /// <summary>The same, with other configurations that would do as well; until one is chosen, in the main one.</summary>
    /// <param name="others">The others, in the order of preference: 1–<see cref="Alternatives.Most"/>.</param>
    public RequestSpec Or(params IReadOnlyList<Alternative> others) => this with { Alternatives = new Alternatives([new Alternative(Resources, Pools, PoolLabels, Duration), .. others]) };

    /// <summary>The same in one of its configurations, as it was chosen: 0 for the main one.</summary>
    internal RequestSpec Configured(int chosen)
    {
        Alternative configuration = Alternatives!.All[chosen];
        return this with
        {
            Resources = configuration.Resources,
            Pools = configuration.Pools,
            PoolLabels = configuration.PoolLabels,
            Duration = configuration.Duration,
            Alternatives = new Alternatives(Alternatives.All, chosen),
        };
    }

    /// <summary>The same with its configurations and the chosen one, which is what it states, as they were read back.</summary>
    internal RequestSpec Among(Alternatives alternatives) => this with { Alternatives = alternatives };

    private RequestSpec At(int step)
    {
        ResourceVector resources = ResourceVector.Of(Resources.Where(a => Work!.RangeOf(a.Kind) is null).Concat(Work!.AmountsAt(step)));
        return Sized(resources, Work.DurationWith(resources));
    }

    // What the engine chose is no part of what was asked.
    private bool AsksAs(RequestSpec other) => Alternatives is not null || other.Alternatives is not null ? Equals(Alternatives, other.Alternatives) : AcceptsAs(other) && SizedAs(other);

    private bool AcceptsAs(RequestSpec other) => (Pools is null ? other.Pools is null : other.Pools is not null && Pools.SequenceEqual(other.Pools)) && PoolLabels.Equals(other.PoolLabels);

    private bool SizedAs(RequestSpec other) => Sizing is not null
        ? Sizing.Equals(other.Sizing) && (Work is null ? other.Work is null && Duration == other.Duration : Work.Equals(other.Work))
        : other.Sizing is null && AsksForTheSame(other);

    private bool AsksForTheSame(RequestSpec other) => Work is null
        ? other.Work is null && Resources.Equals(other.Resources) && Duration == other.Duration
        : Work.Equals(other.Work) && Resources.Count == other.Resources.Count && Resources.All(a => Work.RangeOf(a.Kind) is not null || other.Resources[a.Kind] == a.Quantity);

    /// <inheritdoc/>
    public bool Equals(RequestSpec? other) => Degraded is null && other?.Degraded is null ? Asks(other) : AsAsked().Asks(other?.AsAsked());

    private bool Asks(RequestSpec? other) =>
        other is not null && Id == other.Id && Owner == other.Owner && AsksAs(other) && Priority == other.Priority
        && Queue == other.Queue && MaxWait == other.MaxWait
        && LeaseLength == other.LeaseLength && Labels.Equals(other.Labels)
        && Members == other.Members && Deadline == other.Deadline && Preemptible == other.Preemptible && Reservation == other.Reservation && MaxCost == other.MaxCost
        && Allowance == other.Allowance && MaxDelay == other.MaxDelay && MayDegrade == other.MayDegrade && Mergeable == other.Mergeable;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Owner, Work is null && Sizing is null && Alternatives is null ? Degraded?.Resources ?? Resources : null);
}

/// <summary>The identity of a request.</summary>
/// <param name="Tenant">The owner's first segment.</param>
/// <param name="Id">The client's id, unique within the tenant.</param>
public readonly record struct RequestKey(string Tenant, string Id)
{
    /// <summary>For people: <c>acme:r1</c>.</summary>
    public override string ToString() => $"{Tenant}:{Id}";
}
