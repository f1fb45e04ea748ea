using Nexus.Engine.Charges;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>One search for victims under way: what is still missing, who may be taken next, and who was taken.</summary>
internal sealed class VictimHunt
{
    private readonly EngineState _state;
    private readonly Seeker _seeker;
    private readonly Dictionary<ChargeNode, long> _missing;
    private readonly long _now;
    private readonly IReadOnlySet<RequestKey> _above;
    private readonly HashSet<Live> _gone = [];

    /// <summary>A search that has taken nobody.</summary>
    /// <param name="state">The world.</param>
    /// <param name="seeker">For whom.</param>
    /// <param name="missing">What the chosen pools lack.</param>
    /// <param name="now">The engine time in milliseconds.</param>
    /// <param name="endable">The grants that anybody could end now.</param>
    public VictimHunt(EngineState state, Seeker seeker, Dictionary<ChargeNode, long> missing, long now, Endable endable)
    {
        (_state, _seeker, _missing, _now) = (state, seeker, missing, now);
        Held = HeldOf(seeker.Quota?.Route);
        _above = Evictors.Above(seeker.Key, state.Requests.GetValueOrDefault);
        (Live[] Grants, long RetryAt)[] found = [.. Pools().Select(p => endable.Of(p, now))];
        IEnumerable<Live> grants = found is [var (only, _)] ? only : found.SelectMany(f => f.Grants).Distinct().OrderBy(l => l, Live.LowestYoungest);
        Candidates = [.. grants.Select(l => new Candidate(l, this))];
        RetryAt = found.Select(f => f.RetryAt).Concat(Held.Where(s => s.Tree.HasWindows).Select(s => s.Tree.NextChange(now))).DefaultIfEmpty(long.MaxValue).Min();
    }

    /// <summary>The world.</summary>
    public EngineState State => _state;

    /// <summary>For whom.</summary>
    public Seeker Seeker => _seeker;

    /// <summary>The engine time in milliseconds.</summary>
    public long Now => _now;

    /// <summary>The rules on what is held that the request must pass.</summary>
    public QuotaStep[] Held { get; }

    /// <summary>Who may be ended at all, the lowest class first, then the youngest; whether one may end for this request it is asked itself (<see cref="Candidate.MayEnd"/>).</summary>
    public Candidate[] Candidates { get; }

    /// <summary>Those who were taken, in the order of taking.</summary>
    public List<Victim> Taken { get; } = [];

    /// <summary>When the first of those can be ended who cannot yet, or other values hold for a quota; <see cref="long.MaxValue"/> where neither comes.</summary>
    public long RetryAt { get; }

    /// <summary>True when the request passes its quotas and fits.</summary>
    public bool Fits => _missing.Values.All(m => m <= 0) && QuotaAllows;

    private bool QuotaAllows => _seeker.Quota is not { } ask || ask.Allowed(_now);

    /// <summary>Who is of a lower class: of its own node where a quota stops the request, else of the pools that lack something.</summary>
    public Victim? NextLower()
    {
        QuotaStep[]? stops = QuotaAllows ? null : Array.FindAll(Held, s => !_seeker.Quota!.Value.Allowed(s, _now));
        foreach (Candidate candidate in Candidates)
        {
            if (candidate.Grant.GrantedClass >= _seeker.ClassValue)
            {
                break;
            }

            if (!_gone.Contains(candidate.Grant) && (stops is not null ? Array.Exists(stops, s => IsUnder(s, candidate)) : Gives(candidate.Grant) && !IsProtected(candidate)) && IsUnderPriority(candidate.Grant) && candidate.MayEnd)
            {
                return new Victim(candidate.Grant, PreemptionRule.Priority);
            }
        }

        return null;
    }

    /// <summary>True when somebody was taken already.</summary>
    public bool IsGone(Candidate candidate) => _gone.Contains(candidate.Grant);

    /// <summary>Takes somebody: what it holds counts as free.</summary>
    public void Take(Victim victim)
    {
        _gone.Add(victim.Grant);
        Taken.Add(victim);
        Count(victim.Grant, -1);
    }

    /// <summary>Gives back, in the reverse order of taking, whoever is not needed.</summary>
    public void GiveBackWhatIsSuperfluous()
    {
        for (int i = Taken.Count - 1; i >= 0; i--)
        {
            Count(Taken[i].Grant, 1);
            if (Fits)
            {
                Taken.RemoveAt(i);
            }
            else
            {
                Count(Taken[i].Grant, -1);
            }
        }
    }

    /// <summary>Leaves the quotas as they were found.</summary>
    public void Restore()
    {
        foreach (Victim victim in Taken)
        {
            Count(victim.Grant, 1);
        }
    }

    /// <summary>By how much a node borrows as things stand in this search.</summary>
    public BorrowedShare ShareOf(OwnerPath owner) =>
        BorrowedShare.Of(_state.Quotas.Forest, owner, _state.Quotas.Definition(owner)?.Weight ?? QuotaDefinition.OneShare, _now);

