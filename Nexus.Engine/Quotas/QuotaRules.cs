using Nexus.Engine.Resources;

namespace Nexus.Engine.Quotas;

/// <summary>Why a rule or a tree of rules cannot be, in words a person can act on.</summary>
/// <param name="Field">Where, as a JSON path within the definition.</param>
/// <param name="Detail">What is wrong, and what to do.</param>
internal sealed record QuotaFault(string Field, string Detail);

/// <summary>What a definition must be to make sense, by itself and together with the rules around it.</summary>
internal static class QuotaRules
{
    private static readonly TimeSpan ShortestAdjusted = TimeSpan.FromMinutes(5);

    /// <summary>The first thing that is wrong with a definition, or null.</summary>
    public static QuotaFault? Fault(QuotaDefinition definition, Func<string, ResourceKind?> kindOf)
    {
        if (definition.Weight is < 0 or > QuotaDefinition.MostWeight)
        {
            return new QuotaFault("$.weight", "must be 0 to 1,000,000");
        }

        if (definition.Rules.Count > QuotaDefinition.MostRules)
        {
            return new QuotaFault("$.rules", $"must have at most {QuotaDefinition.MostRules} rules");
        }

        HashSet<QuotaTreeKey> seen = [];
        for (int i = 0; i < definition.Rules.Count; i++)
        {
            QuotaRule rule = definition.Rules[i];
            string path = $"$.rules[{i}]";
            (string member, string detail)? wrong = OfKind(rule, kindOf(rule.Resource)) ?? OfAmounts(rule) ?? OfRate(rule) ?? OfAdjustment(rule) ?? OfEnforcement(rule, kindOf(rule.Resource)!) ?? OfWindows(rule);
            if (wrong is null && !seen.Add(new QuotaTreeKey(rule.Resource, rule.Period)))
            {
                wrong = ("period", $"'{rule.Resource}' has a rule of the same period already: rules for one kind differ in their period");
            }

            if (wrong is { } found)
            {
                return new QuotaFault($"{path}.{found.member}", found.detail);
            }
        }

        return null;
    }

    /// <summary>True when a quota on a kind is counted from grants that do not name it.</summary>
    public static bool IsMeasured(string kind) => kind is "time.processing" or "time.latency" or "time.queue";

    /// <summary>The first node of a tree that would keep more for those below it than it has at some time, or null. Where windows change values, the worst of each counts.</summary>
    public static string? Overdrawn(QuotaTree tree)
    {
        Dictionary<QuotaNode, Spread> spreads = [];
        foreach (QuotaNode node in tree.Nodes.OrderByDescending(n => n.Owner.Depth))
        {
            Spread sum = node.Children.Aggregate(default(Spread), (s, c) => s.And(spreads[c]));
            Spread? all = null;
            foreach (QuotaValues values in new QuotaWindows(node.Rule).All)
            {
                (long least, long most) = values.IsCohort
                    ? (values.Base + sum.LeastLent, QuotaMath.Plus(values.Base, sum.MostLent))
                    : (values.Base - sum.MostKept, values.Base - sum.LeastKept);
                if (least < 0)
                {
                    return $"what is kept below {Name(node.Owner)} of {tree.Key.Resource} adds up to {Units(sum.MostKept)}, more than its limit of {Units(values.Base)}: raise the limit, or let those below lend more";
                }

                long lend = values.Lend.Thousandths;
                Spread one = new(
                    Math.Max(0, least - lend) + sum.LeastKept, QuotaMath.Plus(Math.Max(0, most - lend), sum.MostKept), Math.Min(least, lend), Math.Min(most, lend));
                all = all?.Or(one) ?? one;
            }

            spreads[node] = all!.Value;
        }

        return null;
    }

    /// <summary>A node for people; the root is the system.</summary>
    public static string Name(OwnerPath owner) => owner.IsRoot ? "the system" : $"'{owner}'";

