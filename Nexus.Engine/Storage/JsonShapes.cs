using System.Text.Json;
using System.Xml;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Storage;

/// <summary>The domain's values as JSON, in the shapes of the HTTP API: camelCase, durations in ISO 8601, amounts as numbers in the kind's unit, nothing absent written.</summary>
internal static class JsonShapes
{
    public static void WriteTime(this Utf8JsonWriter json, string name, Instant at) => json.WriteString(name, at.ToString());

    public static void WriteDuration(this Utf8JsonWriter json, string name, TimeSpan? span)
    {
        if (span is { } known)
        {
            json.WriteString(name, XmlConvert.ToString(known));
        }
    }

    public static void WriteTrue(this Utf8JsonWriter json, string name, bool said)
    {
        if (said)
        {
            json.WriteBoolean(name, true);
        }
    }

    public static void WriteEnum<T>(this Utf8JsonWriter json, string name, T value)
        where T : struct, Enum => json.WriteString(name, JsonNamingPolicy.CamelCase.ConvertName(value.ToString()));

    public static void WriteActor(this Utf8JsonWriter json, Actor actor)
    {
        json.WriteStartObject("actor");
        json.WriteEnum("kind", actor.Kind);
        json.WriteString("id", actor.Id);
        json.WriteString("source", actor.Source);
        json.WriteText("address", actor.Address);
        json.WriteEndObject();
    }

    public static void WriteVector(this Utf8JsonWriter json, string name, ResourceVector amounts)
    {
        if (amounts.Count == 0)
        {
            return;
        }

        json.WriteStartObject(name);
        foreach (ResourceAmount amount in amounts)
        {
            json.WriteNumber(amount.Kind, amount.Quantity.Units);
        }

        json.WriteEndObject();
    }

    public static void WriteLabels(this Utf8JsonWriter json, string name, Labels labels)
    {
        if (labels.Count == 0)
        {
            return;
        }

        json.WriteStartObject(name);
        foreach (KeyValuePair<string, string> label in labels)
        {
            json.WriteString(label.Key, label.Value);
        }

        json.WriteEndObject();
    }

    public static void WriteSpec(this Utf8JsonWriter json, string name, RequestSpec spec)
    {
        json.WriteStartObject(name);
        json.WriteString("id", spec.Id);
        json.WriteString("owner", spec.Owner.ToString());
        json.WriteVector("resources", spec.Resources);
        json.WriteText("priority", spec.Priority);
        json.WriteTexts("pools", spec.Pools);
        json.WriteLabels("poolLabels", spec.PoolLabels);
        json.WriteDuration("duration", spec.Duration);
        json.WriteTrue("queue", spec.Queue);
        json.WriteDuration("maxWait", spec.MaxWait);
        json.WriteNumber("leaseSeconds", (decimal)spec.LeaseLength.Ticks / TimeSpan.TicksPerSecond);
        json.WriteLabels("labels", spec.Labels);
        if (spec.Members > 1)
        {
            json.WriteNumber("members", spec.Members);
        }

        if (spec.Deadline is { } deadline)
        {
            json.WriteTime("deadline", deadline);
        }

        json.WriteTrue("preemptible", spec.Preemptible);
        json.WriteText("reservation", spec.Reservation);
        json.WriteText("allowance", spec.Allowance);
        json.WriteWork(spec.Work);
        json.WriteText("maxCost", spec.MaxCost?.ToString());
        json.WriteDuration("maxDelay", spec.MaxDelay);
        json.WriteSizing(spec.Sizing);
        json.WriteAlternatives(spec.Alternatives);
        json.WriteDegrading(spec);
        json.WriteTrue("mergeable", spec.Mergeable);
        json.WriteEndObject();
    }

    private static void WriteSizing(this Utf8JsonWriter json, LearnedSizing? sizing)
    {
        if (sizing is null)
        {
            return;
        }

        json.WriteString("sizing", "learned");
        json.WriteVector("maximum", ResourceVector.Of(sizing.Amounts.Select(a => new ResourceAmount(a.Kind, a.Maximum))));
        json.WriteStartObject("learnedFrom");
        foreach (SizedAmount amount in sizing.Amounts.Where(a => a.Known > 0))
        {
            json.WriteNumber(amount.Kind, amount.Known);
        }

        json.WriteEndObject();
    }

