using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>
/// How each type lies in the journal, in snapshots and in the index: format 1. A released layout is kept and read for ever; a change of it is a new
/// number beside it (the events' tag, the snapshot's first byte), never an edit here.
/// </summary>
internal static class Layout
{
    public static void Owner(this EventBuffer to, OwnerPath path) => to.Text(path.ToString());

    public static OwnerPath Owner(ref this EventReader from) => RecurringNames.Owner(from.TextBytes());

    public static void Time(this EventBuffer to, Instant at) => to.Number(at.Milliseconds);

    public static Instant Time(ref this EventReader from) => new(from.Number());

    public static void Span(this EventBuffer to, TimeSpan span) => to.Number((long)span.TotalMilliseconds);

    public static TimeSpan Span(ref this EventReader from) => TimeSpan.FromMilliseconds(from.Number());

    public static void MaybeSpan(this EventBuffer to, TimeSpan? span) => to.Number(span is { } s ? (long)s.TotalMilliseconds : -1);

    public static TimeSpan? MaybeSpan(ref this EventReader from) => from.Number() is var ms and >= 0 ? TimeSpan.FromMilliseconds(ms) : null;

    public static void MaybeTime(this EventBuffer to, Instant? at) => to.Number(at?.Milliseconds ?? long.MinValue);

    public static Instant? MaybeTime(ref this EventReader from) => from.Number() is var ms and not long.MinValue ? new Instant(ms) : null;

    public static void Amount(this EventBuffer to, Quantity quantity) => to.Number(quantity.Thousandths);

    public static Quantity Amount(ref this EventReader from) => Quantity.FromThousandths(from.Number());

    public static void Vector(this EventBuffer to, ResourceVector vector)
    {
        to.Number(vector.Count);
        foreach (ResourceAmount amount in vector.AsSpan())
        {
            to.Text(amount.Kind);
            to.Amount(amount.Quantity);
        }
    }

    public static ResourceVector Vector(ref this EventReader from)
    {
        ResourceAmount[] amounts = new ResourceAmount[from.Number()];
        for (int i = 0; i < amounts.Length; i++)
        {
            amounts[i] = new ResourceAmount(from.Name()!, from.Amount());
        }

        return ResourceVector.Of(amounts);
    }

    public static void Pairs(this EventBuffer to, Labels labels)
    {
        to.Number(labels.Count);
        for (int i = 0; i < labels.Count; i++)
        {
            to.Text(labels[i].Key);
            to.Text(labels[i].Value);
        }
    }

    public static Labels Pairs(ref this EventReader from)
    {
        KeyValuePair<string, string>[] pairs = new KeyValuePair<string, string>[from.Number()];
        for (int i = 0; i < pairs.Length; i++)
        {
            pairs[i] = new(from.Name()!, from.Name()!);
        }

        return Labels.Of(pairs);
    }

    public static void Texts(this EventBuffer to, IReadOnlyList<string>? texts)
    {
        to.Number(texts?.Count ?? -1);
        for (int i = 0; i < texts?.Count; i++)
        {
            to.Text(texts[i]);
        }
    }

    public static string[]? Texts(ref this EventReader from)
    {
        long count = from.Number();
        if (count < 0)
        {
            return null;
        }

        string[] texts = new string[count];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = from.Name()!;
        }

