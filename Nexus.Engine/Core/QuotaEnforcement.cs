using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>
/// Takes back what is held above a limit whose enforcement has begun: preemptible grants before others, the lowest class first and of that the youngest, until the node is within its
/// limit and what it may borrow. Each is told one grace of its pools ahead; whoever is not needed any more when that is over runs on.
/// </summary>
/// <remarks>
/// When it is to be looked at follows from the state: the moment at which an enforcement begins, that at which other values hold by a rule's windows, and the ends of those who were
/// told. Looking at other times changes nothing, so that an engine which begins anew in between decides alike.
/// </remarks>
internal sealed class QuotaEnforcement(EngineState state, PreemptionHandler preemption, Course course)
{
    private bool _scheduled;
    private long _next;

    /// <summary>When it is to be looked at next, in milliseconds of engine time; <see cref="long.MaxValue"/> when not.</summary>
    public long Next
    {
        get
        {
            if (!_scheduled)
            {
                Schedule(state.At.Milliseconds);
            }

            return _next;
        }
    }

    /// <summary>Events came from the journal: what follows from the state must be found anew.</summary>
    public void Forget() => _scheduled = false;

    /// <summary>Lets all that is due happen, and the enforcement of limits with it, each at its own time; as far as the steps that are allowed go.</summary>
    public void Advance(Instant now, Batch batch)
    {
        if (course.IsUnfinished)
        {
            // All of it belongs to the moment at which it began.
            course.Advance(course.NextDue!.Value, batch);
        }

        while (!course.IsUnfinished && Next <= now.Milliseconds)
        {
            Instant at = new(Math.Max(Next, state.At.Milliseconds));
            if (at.Milliseconds > state.At.Milliseconds)
            {
                // What has ended by then by itself need not be taken back.
                course.Advance(new Instant(at.Milliseconds - 1), batch);
                if (course.IsUnfinished)
                {
                    return;
                }
            }

            Look(at, batch);

            // Who waits for what was taken back starts then, however late somebody looks.
            course.Advance(at, batch);
        }

        if (!course.IsUnfinished)
        {
            course.Advance(now, batch);
        }
    }

    /// <summary>A quota was changed: looks at every limit that is enforced, and spares at once whoever is not needed any more.</summary>
    public void Changed(Instant at, Batch batch) => Look(at, new Instant(long.MaxValue), batch);

    private void Look(Instant at, Batch batch) => Look(at, at, batch);

    // Until when those are over whose ends are decided now.
    private void Look(Instant at, Instant until, Batch batch)
    {
        (QuotaNode Node, QuotaTree Tree)[] enforced = [.. Enforced().Where(e => e.Node.Rule.EnforceAt <= at)];
        foreach (Live told in state.Running.Where(l => l.Request.Notice is { Rule: PreemptionRule.Quota } n && n.At <= until && !Array.Exists(enforced, e => IsFor(n, e.Node, e.Tree))))
        {
            course.Happen(new PreemptionWithdrawn(told.Request.Owner, told.Request.Spec.Id), Actor.Engine, at, batch);
        }

        foreach ((QuotaNode node, QuotaTree tree) in enforced)
        {
            WithdrawWhatIsNotNeeded(node, tree, at, until, batch);
            Take(node, tree, at, batch);
        }

        Schedule(at.Milliseconds);
    }

    private static bool IsFor(PreemptionNotice notice, QuotaNode node, QuotaTree tree) => notice.ForOwner == node.Owner && notice.QuotaKind == tree.Key.Resource;

    private void Take(QuotaNode node, QuotaTree tree, Instant at, Batch batch)
    {
        long over = Over(node, tree, at.Milliseconds);
        if (over <= 0)
        {
            return;
        }

        Live[] holders = Holders(node, tree);
        over -= holders.Where(h => Goes(h, at.Milliseconds) is not null).Sum(h => Held(h, tree));
        Live[] candidates = [.. holders.Where(h => Goes(h, at.Milliseconds) is null).OrderBy(Rank)];
        List<Live> taken = [];
        foreach (Live candidate in candidates)
        {
            if (over <= 0)
            {
                break;
            }

            taken.Add(candidate);
            over -= Held(candidate, tree);
        }

        // Given back in the reverse order of taking, so that nobody is superfluous.
        for (int i = taken.Count - 1; i >= 0; i--)
        {
            if (over + Held(taken[i], tree) <= 0)
            {
                over += Held(taken[i], tree);
                taken.RemoveAt(i);
            }
        }

        foreach (Live victim in taken)
        {
            long grace = GraceOf(victim);
            string id = PreemptionNotice.OfQuota(tree.Key.Resource);
            EngineEvent happens = grace == 0
                ? preemption.EndOf(victim.Request, PreemptionRule.Quota, node.Owner, id, at)
                : new PreemptionNoticed(victim.Request.Owner, victim.Request.Spec.Id, new PreemptionNotice(new Instant(at.Milliseconds + grace), PreemptionRule.Quota, node.Owner, id));
            course.Happen(happens, Actor.Engine, at, batch);
        }
    }

