using Nexus.Dashboard.Tests.Engine.Quotas;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Histories;

/// <summary>What must always hold of quotas, computed from the requests and the rules.</summary>
internal static class QuotaInvariants
{
    private static readonly QuotaTreeKey Held = new("gpu", QuotaPeriod.None);

    public static void Check(World world, Request[] requests)
    {
        QuotaState[] quotas = [.. world.Engine.Quotas];
        if (quotas.Length == 0)
        {
            return;
        }

        (OwnerPath Owner, QuotaRule Rule)[] held = [.. quotas.Select(q => (q.Owner, q.Definition.Of(Held)!)).Where(q => q.Item2 is not null)];
        QuotaFormulae formulae = new(held);
        formulae.Grants.AddRange(requests.Where(r => r.Status == RequestStatus.Allocated && r.Lease!.Amounts.Has("gpu")).Select(r => (r.Owner, r.Lease!.Amounts["gpu"].Thousandths, r.Spec.Preemptible)));
        Use_of_a_node_is_its_own_and_its_childrens(quotas, formulae);
        No_decision_passes_a_hard_limit_but_by_borrowing(world, held, formulae);
        What_is_above_an_enforced_limit_goes(world, held, formulae, requests);
        What_counts_in_a_period_is_never_negative_nor_less_than_what_counts_below(quotas);
    }

    /// <summary>True when quotas would let a request start now.</summary>
    public static bool Allow(World world, Request request) =>
        QuotaAsk.Of(new QuotaReading([.. world.Engine.Quotas], world.Engine.Configuration.Kind).Forest, request.Spec, request.Needs)?.Allowed(world.Now.Milliseconds) != false;

    /// <summary>The same beside what is freed for those for whom others end: they hold what they need by then, and who ends for them nothing any more.</summary>
    public static bool AllowBesideFreed(World world, Request[] requests, Request request)
    {
        QuotaForest forest = new QuotaReading([.. world.Engine.Quotas], world.Engine.Configuration.Kind).Forest;
        foreach (Request seeker in requests.Where(r => r is { HasEnded: false, Preempting: not null } && r != request))
        {
            Count(seeker.Owner, seeker.Needs, seeker.Spec, 1);
            foreach (Request told in requests.Where(r => r is { Status: RequestStatus.Allocated, Notice: { } notice } && notice.For == seeker.Key))
            {
                Count(told.Owner, told.Lease!.Amounts, told.Spec, -1);
            }
        }

        return QuotaAsk.Of(forest, request.Spec, request.Needs)?.Allowed(world.Now.Milliseconds) != false;

        void Count(OwnerPath owner, ResourceVector amounts, RequestSpec spec, int sign)
        {
            foreach (QuotaStep step in (forest.Find(owner, amounts)?.Steps ?? []).Where(s => s.Count == QuotaCount.Held))
            {
                step.Tree.Imagine(step.Leaf, sign * amounts[step.Tree.Key.Resource].Thousandths, QuotaAsk.UseOf(spec), world.Now.Milliseconds);
            }
        }
    }

    // 2
    private static void Use_of_a_node_is_its_own_and_its_childrens(QuotaState[] quotas, QuotaFormulae formulae)
    {
        foreach (QuotaState quota in quotas)
        {
            for (int i = 0; i < quota.Uses.Count; i++)
            {
                if (quota.Definition.Rules[i] is { Resource: "gpu", Period.Kind: QuotaPeriodKind.None })
                {
                    long said = quota.Uses[i].Slots.Sum(s => s.All);
                    Invariants.Holds(said == formulae.Subtree(quota.Owner), $"'{quota.Owner}' says {said} gpu, grants below it hold {formulae.Subtree(quota.Owner)}");
                }
            }
        }
    }

    // 2 and 8: what was granted in this step left what the formulae allow, which is never less than the unlent part of an owner.
    private static void No_decision_passes_a_hard_limit_but_by_borrowing(World world, (OwnerPath Owner, QuotaRule Rule)[] held, QuotaFormulae formulae)
    {
        foreach (RequestEvent granted in world.Happened.OfType<RequestEvent>())
        {
            if (granted switch { RequestSubmitted s => s.Lease, RequestStarted s => s.Lease, _ => null } is not { } lease || !lease.Amounts.Has("gpu"))
            {
                continue;
            }

            foreach ((OwnerPath owner, QuotaRule rule) in held.Where(h => granted.Owner.IsWithin(h.Owner) && h.Rule is { Mode: QuotaMode.Hard, Limit: not null, Borrow.IsUnbounded: false }))
            {
                long most = rule.Limit!.Value.Thousandths + rule.Borrow.Amount!.Value.Thousandths;
                bool soft = held.Any(h => h.Owner.IsWithin(owner) && h.Rule.Mode == QuotaMode.Soft);
                Invariants.Holds(soft || formulae.Subtree(owner) <= most, $"a grant of {granted.Key} raised '{owner}' to {formulae.Subtree(owner)}, above {most}");
            }
        }

        // Where grants ended for it in the same step, what they had came back after it was refused.
        bool freed = world.Happened.Any(e => e is RequestRequeued or RequestEnded { Status: RequestStatus.Preempted });
        foreach (RequestSubmitted refused in freed ? [] : world.Happened.OfType<RequestSubmitted>().Where(e => e.Reason is { Code: ReasonCode.OverQuota, Kind: "gpu", Period.Kind: QuotaPeriodKind.None }))
        {
            long available = formulae.Available(refused.Owner, refused.Spec.Preemptible);
            Invariants.Holds(available < refused.Reason!.Needed!.Value.Thousandths, $"{refused.Key} was refused {refused.Reason.Needed} gpu although its quotas have {available}");
        }
    }

    // Whoever is above goes: it was told, or committed to an end within a grace of its pools.
    private static void What_is_above_an_enforced_limit_goes(World world, (OwnerPath Owner, QuotaRule Rule)[] held, QuotaFormulae formulae, Request[] requests)
    {
        foreach ((OwnerPath owner, QuotaRule rule) in held.Where(h => h.Rule is { EnforceAt: { } at, Borrow.IsUnbounded: false } && at < world.Now))
        {
            long going = requests.Where(r => r.Status == RequestStatus.Allocated && r.Owner.IsWithin(owner) && (r.Notice is not null || Live.KnownEnd(r) > world.Now.Milliseconds - 1)).Sum(r => r.Lease!.Amounts["gpu"].Thousandths);
            long most = rule.Limit!.Value.Thousandths + rule.Borrow.Amount!.Value.Thousandths;
            Invariants.Holds(formulae.Subtree(owner) - going <= most, $"'{owner}' holds {formulae.Subtree(owner)} above {most} which is enforced, and only {going} of it ends");
        }
    }

    private static void What_counts_in_a_period_is_never_negative_nor_less_than_what_counts_below(QuotaState[] quotas)
    {
        foreach (QuotaState quota in quotas)
        {
            for (int i = 0; i < quota.Uses.Count; i++)
            {
                QuotaRule rule = quota.Definition.Rules[i];
                foreach (QuotaSlotUse slot in quota.Uses[i].Slots)
                {
                    Invariants.Holds(slot is { All: >= 0, Firm: >= 0 } && slot.Firm <= slot.All, $"'{quota.Owner}' counts {slot.All} and {slot.Firm} of {rule.Resource}");
                }

                Invariants.Holds(rule.Period.Kind != QuotaPeriodKind.Rate || Math.Abs(quota.Uses[i].Level) <= (rule.Burst ?? rule.Limit!.Value).Thousandths, $"a bucket of '{quota.Owner}' holds {quota.Uses[i].Level}");
            }
        }
    }
}
