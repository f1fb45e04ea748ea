using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>
/// What of quotas is kept for those for whose sake grants end, from the moment at which these are told: to everybody else it is as if the seekers held what they need, and as if those
/// who end for them held nothing any more. Who starts must pass so as well as by what is really held.
/// </summary>
/// <remarks>
/// Derived from the requests: made anew after recovery, never part of the state. What all seekers together take and give under each rule is kept up with their events, and counted on the
/// trees only while somebody looks. So a check costs nothing more where nothing is kept, and else the depth for each rule that is concerned, however many seekers and victims there are.
/// </remarks>
internal sealed class FreedQuotas(EngineState state)
{
    private readonly SortedDictionary<long, Seeking> _seekers = [];
    private readonly Dictionary<RequestKey, Seeking> _byKey = [];
    private readonly Dictionary<(QuotaNode Leaf, QuotaUse Use), Part> _together = [];

    private readonly record struct Part(QuotaStep Step, long Amount, QuotaUse Use);

    private sealed record Seeking(Live Live, IReadOnlyList<Part> Parts);

    /// <summary>Those for whom quota is kept, the first to arrive first.</summary>
    public IEnumerable<Live> Seekers => _seekers.Values.Select(s => s.Live);

    /// <summary>A request is another than before: grants end for it, or do not any more, or it is one that ends for another.</summary>
    /// <param name="before">As it was; null for a new one.</param>
    /// <param name="after">As it is.</param>
    public void Changed(Request? before, Request after)
    {
        if (before?.Preempting is not null || after.Preempting is not null)
        {
            Follow(after.Key);
        }

        if (before?.Notice is { } told)
        {
            Follow(told.For);
        }

        if (after.Notice is { } now && before?.Notice?.For != now.For)
        {
            Follow(now.For);
        }
    }

    /// <summary>Begins anew.</summary>
    public void Rebuild()
    {
        _seekers.Clear();
        _byKey.Clear();
        _together.Clear();
        foreach (Live live in state.Requests.Values.Where(l => l.Request.Preempting is not null))
        {
            Follow(live.Request.Key);
        }
    }

    private void Follow(RequestKey key)
    {
        if (_byKey.Remove(key, out Seeking? was))
        {
            _seekers.Remove(was.Live.Request.Arrival);
            Add(was.Parts, -1);
        }

        if (state.Requests.TryGetValue(key, out Live? live) && live.Request.Preempting is not null)
        {
            Seeking seeking = new(live, PartsOf(live.Request));
            (_byKey[key], _seekers[live.Request.Arrival]) = (seeking, seeking);
            Add(seeking.Parts, 1);
        }
    }

    private void Add(IReadOnlyList<Part> parts, int sign)
    {
        foreach (Part part in parts)
        {
            long amount = _together.GetValueOrDefault((part.Step.Leaf, part.Use)).Amount + (sign * part.Amount);
            if (amount == 0)
            {
                _together.Remove((part.Step.Leaf, part.Use));
            }
            else
            {
                _together[(part.Step.Leaf, part.Use)] = part with { Amount = amount };
            }
        }
    }

    /// <summary>True when a request would take of its quotas what is kept for others.</summary>
    public bool Keeps(QuotaAsk? ask, RequestKey asks, long now) => Stop(ask, asks, now) is not null;

    /// <summary>Where a request would take of its quotas what is kept for others, or null.</summary>
    public QuotaStop? Stop(QuotaAsk? ask, RequestKey asks, long now)
    {
        if (ask is not { } asked || _seekers.Count == 0)
        {
            return null;
        }

        using Look look = AsSeenBy(asks, now);
        return asked.Stop(now);
    }

    /// <summary>Why that stops a request.</summary>
    public static Reason ReasonOf(QuotaStop stop) => new(
        ReasonCode.BehindPlan, Kind: stop.Step.Tree.Key.Resource, Needed: Quantity.FromThousandths(Math.Min(stop.Asked, Quantity.MaxThousandths)),
        Name: stop.Block.Node.Owner.IsRoot ? "~" : stop.Block.Node.Owner.ToString());

    /// <summary>The quotas as a request sees them, until the look ends.</summary>
    /// <param name="asks">Who looks; what is kept for it is there.</param>
    /// <param name="now">The moment, in milliseconds: nothing else may be looked at meanwhile.</param>
    public Look AsSeenBy(RequestKey asks, long now)
    {
        Look look = new(now);
        foreach (Part part in _together.Values)
        {
            look.Count(part.Step, part.Amount, part.Use);
        }

        foreach (Part own in _byKey.TryGetValue(asks, out Seeking? seeks) ? seeks.Parts : [])
        {
            look.Count(own.Step, -own.Amount, own.Use);
        }

        return look;
    }

    // What it takes, and what those give back who end for it.
    private List<Part> PartsOf(Request seeker)
    {
        List<Part> parts = [.. Held(seeker.Owner, seeker.Needs).Select(s => new Part(s, seeker.Needs[s.Tree.Key.Resource].Thousandths, QuotaAsk.UseOf(seeker.Spec)))];
        foreach (RequestKey key in seeker.Preempting!.Victims)
        {
            if (state.Requests.GetValueOrDefault(key) is { Request: { Status: RequestStatus.Allocated, Notice: { } notice, Lease: { } lease } victim } && notice.For == seeker.Key)
            {
                parts.AddRange(Held(victim.Owner, lease.Amounts).Select(s => new Part(s, -lease.Amounts[s.Tree.Key.Resource].Thousandths, QuotaAsk.UseOf(victim.Spec))));
            }
        }

        return parts;
    }

    private IEnumerable<QuotaStep> Held(OwnerPath owner, ResourceVector kinds) => (state.Quotas.Forest.Find(owner, kinds)?.Steps ?? []).Where(s => s.Count == QuotaCount.Held);

    /// <summary>A look at the quotas; when it ends they are as before.</summary>
    internal sealed class Look(long now) : IDisposable
    {
        private readonly List<(QuotaStep Step, long Amount, QuotaUse Use)> _counted = [];

        /// <summary>Counts an amount while the look lasts.</summary>
        public void Count(QuotaStep step, long amount, QuotaUse use) => _counted.Add((step, step.Tree.Imagine(step.Leaf, amount, use, now), use));

        /// <inheritdoc/>
        public void Dispose()
        {
            for (int i = _counted.Count - 1; i >= 0; i--)
            {
                (QuotaStep step, long amount, QuotaUse use) = _counted[i];
                step.Tree.Imagine(step.Leaf, -amount, use, now);
            }
        }
    }
}
