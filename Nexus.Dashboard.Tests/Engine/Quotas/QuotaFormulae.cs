using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Quotas;

/// <summary>The formulae of the domain's page, written down once more and worked out from nothing at each look, by recursion over the owner paths.</summary>
internal sealed class QuotaFormulae(IReadOnlyList<(OwnerPath Owner, QuotaRule Rule)> rules)
{
    public List<(OwnerPath Owner, long Amount, bool Preemptible)> Grants { get; } = [];

    public long Available(OwnerPath owner, bool preemptible)
    {
        (OwnerPath, QuotaRule) node = Nearest(owner)!.Value;
        return preemptible ? Available(node, firm: false) : Math.Min(Available(node, firm: false), Available(node, firm: true));
    }

    public long Subtree(OwnerPath owner) => Grants.Where(g => g.Owner.IsWithin(owner)).Sum(g => g.Amount);

    public long Free(OwnerPath owner) => Nearest(owner) is { } node ? Math.Max(0, Own(node, false) - Used(node, false)) : 0;

    private long Available((OwnerPath Owner, QuotaRule Rule) n, bool firm)
    {
        bool hard = n.Rule.Mode == QuotaMode.Hard;
        if (Parent(n.Owner) is not { } parent)
        {
            return !hard ? QuotaMath.Most - Used(n, firm)
                : n.Rule.Limit is null ? Capacity(n, firm) - Used(n, firm)
                : Bounded(Capacity(n, firm), n.Rule.Borrow) - Used(n, firm);
        }

        long passed = Math.Max(0, Used(n, firm) - Own(n, firm));
        long reach = hard ? Bounded(Lent(n, firm), n.Rule.Borrow) : QuotaMath.Most;
        return Math.Max(0, Own(n, firm) - Used(n, firm)) + Math.Min(Available(parent, firm), reach - passed);
    }

    private long Capacity((OwnerPath Owner, QuotaRule Rule) n, bool firm)
    {
        long capacity = n.Rule.Limit is { } limit ? limit.Thousandths - Aside(n, firm) : n.Rule.Extra!.Value.Thousandths + Children(n.Owner).Sum(c => Lent(c, firm));
        return firm ? Math.Max(0, capacity) : capacity;
    }

    private long Aside((OwnerPath Owner, QuotaRule Rule) n, bool firm) => Children(n.Owner).Sum(c => Own(c, firm) + Aside(c, firm));

    private long Lent((OwnerPath Owner, QuotaRule Rule) n, bool firm) =>
        firm && n.Rule.LendTo != QuotaLendTo.All ? 0 : n.Rule.Lend.Amount is { } lend ? Math.Min(Capacity(n, firm), lend.Thousandths) : Capacity(n, firm);

    private long Own((OwnerPath Owner, QuotaRule Rule) n, bool firm) => Capacity(n, firm) - Lent(n, firm);

    private long Used((OwnerPath Owner, QuotaRule Rule) n, bool firm) =>
        Grants.Where(g => Nearest(g.Owner)?.Owner == n.Owner && !(firm && g.Preemptible)).Sum(g => g.Amount)
        + Children(n.Owner).Sum(c => Math.Max(0, Used(c, firm) - Own(c, firm)));

    private (OwnerPath Owner, QuotaRule Rule)? Parent(OwnerPath owner) => owner.IsRoot ? null : Nearest(owner.Parent);

    private (OwnerPath Owner, QuotaRule Rule)? Nearest(OwnerPath owner) =>
        rules.Where(r => owner.IsWithin(r.Owner)).Select(r => ((OwnerPath, QuotaRule)?)r).MaxBy(r => r!.Value.Item1.Depth);

    private IEnumerable<(OwnerPath Owner, QuotaRule Rule)> Children(OwnerPath owner) => rules.Where(r => Parent(r.Owner)?.Owner == owner);

    private static long Bounded(long amount, QuotaBound bound) => bound.Amount is { } by ? amount + by.Thousandths : QuotaMath.Most;
}