    private static string Units(long thousandths) => (thousandths / 1000m).ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);

    private static (string, string)? OfKind(QuotaRule rule, ResourceKind? kind) => kind switch
    {
        null => ("resource", $"resource kind '{rule.Resource}' does not exist; GET /api/v1/kinds lists what does"),
        { PartOf: { } whole } => ("resource", $"'{rule.Resource}' is counted with '{whole}': limit that"),
        { Behaviour: ResourceBehaviour.Limit } => ("resource", $"'{rule.Resource}' is a ceiling for one request and never consumed: pools set it"),
        { Behaviour: ResourceBehaviour.Measured } when !IsMeasured(rule.Resource) => ("resource", $"'{rule.Resource}' spans many requests and is not counted when one starts: limit time.processing, time.latency or time.queue"),
        { Behaviour: ResourceBehaviour.Metered or ResourceBehaviour.Measured } when rule.Period.Kind == QuotaPeriodKind.None => ("period", $"must be given for '{rule.Resource}', which is used up and never given back, for example day, rolling:PT1H or rate:PT1M"),
        _ => null,
    };

    private static (string, string)? OfAmounts(QuotaRule rule) =>
        rule.Limit is null == rule.Extra is null ? ("limit", rule.Limit is null ? "give a limit, or extra for a node that has what its children lend" : "give a limit or extra, not both")
        : !QuotaPeriod.IsZone(rule.TimeZone) ? ("timeZone", $"time zone '{rule.TimeZone}' is not known: name one as IANA does, for example Europe/Berlin")
        : rule.Period.IsCalendar && rule.Period.Zone != rule.TimeZone ? ("timeZone", "must be that of the period")
        : null;

    // Looks at what is used come every few seconds: they see all of a window or an hour, and of a minute only what somebody happened to look at.
    private static (string, string)? OfAdjustment(QuotaRule rule) =>
        rule.Adjust is not { } adjust ? null
        : rule.Limit is null ? ("adjust", "adjusts a limit, and there is none")
        : adjust.Min > adjust.Max ? ("adjust.min", "must not be above max")
        : rule.Period.Kind == QuotaPeriodKind.Rate ? ("adjust", "cannot follow a rate: how much flows through it is not counted; limit a period")
        : rule.Period.Kind == QuotaPeriodKind.Minute || (rule.Period.Kind == QuotaPeriodKind.Rolling && rule.Period.Length < ShortestAdjusted)
            ? ("adjust", "cannot follow a period of less than five minutes, which is over before its use can be looked at")
        : null;

    private static (string, string)? OfRate(QuotaRule rule) =>
        rule.Period.Kind != QuotaPeriodKind.Rate ? rule.Burst is null ? null : ("burst", "is the size of a rate's bucket: give it with a period rate:DURATION")
        : rule.Limit is null ? ("limit", "must be given: it flows into the bucket per period")
        : rule.Borrow != QuotaBound.Nothing ? ("borrow", "a rate does not borrow: every bucket on the path must hold the whole amount")
        : !rule.Lend.IsUnbounded ? ("lend", "a rate does not lend: every bucket on the path must hold the whole amount")
        : rule.Windows.Count > 0 ? ("windows", "a rate has one flow at all times: use a calendar or rolling period for hours with other values")
        : null;

    // Of what is used up nothing comes back by anybody's end.
    private static (string, string)? OfEnforcement(QuotaRule rule, ResourceKind kind) =>
        rule.EnforceAt is null ? null
        : kind.Behaviour != ResourceBehaviour.Held || rule.Period.Kind != QuotaPeriodKind.None ? ("enforceAt", "takes back what is held: what was used in a period does not come back; leave it out")
        : rule.Limit is null ? ("enforceAt", "takes back what is above a limit, and there is none")
        : rule.Mode == QuotaMode.Soft ? ("enforceAt", "takes back what is above a limit that refuses; this one only counts")
        : null;

    private static (string, string)? OfWindows(QuotaRule rule)
    {
        if (rule.Windows.Count > QuotaRule.MostWindows)
        {
            return ("windows", $"must be at most {QuotaRule.MostWindows}");
        }

        for (int i = 0; i < rule.Windows.Count; i++)
        {
            QuotaWindow window = rule.Windows[i];
            (string? member, string? detail) = window switch
            {
                { Limit: null, Extra: null, Borrow: null, Lend: null } => ("", "must state a limit, extra, borrow or lend"),
                { Limit: not null } when rule.Limit is null => (".limit", "the rule has no limit: state extra"),
                { Extra: not null } when rule.Extra is null => (".extra", "the rule has a limit: state that"),
                { Days.Count: 0 } => (".days", "must name at least one day; leave it out for every day"),
                { Days: { } days } when days.Distinct().Count() != days.Count => (".days", "names a day twice"),
                { From: null } when window.To is not null => (".from", "must be given with to; leave both out for the whole day"),
                { To: null } when window.From is not null => (".to", "must be given with from; leave both out for the whole day"),
                { From: { } from } when from == window.To => (".to", "must differ from from; leave both out for the whole day"),
                { FirstDate: { } first } when window.LastDate is not { } last || last < first => (".dates", "must end on or after the date on which it begins"),
                _ => (null, null),
            };
            if (member is not null)
            {
                return ($"windows[{i}]{member}", detail!);
            }

            for (int j = 0; j < i; j++)
            {
                if (rule.Windows[j].IsDated == window.IsDated && rule.Windows[j].Meets(window))
                {
                    return ($"windows[{i}]", $"meets window {j}: two windows must not hold at one time, but one with dates goes before one without");
                }
            }
        }

        return null;
    }

    // The least and the most that a node keeps with those below it, and that it lends, whichever windows hold.
    private readonly record struct Spread(long LeastKept, long MostKept, long LeastLent, long MostLent)
    {
        public Spread And(Spread other) => new(
            QuotaMath.Plus(LeastKept, other.LeastKept), QuotaMath.Plus(MostKept, other.MostKept), QuotaMath.Plus(LeastLent, other.LeastLent), QuotaMath.Plus(MostLent, other.MostLent));

        public Spread Or(Spread other) => new(
            Math.Min(LeastKept, other.LeastKept), Math.Max(MostKept, other.MostKept), Math.Min(LeastLent, other.LeastLent), Math.Max(MostLent, other.MostLent));
    }
}
