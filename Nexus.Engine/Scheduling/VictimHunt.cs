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
    private readonly QuotaStep[] _held;
    private readonly Candidate[] _candidates;
    private readonly HashSet<Live> _gone = [];

    /// <summary>A search that has taken nobody.</summary>
    /// <param name="state">The world.</param>
    /// <param name="seeker">For whom.</param>
    /// <param name="missing">What the chosen pools lack.</param>
    /// <param name="now">The engine time in milliseconds.</param>
    public VictimHunt(EngineState state, Seeker seeker, Dictionary<ChargeNode, long> missing, long now)
    {
        (_state, _seeker, _missing, _now) = (state, seeker, missing, now);
        _held = [.. (seeker.Quota?.Route.Steps ?? []).Where(s => s.Count == QuotaCount.Held)];
        _candidates = [.. Pools().SelectMany(p => p.Preemptible).Distinct().Where(MayEnd).OrderBy(l => l, Live.LowestYoungest).Select(l => new Candidate(l, StepsOf(l)))];
    }

    /// <summary>Those who were taken, in the order of taking.</summary>
    public List<Victim> Taken { get; } = [];

    /// <summary>When a guaranteed runtime ends that spared somebody; <see cref="long.MaxValue"/> when none did.</summary>
    public long RetryAt { get; private set; } = long.MaxValue;

    /// <summary>True when the request passes its quotas and fits.</summary>
    public bool Fits => _missing.Values.All(m => m <= 0) && QuotaAllows;

    private bool QuotaAllows => _seeker.Quota is not { } ask || ask.Allowed(_now);

    /// <summary>
    /// Who borrows what the seeker's owner has a right to: of the heaviest borrower the youngest of the lowest class. Nobody, where the request itself would go beyond its own
    /// node's limit, or where the rule there reclaims from nobody.
    /// </summary>
    public Victim? NextBorrower()
    {
        (Candidate? best, long heaviest) = (null, 0);
        foreach (QuotaStep step in _held)
        {
            if (step.Leaf.Rule.Reclaim == QuotaReclaim.Never || WouldBorrow(step))
            {
                continue;
            }

            foreach (Candidate candidate in _candidates)
            {
                if (!_gone.Contains(candidate.Grant) && (step.Leaf.Rule.Reclaim == QuotaReclaim.Any || candidate.Grant.GrantedClass < _seeker.ClassValue)
                    && candidate.In(step.Tree) is { } leaf && Borrowed(leaf, step.Leaf) is { } borrowed && borrowed > heaviest && Helps(candidate, step))
                {
                    (best, heaviest) = (candidate, borrowed);
                }
            }
        }

        return best is null ? null : new Victim(best.Grant, PreemptionRule.Reclaim);
    }

    /// <summary>Who is of a lower class: of its own node where a quota stops the request, else of the pools that lack something.</summary>
    public Victim? NextLower()
    {
        bool stopped = !QuotaAllows;
        foreach (Candidate candidate in _candidates)
        {
            if (candidate.Grant.GrantedClass >= _seeker.ClassValue)
            {
                break;
            }

            if (!_gone.Contains(candidate.Grant) && (stopped ? IsInBlockedNode(candidate) : Gives(candidate.Grant) && !IsProtected(candidate)) && IsUnderPriority(candidate.Grant))
            {
                return new Victim(candidate.Grant, PreemptionRule.Priority);
            }
        }

        return null;
    }

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

    /// <summary>How long a grant runs on after it was told, in milliseconds: the longest grace of the pools that it holds something of.</summary>
    public long GraceOf(Live grant) => Longest(grant, p => p.Grace);

    // Where a quota could stop the request, whoever holds something of its kinds may matter, in whatever pool.
    private IEnumerable<Pool> Pools() => _held.Length > 0 ? _state.Pools.Values : _missing.Keys.Select(n => _state.Pools[n.Pool]).Distinct();

    private QuotaStep[] StepsOf(Live grant) => _state.Quotas.Forest.Find(grant.Request.Owner, grant.Request.Lease!.Amounts) is { } route ? [.. route.Steps.Where(s => s.Count == QuotaCount.Held)] : [];

    // Not one that ends anyway before its grace were over, that was told to end already, or that has not run as long as was guaranteed to it.
    private bool MayEnd(Live candidate)
    {
        Request request = candidate.Request;
        long grace = GraceOf(candidate);
        if (request.Notice is not null || (grace > 0 && !_seeker.CanWait) || TakesMoreWhenItEnds(request))
        {
            return false;
        }

        if (Live.KnownEnd(request) is { } end && end > _now && end <= _now + grace)
        {
            // It may run beyond what it committed to; then it can be told to end.
            RetryAt = Math.Min(RetryAt, end);
            return false;
        }

        long may = request.Lease!.GrantedAt.Milliseconds + Longest(candidate, p => p.MinimumRuntime);
        RetryAt = may > _now ? Math.Min(RetryAt, may) : RetryAt;
        return may <= _now;
    }

    // One that used more than it reserved takes more from its buckets when it is settled; that could be what the request itself needs of them.
    private bool TakesMoreWhenItEnds(Request request) => request.Lease!.Usage.Any(u =>
        u.Quantity > request.Lease.Amounts[u.Kind] && _seeker.Needs.Has(u.Kind) && _state.Kinds.GetValueOrDefault(u.Kind)?.Behaviour == ResourceBehaviour.Metered);

    // Of the pools that a grant holds something of, which comes back: a bucket that it only drew from has no say.
    private long Longest(Live grant, Func<PreemptionSettings, TimeSpan> setting)
    {
        long longest = 0;
        Lease lease = grant.Request.Lease!;
        for (int i = 0; i < lease.Pools.Count; i++)
        {
            if (_state.Kinds.GetValueOrDefault(lease.Amounts[i].Kind)?.Behaviour == ResourceBehaviour.Held && _state.Pools.TryGetValue(lease.Pools[i], out Pool? pool))
            {
                longest = Math.Max(longest, (long)setting(pool.Definition.Preemption).TotalMilliseconds);
            }
        }

        return longest;
    }

    private bool IsUnderPriority(Live grant) => grant.Request.Lease!.Pools.Any(p => _state.Pools.GetValueOrDefault(p)?.Definition.Strategy == Strategies.PriorityStrategy.Name);

    private bool WouldBorrow(QuotaStep step) => step.Leaf.Values.IsCohort || step.Leaf.All.Total + _seeker.Needs[step.Tree.Key.Resource].Thousandths > step.Leaf.Values.Base;

    private bool Helps(Candidate candidate, QuotaStep step) =>
        Gives(candidate.Grant) || !_seeker.Quota!.Value.Allowed(step, _now);

    private bool Gives(Live grant) => _missing.Any(m => m.Value > 0 && Explainer.Held(grant.Request.Lease!, m.Key.Pool, m.Key.Kind).Thousandths > 0);

    // By how much the node of a grant is above its limit, where all nodes between it and the seeker's own path are above theirs; else nothing is borrowed of what others may claim.
    private static long? Borrowed(QuotaNode leaf, QuotaNode seekers)
    {
        long? borrowed = null;
        foreach (QuotaNode node in leaf.Path)
        {
            if (seekers.Path.Contains(node))
            {
                return node == leaf ? null : borrowed;
            }

            if (!node.Values.IsCohort)
            {
                long above = node.All.Total - node.Values.Base;
                if (above <= 0)
                {
                    return null;
                }

                borrowed ??= above;
            }
        }

        return borrowed;
    }

    private bool IsInBlockedNode(Candidate candidate) =>
        _held.Any(s => !_seeker.Quota!.Value.Allowed(s, _now) && candidate.In(s.Tree) is { } leaf && leaf.Path.Contains(s.Leaf));

    // Whoever would borrow does not take from others what they have within their own limits: they would claim it back at once, and so on for ever.
    private bool IsProtected(Candidate candidate) => _held.Any(s =>
        WouldBorrow(s) && candidate.In(s.Tree) is { } leaf && !leaf.Path.Contains(s.Leaf) && Borrowed(leaf, s.Leaf) is null);

    private void Count(Live grant, int sign)
    {
        Lease lease = grant.Request.Lease!;
        foreach (ChargeNode node in _missing.Keys)
        {
            _missing[node] += sign * Explainer.Held(lease, node.Pool, node.Kind).Thousandths;
        }

        foreach (QuotaStep step in StepsOf(grant))
        {
            step.Tree.Charge(step.Leaf, 0, sign * lease.Amounts[step.Tree.Key.Resource].Thousandths, QuotaUse.All, _now);
        }
    }

    private sealed record Candidate(Live Grant, QuotaStep[] Steps)
    {
        public QuotaNode? In(QuotaTree tree)
        {
            foreach (QuotaStep step in Steps)
            {
                if (step.Tree == tree)
                {
                    return step.Leaf;
                }
            }

            return null;
        }
    }
}