        return texts;
    }

    public static void By(this EventBuffer to, Actor actor)
    {
        to.Byte((byte)actor.Kind);
        if (actor.Kind != ActorKind.Engine)
        {
            to.Text(actor.Id);
            to.Text(actor.Source);
            to.Text(actor.Address);
        }
    }

    public static Actor By(ref this EventReader from) =>
        (ActorKind)from.Byte() is var kind and not ActorKind.Engine ? new Actor(kind, from.Name()!, from.Name()!, from.Name()) : Actor.Engine;

    public static void Spec(this EventBuffer to, RequestSpec spec)
    {
        to.Text(spec.Id);
        to.Owner(spec.Owner);
        to.Vector(spec.Resources);
        to.Text(spec.Priority);
        to.Texts(spec.Pools);
        to.Pairs(spec.PoolLabels);
        to.MaybeSpan(spec.Duration);
        to.Flag(spec.Queue);
        to.MaybeSpan(spec.MaxWait);
        to.Span(spec.LeaseLength);
        to.Pairs(spec.Labels);
    }

    public static RequestSpec Spec(ref this EventReader from) => new(
        from.Text()!, from.Owner(), from.Vector(), from.Name(), from.Texts(), from.Pairs(), from.MaybeSpan(), from.Flag(), from.MaybeSpan(), from.Span(), from.Pairs());

    public static void Why(this EventBuffer to, Reason? reason)
    {
        to.Flag(reason is not null);
        if (reason is null)
        {
            return;
        }

        to.Byte((byte)reason.Code);
        to.Text(reason.Pool);
        to.Text(reason.Kind);
        to.Number(reason.Needed?.Thousandths ?? -1);
        to.Number(reason.Available?.Thousandths ?? -1);
        to.MaybeTime(reason.Earliest);
        to.Text(reason.Name);
        if (reason.Gate == Gate.Quota)
        {
            // The reasons of quotas came later than this layout, and bring their period with them.
            to.Period(reason.Period);
        }
        else if (reason.Gate == Gate.Budget)
        {
            to.Shortfall(reason.Budget);
        }
        else if (reason.Code == ReasonCode.CheaperLater)
        {
            to.Money(reason.Delay!.Now);
            to.Money(reason.Delay.Then);
        }
        else if (reason.IsOfHealth)
        {
            to.Failing(reason.Health);
        }
    }

    public static Reason? Why(ref this EventReader from)
    {
        if (!from.Flag())
        {
            return null;
        }

        Reason reason = new((ReasonCode)from.Byte(), from.Name(), from.Name(), MaybeAmount(ref from), MaybeAmount(ref from), from.MaybeTime(), from.Text());
        return reason.Gate switch
        {
            Gate.Quota => reason with { Period = from.Period() },
            Gate.Budget => reason with { Budget = from.Shortfall() },
            _ when reason.Code == ReasonCode.CheaperLater => reason with { Delay = new PriceDelay(from.Money(), from.Money()) },
            _ when reason.IsOfHealth => reason with { Health = from.Failing() },
            _ => reason,
        };
    }

    public static void Grant(this EventBuffer to, Lease? lease)
    {
        to.Flag(lease is not null);
        if (lease is null)
        {
            return;
        }

        to.Number(lease.Number);
        to.Vector(lease.Amounts);
        to.Texts(lease.Pools);
        to.Time(lease.GrantedAt);
        to.Time(lease.ExpiresAt);
        to.Vector(lease.Usage);
    }

    public static Lease? Grant(ref this EventReader from) => !from.Flag() ? null : new Lease(
        from.Number(), from.Vector(), from.Texts()!, from.Time(), from.Time(), from.Vector());

    public static void Settled(this EventBuffer to, Settlement? settlement)
    {
        to.Flag(settlement is not null);
        if (settlement is null)
        {
            return;
        }

        to.Vector(settlement.Metered);
        to.Span(settlement.Held);
        to.Vector(settlement.Peaks);
        to.Number(settlement.Outcome is { } outcome ? (long)outcome : -1);
        to.Flag(settlement.Late);
    }

    public static Settlement? Settled(ref this EventReader from) => !from.Flag() ? null : new Settlement(
        from.Vector(), from.Span(), from.Vector(), from.Number() is var outcome and >= 0 ? (Outcome)outcome : null, from.Flag());

    public static void Definition(this EventBuffer to, PoolDefinition? pool, bool more = false)
    {
        to.Text(pool?.Name);
        if (pool is null)
        {
            return;
        }

        to.Number(pool.Supplies.Count);
        foreach (Supply supply in pool.Supplies)
        {
            to.Text(supply.Kind);
            to.Amount(supply.Amount);
            to.Amount(supply.Rate);
            to.Span(supply.Per);
        }

        to.Pairs(pool.Labels);
        to.Byte((byte)pool.PurchaseOption);
        to.Texts(pool.Allow?.Select(o => o.ToString()).ToArray());
        to.Text(pool.Strategy);
        if (more)
        {
            to.More(pool);
        }
    }

    public static PoolDefinition? Definition(ref this EventReader from, bool more = false)
    {
        if (from.Text() is not { } name)
        {
            return null;
        }

        Supply[] supplies = new Supply[from.Number()];
        for (int i = 0; i < supplies.Length; i++)
        {
            supplies[i] = new Supply(from.Name()!, from.Amount(), from.Amount(), from.Span());
        }

        PoolDefinition pool = new(
            name, supplies, from.Pairs(), (PurchaseOption)from.Byte(), from.Texts()?.Select(OwnerPath.Parse).ToArray(), from.Text()!);
        return more ? from.More(pool) : pool;
    }

    public static void Kind(this EventBuffer to, ResourceKind? kind)
    {
        to.Text(kind?.Name);
        if (kind is not null)
        {
            to.Byte((byte)kind.Family);
            to.Text(kind.Unit);
            to.Byte((byte)kind.Behaviour);
            to.Text(kind.PartOf);
            to.Flag(kind.BuiltIn);
        }
    }

    public static ResourceKind? Kind(ref this EventReader from) =>
        from.Text() is { } name ? new ResourceKind(name, (ResourceFamily)from.Byte(), from.Text()!, (ResourceBehaviour)from.Byte(), from.Text(), from.Flag()) : null;

    public static void Class(this EventBuffer to, PriorityClass? priority)
    {
        to.Text(priority?.Name);
        if (priority is not null)
        {
            to.Number(priority.Value);
            to.Flag(priority.BuiltIn);
        }
    }

    public static PriorityClass? Class(ref this EventReader from) =>
        from.Text() is { } name ? new PriorityClass(name, (int)from.Number(), from.Flag()) : null;

    public static void Settings(this EventBuffer to, OwnerSettings? owner)
    {
        to.Text(owner?.Path.ToString());
        if (owner is not null)
        {
            to.Pairs(owner.Labels);
            to.Text(owner.DefaultPriority);
            to.Text(owner.MaxPriority);
        }
    }

    public static OwnerSettings? Settings(ref this EventReader from) =>
        from.Text() is { } path ? new OwnerSettings(OwnerPath.Parse(path), from.Pairs(), from.Text(), from.Text()) : null;

    public static void Notice(this EventBuffer to, PreemptionNotice? notice)
    {
        to.Flag(notice is not null);
        if (notice is not null)
        {
            to.Time(notice.At);
            to.Byte((byte)notice.Rule);
            to.Owner(notice.ForOwner);
            to.Text(notice.ForId);
        }
    }

    public static PreemptionNotice? Notice(ref this EventReader from) => !from.Flag() ? null : new PreemptionNotice(
        from.Time(), (PreemptionRule)from.Byte(), from.Owner(), from.Text()!);

    public static void Begun(this EventBuffer to, Preempting? preempting)
    {
        to.Flag(preempting is not null);
        if (preempting is null)
        {
            return;
        }

        to.Time(preempting.At);
        to.Byte((byte)preempting.Rule);
        to.Texts(preempting.Pools);
        to.Keys(preempting.Victims);
    }

    public static Preempting? Begun(ref this EventReader from)
    {
        if (!from.Flag())
        {
            return null;
        }

        (Instant at, PreemptionRule rule, string[] pools) = (from.Time(), (PreemptionRule)from.Byte(), from.Texts()!);
        return new Preempting(at, rule, pools, from.Keys());
    }

    public static void Keys(this EventBuffer to, IReadOnlyList<RequestKey> keys)
    {
        to.Number(keys.Count);
        foreach (RequestKey key in keys)
        {
            to.Text(key.Tenant);
            to.Text(key.Id);
        }
    }

    public static RequestKey[] Keys(ref this EventReader from)
    {
        RequestKey[] keys = new RequestKey[from.Number()];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = new RequestKey(from.Name()!, from.Text()!);
        }

        return keys;
    }

    private static Quantity? MaybeAmount(ref EventReader from) => from.Number() is var thousandths and >= 0 ? Quantity.FromThousandths(thousandths) : null;
}
