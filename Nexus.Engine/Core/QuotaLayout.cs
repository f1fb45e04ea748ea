using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>How quotas lie in the journal and in snapshots; see <see cref="Layout"/>.</summary>
internal static class QuotaLayout
{
    private const long Nothing = -1;

    public static void Quota(this EventBuffer to, QuotaDefinition? quota)
    {
        to.Flag(quota is not null);
        if (quota is null)
        {
            return;
        }

        to.Owner(quota.Owner);
        to.Number(quota.Weight);
        to.Number(quota.Rules.Count);
        foreach (QuotaRule rule in quota.Rules)
        {
            to.Text(rule.Resource);
            to.Maybe(rule.Limit);
            to.Maybe(rule.Extra);
            to.Bound(rule.Borrow);
            to.Bound(rule.Lend);
            to.Period(rule.Period);
            to.Text(rule.TimeZone);
            to.Maybe(rule.Burst);
            to.Byte((byte)rule.Mode);
            to.Byte((byte)rule.Reclaim);
            to.Byte((byte)rule.LendTo);
            to.MaybeTime(rule.EnforceAt);
            to.Flag(rule.Adjust is not null);
            if (rule.Adjust is { } adjust)
            {
                to.Byte((byte)adjust.Mode);
                to.Amount(adjust.Min);
                to.Amount(adjust.Max);
            }

            to.Number(rule.Windows.Count);
            foreach (QuotaWindow window in rule.Windows)
            {
                to.Window(window);
            }
        }
    }

    public static QuotaDefinition? Quota(ref this EventReader from)
    {
        if (!from.Flag())
        {
            return null;
        }

        OwnerPath owner = from.Owner();
        int weight = (int)from.Number();
        QuotaRule[] rules = new QuotaRule[from.Number()];
        for (int i = 0; i < rules.Length; i++)
        {
            rules[i] = new QuotaRule(from.Name()!)
            {
                Limit = Maybe(ref from),
                Extra = Maybe(ref from),
                Borrow = Bound(ref from),
                Lend = Bound(ref from),
                Period = from.Period(),
                TimeZone = from.Name()!,
                Burst = Maybe(ref from),
                Mode = (QuotaMode)from.Byte(),
                Reclaim = (QuotaReclaim)from.Byte(),
                LendTo = (QuotaLendTo)from.Byte(),
                EnforceAt = from.MaybeTime(),
                Adjust = from.Flag() ? new QuotaAdjustment((QuotaAdjustMode)from.Byte(), from.Amount(), from.Amount()) : null,
                Windows = Windows(ref from),
            };
        }

        return new QuotaDefinition(owner, weight, rules);
    }

    public static void Period(this EventBuffer to, QuotaPeriod? period)
    {
        to.Byte((byte)(period?.Kind ?? QuotaPeriodKind.None));
        if (period is { Kind: not QuotaPeriodKind.None })
        {
            to.Span(period.Length);
            to.Text(period.Zone);
        }
    }

    public static QuotaPeriod Period(ref this EventReader from) => (QuotaPeriodKind)from.Byte() switch
    {
        QuotaPeriodKind.None => QuotaPeriod.None,
        var kind => QuotaPeriod.Recorded(kind, from.Span(), from.Name()!),
    };

    public static void State(this EventBuffer to, QuotaState state)
    {
        to.Quota(state.Definition);
        to.Number(state.Version);
        foreach (QuotaRuleUse use in state.Uses)
        {
            to.Number(use.Slots.Count);
            foreach (QuotaSlotUse slot in use.Slots)
            {
                to.Number(slot.Slot);
                to.Number(slot.All);
                to.Number(slot.Firm);
            }

            to.Number(use.Level);
            to.Number(use.Remainder);
            to.Time(use.At);
            to.Number(use.Peak);
            to.Number(use.Rejections);
        }
    }

