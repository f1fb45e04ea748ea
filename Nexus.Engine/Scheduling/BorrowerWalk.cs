using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Scheduling;

/// <summary>
/// Evens out what several owners borrow: from the top of the tree always down into the child that borrows most, with the request counted as its own node's; of the node that is
/// reached the lowest class goes first, then the youngest. A request that stays within the limit of its own node may take any grant that is come to so. Another takes one of somebody
/// else's only where the two sides, just below the node at which their paths part, come out fairer (<see cref="BetweenBorrowers"/>), and of its own node only a lower class.
/// </summary>
/// <remarks>
/// <para>Kueue's preemption with fair sharing (KEP 1714, rules S2-a and S2-b), over Nexus' trees. Three things are stricter, so that nobody's return ends its evictor's grant, be it in
/// a ring of several: a node that has come down to its limit in what is contested offers no more, even while it borrows something else; where both sides borrow the same before and
/// after, nobody ends; and whose grant was ended before evens out nothing when it comes back. So a request evens out once at most.</para>
/// <para>Each step costs what the shares of the children on the way cost: O(children × kinds).</para>
/// </remarks>
internal sealed class BorrowerWalk
{
    private readonly VictimHunt _hunt;
    private readonly QuotaStep[] _contested;
    private readonly BorrowerTree _tree;
    private readonly bool _isWithin;
    private readonly bool _byFinalShare;
    private readonly Queue<BetweenBorrowers> _rules;

    private BorrowerWalk(VictimHunt hunt, QuotaStep[] contested, BetweenBorrowers rules)
    {
        (_hunt, _contested) = (hunt, contested);
        _isWithin = Array.TrueForAll(contested, s => !hunt.WouldBorrow(s));
        _rules = new Queue<BetweenBorrowers>(rules == BetweenBorrowers.FinalThenInitialShare ? [BetweenBorrowers.FinalShare, BetweenBorrowers.InitialShare] : [rules]);
        _byFinalShare = rules != BetweenBorrowers.InitialShare;
        _tree = new BorrowerTree(contested);
        foreach (Candidate candidate in hunt.Candidates.Where(c => c.MayEnd && IsAsked(c)))
        {
            _tree.Add(candidate);
        }
    }

    /// <summary>The walk for a request whose home evens out what is borrowed; null where it does not, or no quota that lends has to do with it.</summary>
    public static BorrowerWalk? Of(VictimHunt hunt, PoolDefinition home)
    {
        if (home.Follows != FairShareStrategy.Name || home.Preemption.BetweenBorrowers == BetweenBorrowers.Never)
        {
            return null;
        }

        QuotaStep[] contested = [.. hunt.Held.Where(s => hunt.IsContested(s))];
        return contested.Length == 0 ? null : new BorrowerWalk(hunt, contested, home.Preemption.BetweenBorrowers);
    }

    /// <summary>Who is to end next, or null.</summary>
    public Victim? Next()
    {
        using AskedQuotas asked = new(_hunt);
        for (; _rules.Count > 0; Begin())
        {
            while (Reached(_tree.Top) is { } place)
            {
                if (Of(place, asked) is { } victim)
                {
                    return victim;
                }
            }
        }

        return null;
    }

    // The next rule is asked about those whom the first one spared.
    private void Begin()
    {
        _rules.Dequeue();
        _tree.PutBackSpared();
    }

    private Victim? Of(BorrowerPlace place, AskedQuotas asked)
    {
        if (place.IsOwn)
        {
            return new Victim(place.Take().Grant, PreemptionRule.Priority);
        }

        if (_isWithin)
        {
            return new Victim(place.Take().Grant, PreemptionRule.Reclaim);
        }

        (BorrowerPlace seekers, BorrowerPlace others) = _tree.Sides(place);
        (BorrowedShare mine, BorrowedShare theirs) = (_hunt.ShareOf(seekers.Owner), _hunt.ShareOf(others.Owner));
        if (mine.Kind is null)
        {
            // The department above it stays within what that has.
            return new Victim(place.Take().Grant, PreemptionRule.Reclaim);
        }

        bool isSecond = _byFinalShare && _rules.Peek() == BetweenBorrowers.InitialShare;
        while (place.First is not null)
        {
            Candidate candidate = place.Take();
            if (!_hunt.Seeker.CameBack && (_rules.Peek() == BetweenBorrowers.InitialShare ? mine.ComparedWith(theirs) < 0 : StaysFair(candidate, (seekers, mine), (others, theirs), asked)))
            {
                place.IsDone |= isSecond;
                return new Victim(candidate.Grant, PreemptionRule.FairShare);
            }

            place.Spared.Add(candidate);
        }

        return null;
    }