    // Those whose time has come and without whom the node is within its limit: others have ended meanwhile, or the limit was raised.
    private void WithdrawWhatIsNotNeeded(QuotaNode node, QuotaTree tree, Instant at, Instant until, Batch batch)
    {
        Live[] told = [.. Holders(node, tree).Where(h => h.Request.Notice is { Rule: PreemptionRule.Quota } n && IsFor(n, node, tree))];
        if (told.Length == 0)
        {
            return;
        }

        long over = Over(node, tree, at.Milliseconds) - told.Sum(h => Held(h, tree));
        foreach (Live spared in told.OrderByDescending(Rank))
        {
            if (spared.Request.Notice!.At <= until && over + Held(spared, tree) <= 0)
            {
                over += Held(spared, tree);
                course.Happen(new PreemptionWithdrawn(spared.Request.Owner, spared.Request.Spec.Id), Actor.Engine, at, batch);
            }
        }
    }

    // In the order of taking. What may be preempted is filed with its class, other grants are not.
    private (bool Firm, int Class, long Younger) Rank(Live holder) => (!holder.Request.Spec.Preemptible, state.ValueOf(holder.Request.Priority), -holder.Request.Lease!.Number);

    private void Schedule(long now)
    {
        (_scheduled, _next) = (true, long.MaxValue);
        foreach ((QuotaNode node, QuotaTree tree) in Enforced())
        {
            if (node.Rule.EnforceAt!.Value.Milliseconds > now)
            {
                Wake(node.Rule.EnforceAt.Value.Milliseconds);
                continue;
            }

            Wake(node.HasWindows ? tree.NextChange(now) : long.MaxValue);
            if (Over(node, tree, now) is var over and > 0)
            {
                foreach (Live holder in Holders(node, tree))
                {
                    if (Goes(holder, now) is { } end)
                    {
                        over -= Held(holder, tree);
                        Wake(end > now ? end : now + 1);
                    }
                }

                Wake(over > 0 ? now + 1 : long.MaxValue);
            }
        }

        void Wake(long at) => _next = Math.Min(_next, at);
    }

    // When somebody goes who need not be told: who was told already, for whatever reason, and who committed to an end before a grace were over. Null for the others.
    private long? Goes(Live holder, long now) =>
        holder.Request.Notice is { } notice ? notice.At.Milliseconds + (notice.Rule == PreemptionRule.Quota ? 0 : 1)
        : Live.KnownEnd(holder.Request) is { } end && end > now && end <= now + GraceOf(holder) ? end + 1
        : null;

    // The lowest nodes first: what is taken back there comes back to those above.
    private IEnumerable<(QuotaNode Node, QuotaTree Tree)> Enforced() =>
        from tree in state.Quotas.Forest.Trees
        where tree.Key.Period.Kind == QuotaPeriodKind.None && tree.HasEnforced
        from node in tree.Nodes.OrderByDescending(n => n.Owner.Depth)
        where node.Rule.EnforceAt is not null && node.IsHard
        select (node, tree);

    private static long Over(QuotaNode node, QuotaTree tree, long now)
    {
        tree.At(now);
        return node.Values.IsCohort ? 0 : node.All.Total - QuotaMath.Plus(node.Values.Base, node.Values.Borrow.Thousandths);
    }

    private Live[] Holders(QuotaNode node, QuotaTree tree) => [.. state.Running.Where(l => l.Request.Owner.IsWithin(node.Owner) && Held(l, tree) > 0)];

    private static long Held(Live holder, QuotaTree tree) => holder.Request.Lease!.Amounts[tree.Key.Resource].Thousandths;

    private long GraceOf(Live victim) => Endable.GraceOf(state, victim);
}