    public static QuotaState State(ref this EventReader from)
    {
        QuotaDefinition definition = from.Quota()!;
        long version = from.Number();
        QuotaRuleUse[] uses = new QuotaRuleUse[definition.Rules.Count];
        for (int i = 0; i < uses.Length; i++)
        {
            QuotaSlotUse[] slots = new QuotaSlotUse[from.Number()];
            for (int s = 0; s < slots.Length; s++)
            {
                slots[s] = new QuotaSlotUse(from.Number(), from.Number(), from.Number());
            }

            uses[i] = new QuotaRuleUse(slots, from.Number(), from.Number(), from.Time(), from.Number(), from.Number());
        }

        return new QuotaState(definition, version, uses);
    }

    public static void Charges(this EventBuffer to, RequestKey key, QuotaCharge[] charges)
    {
        to.Text(key.Tenant);
        to.Text(key.Id);
        to.Number(charges.Length);
        foreach (QuotaCharge charge in charges)
        {
            to.Text(charge.Tree.Resource);
            to.Period(charge.Tree.Period);
            to.Number(charge.Slot);
            to.Number(charge.Amount);
        }
    }

    public static (RequestKey Key, QuotaCharge[] Charges) Charges(ref this EventReader from)
    {
        RequestKey key = new(from.Name()!, from.Text()!);
        QuotaCharge[] charges = new QuotaCharge[from.Number()];
        for (int i = 0; i < charges.Length; i++)
        {
            charges[i] = new QuotaCharge(new QuotaTreeKey(from.Name()!, from.Period()), from.Number(), from.Number());
        }

        return (key, charges);
    }

    private static void Window(this EventBuffer to, QuotaWindow window)
    {
        to.Number(window.Days?.Count ?? Nothing);
        foreach (DayOfWeek day in window.Days ?? [])
        {
            to.Byte((byte)day);
        }

        to.Number(window.From is { } start ? start.Ticks / TimeSpan.TicksPerMinute : Nothing);
        to.Number(window.To is { } end ? end.Ticks / TimeSpan.TicksPerMinute : Nothing);
        to.Number(window.FirstDate?.DayNumber ?? Nothing);
        to.Number(window.LastDate?.DayNumber ?? Nothing);
        to.Maybe(window.Limit);
        to.Maybe(window.Extra);
        to.MaybeBound(window.Borrow);
        to.MaybeBound(window.Lend);
    }

    private static QuotaWindow[] Windows(ref EventReader from)
    {
        QuotaWindow[] windows = new QuotaWindow[from.Number()];
        for (int i = 0; i < windows.Length; i++)
        {
            DayOfWeek[]? days = from.Number() is var count and >= 0 ? new DayOfWeek[count] : null;
            for (int d = 0; d < days?.Length; d++)
            {
                days[d] = (DayOfWeek)from.Byte();
            }

            windows[i] = new QuotaWindow(days, Minute(from.Number()), Minute(from.Number()), Date(from.Number()), Date(from.Number()))
            {
                Limit = Maybe(ref from),
                Extra = Maybe(ref from),
                Borrow = MaybeBound(ref from),
                Lend = MaybeBound(ref from),
            };
        }

        return windows;
    }

    private static TimeOnly? Minute(long minute) => minute < 0 ? null : TimeOnly.FromTimeSpan(TimeSpan.FromMinutes(minute));

    private static DateOnly? Date(long day) => day < 0 ? null : DateOnly.FromDayNumber((int)day);

    private static void Maybe(this EventBuffer to, Quantity? amount) => to.Number(amount?.Thousandths ?? Nothing);

    private static Quantity? Maybe(ref EventReader from) => from.Number() is var amount and >= 0 ? Quantity.FromThousandths(amount) : null;

    private static void Bound(this EventBuffer to, QuotaBound bound) => to.Number(bound.Amount?.Thousandths ?? Nothing);

    private static QuotaBound Bound(ref EventReader from) => from.Number() is var amount and >= 0 ? QuotaBound.Of(Quantity.FromThousandths(amount)) : QuotaBound.Unbounded;

    private static void MaybeBound(this EventBuffer to, QuotaBound? bound)
    {
        to.Flag(bound is not null);
        if (bound is { } known)
        {
            to.Bound(known);
        }
    }

    private static QuotaBound? MaybeBound(ref EventReader from) => from.Flag() ? Bound(ref from) : null;
}