    private static void WriteWork(this Utf8JsonWriter json, MoldableWork? work)
    {
        if (work is null)
        {
            return;
        }

        json.WriteVector("work", ResourceVector.Of(work.Ranges.Where(r => !r.Work.IsZero).Select(r => new ResourceAmount(r.Kind, r.Work))));
        json.WriteStartObject("amounts");
        foreach (AmountRange range in work.Ranges)
        {
            json.WriteStartObject(range.Kind);
            json.WriteNumber("min", range.Min.Units);
            json.WriteNumber("max", range.Max.Units);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    public static void WriteLease(this Utf8JsonWriter json, Lease? lease)
    {
        if (lease is null)
        {
            return;
        }

        json.WriteStartObject("lease");
        json.WriteString("id", lease.Id);
        json.WriteVector("amounts", lease.Amounts);
        json.WriteStartObject("pools");
        for (int i = 0; i < lease.Amounts.Count; i++)
        {
            json.WriteString(lease.Amounts[i].Kind, lease.Pools[i]);
        }

        json.WriteEndObject();
        json.WriteTime("grantedAt", lease.GrantedAt);
        json.WriteTime("expiresAt", lease.ExpiresAt);
        json.WriteVector("usage", lease.Usage);
        json.WriteText("mergedWith", lease.MergedWith is { } grant ? Lease.IdOf(grant) : null);
        json.WriteEndObject();
    }

    public static void WriteSettlement(this Utf8JsonWriter json, Settlement? settlement)
    {
        if (settlement is null)
        {
            return;
        }

        json.WriteVector("usage", settlement.Metered);
        json.WriteVector("peaks", settlement.Peaks);
        json.WriteDuration("heldFor", settlement.Held);
        if (settlement.Outcome is { } outcome)
        {
            json.WriteEnum("outcome", outcome);
        }

        json.WriteTrue("late", settlement.Late);
    }

    public static void WriteNotice(this Utf8JsonWriter json, PreemptionNotice notice)
    {
        json.WriteTime("preemptAt", notice.At);
        json.WriteEnum("rule", notice.Rule);
        json.WriteString("forOwner", notice.ForOwner.ToString());
        json.WriteString("forId", notice.ForId);
    }

    public static void WritePreempting(this Utf8JsonWriter json, Preempting? preempting)
    {
        if (preempting is null)
        {
            return;
        }

        json.WriteTime("preemptAt", preempting.At);
        json.WriteEnum("rule", preempting.Rule);
        json.WriteTexts("victims", preempting.Victims.Select(v => v.ToString()));
    }

    public static void WriteReason(this Utf8JsonWriter json, string name, Reason? reason)
    {
        if (reason is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteEnum("gate", reason.Gate);
        json.WriteEnum("code", reason.Code);
        json.WriteText("pool", reason.Pool);
        json.WriteText("kind", reason.Kind);
        json.WriteAmount("needed", reason.Needed);
        json.WriteAmount("available", reason.Available);
        if (reason.Earliest is { } earliest)
        {
            json.WriteTime("earliest", earliest);
        }

        json.WriteText("name", reason.Name);
        json.WriteText("period", reason.Period is { Kind: not QuotaPeriodKind.None } period ? period.ToString() : null);
        json.WriteShortfall(reason.Budget);
        if (reason.Delay is { } delay)
        {
            json.WriteString("costNow", delay.Now.ToString());
            json.WriteString("costThen", delay.Then.ToString());
            json.WriteString("saving", delay.Saving.ToString());
        }

        json.WriteFailing(reason.Health);
        json.WriteString("detail", ReasonText.Of(reason));
        json.WriteEndObject();
    }

    public static void WritePool(this Utf8JsonWriter json, string name, PoolDefinition? pool)
    {
        if (pool is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteStartObject("resources");
        foreach (Supply supply in pool.Supplies)
        {
            json.WriteSupply(supply);
        }

        json.WriteEndObject();
        json.WriteLabels("labels", pool.Labels);
        json.WriteEnum("purchaseOption", pool.PurchaseOption);
        json.WriteTexts("allow", pool.Allow?.Select(path => path.IsRoot ? "/" : path.ToString()));
        json.WriteString("strategy", pool.Strategy);
        json.WriteDuration("agingInterval", Unusual(pool.AgingInterval, PoolDefinition.DefaultAgingInterval));
        json.WriteDuration("keepAfter", Unusual(pool.KeepAfter, PoolDefinition.DefaultKeepAfter));
        if (pool.Preemption != PreemptionSettings.Default)
        {
            json.WriteStartObject("preemption");
            json.WriteDuration("grace", pool.Preemption.Grace);
            json.WriteDuration("minimumRuntime", pool.Preemption.MinimumRuntime);
            if (pool.Preemption.BetweenBorrowers != BetweenBorrowers.Never)
            {
                json.WriteEnum("betweenBorrowers", pool.Preemption.BetweenBorrowers);
            }

            json.WriteEndObject();
        }

        if (pool.Backfill != Backfill.Conservative)
        {
            json.WriteEnum("backfill", pool.Backfill);
        }

        json.WriteDuration("halfLife", Unusual(pool.HalfLife, PoolDefinition.DefaultHalfLife));
        if (pool.Prices.Count > 0)
        {
            json.WriteStartObject("price");
            foreach (PoolPrice price in pool.Prices)
            {
                json.WriteString(price.Kind, price.UnitPrice.ToString());
            }

            json.WriteEndObject();
        }

        json.WriteHealth(pool.Health);
        json.WriteObjective(pool.Objective);
        json.WriteAdaptive(pool.Adaptive);
        json.WriteEndObject();
    }

    public static void WriteKind(this Utf8JsonWriter json, string name, ResourceKind? kind)
    {
        if (kind is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteEnum("family", kind.Family);
        json.WriteString("unit", kind.Unit);
        json.WriteEnum("behaviour", kind.Behaviour);
        json.WriteText("partOf", kind.PartOf);
        json.WriteEndObject();
    }

    public static void WriteClass(this Utf8JsonWriter json, string name, PriorityClass? priority)
    {
        if (priority is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("value", priority.Value);
        json.WriteEndObject();
    }

    private static void WriteSupply(this Utf8JsonWriter json, Supply supply)
    {
        if (supply.Per == TimeSpan.Zero)
        {
            json.WriteNumber(supply.Kind, supply.Amount.Units);
            return;
        }

        json.WriteStartObject(supply.Kind);
        json.WriteNumber("rate", supply.Rate.Units);
        json.WriteDuration("per", supply.Per);
        json.WriteNumber("burst", supply.Amount.Units);
        json.WriteEndObject();
    }

    // What is at its default is left out, as whoever sets a pool may leave it out.
    private static TimeSpan? Unusual(TimeSpan span, TimeSpan usual) => span == usual ? null : span;

    public static void WriteAmount(this Utf8JsonWriter json, string name, Quantity? amount)
    {
        if (amount is { } known)
        {
            json.WriteNumber(name, known.Units);
        }
    }

    public static void WriteText(this Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    public static void WriteTexts(this Utf8JsonWriter json, string name, IEnumerable<string>? texts)
    {
        if (texts is null)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
