using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Quotas;

/// <summary>A tree of quotas and what is asked of it, in whole units; virtual time starts on 1 January 2026.</summary>
internal sealed class QuotaScene(QuotaPeriod? period = null)
{
    private readonly List<(OwnerPath Owner, QuotaRule Rule)> _rules = [];
    private QuotaTree? _tree;

    public QuotaPeriod Period { get; } = period ?? QuotaPeriod.None;

    public long Now { get; set; } = Moment("2026-01-01T00:00:00Z");

    public QuotaTree Tree => _tree ??= new QuotaTree(new QuotaTreeKey("cpu", Period), _rules);

    public static long Moment(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    public static QuotaBound Bound(double? units) => units is { } u ? QuotaBound.Of(Scene.Amount(u)) : QuotaBound.Unbounded;

    public QuotaScene Limit(string owner, double limit, double? borrow = 0, double? lend = null, Func<QuotaRule, QuotaRule>? more = null) =>
        Rule(owner, new QuotaRule("cpu") { Limit = Scene.Amount(limit), Borrow = Bound(borrow), Lend = Bound(lend), Period = Period }, more);

    public QuotaScene Cohort(string owner, double extra, double? borrow = 0, double? lend = null, Func<QuotaRule, QuotaRule>? more = null) =>
        Rule(owner, new QuotaRule("cpu") { Extra = Scene.Amount(extra), Borrow = Bound(borrow), Lend = Bound(lend), Period = Period }, more);

    public decimal Available(string owner, bool preemptible = true) => Math.Max(0, Tree.Available(Leaf(owner), Use(preemptible), Now)) / 1000m;

    public QuotaBlock? Blocks(string owner, double amount, bool preemptible = true) => Tree.Blocks(Leaf(owner), Thousandths(amount), Use(preemptible), Now);

    /// <summary>Takes an amount if it passes.</summary>
    public bool Take(string owner, double amount, bool preemptible = true)
    {
        if (Blocks(owner, amount, preemptible) is not null)
        {
            return false;
        }

        Use(owner, amount, preemptible);
        return true;
    }

    /// <summary>Takes an amount whether it passes or not; gives it back where it is negative.</summary>
    public QuotaScene Use(string owner, double amount, bool preemptible = true)
    {
        Tree.Charge(Leaf(owner), Tree.Calendar.SlotOf(Now), Thousandths(amount), Use(preemptible), Now);
        return this;
    }

    public long? Earliest(string owner, double amount, bool preemptible = true) => QuotaOutlook.Earliest(Tree, Leaf(owner), Thousandths(amount), Use(preemptible), Now);

    public QuotaNode Node(string owner)
    {
        Tree.At(Now);
        return Tree.Node(OwnerPath.Parse(owner))!;
    }

    public decimal Used(string owner) => Node(owner).All.Total / 1000m;

    public decimal Peak(string owner) => Node(owner).Peak / 1000m;

    public QuotaNode Leaf(string owner) => Tree.Nearest(OwnerPath.Parse(owner))!;

    private QuotaScene Rule(string owner, QuotaRule rule, Func<QuotaRule, QuotaRule>? more)
    {
        _rules.Add((OwnerPath.Parse(owner), more?.Invoke(rule) ?? rule));
        _tree = null;
        return this;
    }

    private static long Thousandths(double amount) => (long)Math.Round(amount * 1000);

    private static QuotaUse Use(bool preemptible) => preemptible ? QuotaUse.All : QuotaUse.Firm;
}