    /// <summary>How long a grant runs on after it was told, in milliseconds: the longest grace of the pools that it holds something of.</summary>
    public long GraceOf(Live grant) => Endable.GraceOf(_state, grant);

    // Where a quota could stop the request, whoever holds something of its kinds may matter, in whatever pool.
    private IEnumerable<Pool> Pools() => Held.Length > 0 ? _state.Pools.Values : _missing.Keys.Select(n => _state.Pools[n.Pool]).Distinct();

    /// <summary>The rules on what is held under which a grant stands.</summary>
    public QuotaStep[] StepsOf(Live grant) => HeldOf(_state.Quotas.Forest.Find(grant.Request.Owner, grant.Request.Lease!.Amounts));

    private static QuotaStep[] HeldOf(QuotaRoute? route) => route is null ? [] : [.. route.Steps.Where(s => s.Count == QuotaCount.Held)];

    /// <summary>Not without a grace where the request cannot wait for its end, and none of whoever stands above the request.</summary>
    public bool MayEnd(Live candidate) =>
        (_seeker.CanWait || GraceOf(candidate) == 0) && (_above.Count == 0 || !_above.Contains(candidate.Request.Key)) && !TakesMoreWhenItEnds(candidate.Request);

    // One that used more than it reserved takes more from its buckets when it is settled; that could be what the request itself needs of them.
    private bool TakesMoreWhenItEnds(Request request) => request.Lease!.Usage.Any(u =>
        u.Quantity > request.Lease.Amounts[u.Kind] && _seeker.Needs.Has(u.Kind) && _state.Kinds.GetValueOrDefault(u.Kind)?.Behaviour == ResourceBehaviour.Metered);

    private bool IsUnderPriority(Live grant) => grant.Request.Lease!.Pools.Any(p => _state.Pools.GetValueOrDefault(p)?.Definition.Follows == Strategies.PriorityStrategy.Name);

    /// <summary>True for a rule that stops the request, or is for what a pool lacks.</summary>
    public bool IsContested(QuotaStep step) => !_seeker.Quota!.Value.Allowed(step, _now) || _missing.Any(m => m.Value > 0 && m.Key.Kind == step.Tree.Key.Resource);

    /// <summary>True where the request takes its node beyond what that has.</summary>
    public bool WouldBorrow(QuotaStep step) => step.Leaf.Values.IsCohort || step.Leaf.All.Total + _seeker.Needs[step.Tree.Key.Resource].Thousandths > step.Leaf.Values.Base;

    /// <summary>True when the end of a grant brings nearer what is missing: of a pool, or under a rule that both are under.</summary>
    public bool Helps(Candidate candidate, QuotaStep step) =>
        Gives(candidate.Grant) || !_seeker.Quota!.Value.Allowed(step, _now);

    /// <summary>True when a grant holds something that a pool lacks.</summary>
    public bool Gives(Live grant) => _missing.Any(m => m.Value > 0 && Explainer.Held(grant.Request.Lease!, m.Key.Pool, m.Key.Kind).Thousandths > 0);

    /// <summary>All nodes between a grant and the seeker's own path are above what they have; else nothing is borrowed of what others may claim.</summary>
    public static bool Borrows(QuotaNode leaf, QuotaNode seekers)
    {
        foreach (QuotaNode node in leaf.Path)
        {
            if (seekers.Path.Contains(node))
            {
                return node != leaf;
            }

            if (!IsAbove(node))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsAbove(QuotaNode node) => node.Values.IsCohort ? node.All.Used > node.Has.Capacity : node.All.Total > node.Values.Base;

    // Most are elsewhere, which their path says at less cost.
    private static bool IsUnder(QuotaStep stop, Candidate candidate) =>
        candidate.Grant.Request.Owner.IsWithin(stop.Leaf.Owner) && candidate.In(stop.Tree) is { } leaf && leaf.Path.Contains(stop.Leaf);

    // Whoever would borrow does not take from others what they have within their own limits: they would claim it back at once, and so on for ever.
    private bool IsProtected(Candidate candidate) => Held.Any(s =>
        WouldBorrow(s) && candidate.In(s.Tree) is { } leaf && !leaf.Path.Contains(s.Leaf) && !Borrows(leaf, s.Leaf));

    /// <summary>Counts what a grant holds as free (−1), or as held again (1).</summary>
    public void Count(Live grant, int sign)
    {
        Lease lease = grant.Request.Lease!;
        foreach (ChargeNode node in _missing.Keys)
        {
            _missing[node] += sign * Explainer.Held(lease, node.Pool, node.Kind).Thousandths;
        }

        foreach (QuotaStep step in StepsOf(grant))
        {
            step.Tree.Imagine(step.Leaf, sign * lease.Amounts[step.Tree.Key.Resource].Thousandths, QuotaUse.All, _now);
        }
    }
}