    // With the request its side borrows no more than the other does after the end.
    private bool StaysFair(Candidate candidate, (BorrowerPlace At, BorrowedShare Share) mine, (BorrowerPlace At, BorrowedShare Share) theirs, AskedQuotas asked)
    {
        _hunt.Count(candidate.Grant, -1);
        BorrowedShare left = _hunt.ShareOf(theirs.At.Owner);
        _hunt.Count(candidate.Grant, 1);
        return mine.Share.ComparedWith(left) <= 0 && (mine.Share.ComparedWith(theirs.Share) < 0 || asked.Without(() => _hunt.ShareOf(mine.At.Owner)).ComparedWith(theirs.Share) < 0);
    }

    // Always into the child that borrows most; of equals an inner node first, of others the one whose next grant goes first. A node's own grants stand beside its children.
    private BorrowerPlace? Reached(BorrowerPlace at)
    {
        (BorrowerPlace? most, BorrowedShare share) = (null, default);
        foreach (BorrowerPlace child in at.Children.Where(c => OffersOwn(c) || IsInner(c)))
        {
            BorrowedShare borrowed = _hunt.ShareOf(child.Owner);
            int order = most is null ? 1 : borrowed.ComparedWith(share);
            if (order > 0 || (order == 0 && GoesFirst(child, most!)))
            {
                (most, share) = (child, borrowed);
            }
        }

        return OffersOwn(at) && (most is null || _hunt.ShareOf(at.Owner).ComparedWith(share) > 0) ? at : most is null ? null : Reached(most);
    }

    private bool GoesFirst(BorrowerPlace one, BorrowerPlace other) =>
        IsInner(one) != IsInner(other) ? IsInner(one)
        : !IsInner(one) && (one.IsOwn == other.IsOwn ? Live.LowestYoungest.Compare(one.First!.Grant, other.First!.Grant) < 0 : other.IsOwn);

    private bool IsInner(BorrowerPlace place) => place.Children.Exists(c => OffersOwn(c) || IsInner(c));

    // Who cannot end any more, as too little of it is borrowed or it holds nothing that is still missing, never can.
    private bool OffersOwn(BorrowerPlace place)
    {
        while (place.First is { } first && !MayEnd(first, place.IsOwn))
        {
            place.Take();
        }

        return place.First is not null && !place.IsDone;
    }

    private bool MayEnd(Candidate candidate, bool isOwn) => !_hunt.IsGone(candidate)
        && Array.Exists(_contested, s => candidate.In(s.Tree) is { } leaf && (isOwn || VictimHunt.Borrows(leaf, s.Leaf)) && _hunt.Helps(candidate, s));

    // Of its own node a lower class; of others as the node's rule says, and only in pools that even out unless it is the lender's own.
    private bool IsAsked(Candidate candidate)
    {
        bool isLower = candidate.Grant.GrantedClass < _hunt.Seeker.ClassValue;
        return _tree.IsOwn(candidate) ? isLower && EvensOut(candidate.Grant)
            : (_isWithin || EvensOut(candidate.Grant)) && Array.TrueForAll(_contested, s => s.Leaf.Rule.Reclaim == QuotaReclaim.Any || (s.Leaf.Rule.Reclaim == QuotaReclaim.LowerPriority && isLower));
    }

    private bool EvensOut(Live grant) => grant.Request.Lease!.Pools.Any(p => _hunt.State.Pools.GetValueOrDefault(p)?.Definition is { Follows: FairShareStrategy.Name, Preemption.BetweenBorrowers: not BetweenBorrowers.Never });
}
