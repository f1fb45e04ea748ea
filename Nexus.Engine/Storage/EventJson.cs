using System.Buffers;
using System.Text.Json;
using Nexus.Engine.Core;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Storage;

/// <summary>An event as a JSON object, the same for <c>GET /events</c>, the audit and the export; docs/reference/events.md lists the types.</summary>
/// <remarks>
/// Every event has <c>sequence</c>, <c>at</c> (RFC 3339, UTC), <c>type</c> (the record's name in camelCase) and <c>actor{kind, id, source, address?}</c>;
/// a request's event <c>owner</c> and <c>id</c>; an event of the configuration <c>before?</c> and <c>after?</c>. What is absent is left out.
/// </remarks>
public static class EventJson
{
    /// <summary>The event's type as it is written, for example <c>requestSubmitted</c>.</summary>
    public static string TypeOf(EngineEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        return JsonNamingPolicy.CamelCase.ConvertName(happened.GetType().Name);
    }

    /// <summary>The event as one line of UTF-8, without a line's end.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="withAddress">False to leave out from where its actor acted.</param>
    public static ReadOnlyMemory<byte> Line(EngineEvent happened, bool withAddress = true)
    {
        ArrayBufferWriter<byte> line = new(512);
        using (Utf8JsonWriter json = new(line))
        {
            Write(json, happened, withAddress);
        }

        return line.WrittenMemory;
    }

    /// <summary>Writes the event as an object.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="happened">The event.</param>
    /// <param name="withAddress">False to leave out from where its actor acted.</param>
    public static void Write(Utf8JsonWriter json, EngineEvent happened, bool withAddress = true)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        WriteMembers(json, happened, withAddress);
        json.WriteEndObject();
    }

    /// <summary>Writes the members of the event's object, for a caller that adds some of its own.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="happened">The event.</param>
    /// <param name="withAddress">False to leave out from where its actor acted.</param>
    public static void WriteMembers(Utf8JsonWriter json, EngineEvent happened, bool withAddress = true)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(happened);
        json.WriteNumber("sequence", happened.Sequence);
        json.WriteTime("at", happened.At);
        json.WriteString("type", TypeOf(happened));
        json.WriteActor(withAddress ? happened.Actor : happened.Actor with { Address = null });
        switch (happened)
        {
            case RequestEvent request:
                json.WriteString("owner", request.Owner.ToString());
                json.WriteString("id", request.Id);
                WriteRequestEvent(json, request);
                json.WriteLines(request.Lines);
                json.WriteText("estimatedCost", request.Estimate?.Total.ToString());
                break;
            case UsageRecorded usage:
                json.WriteRecords(usage.Records);
                break;
            case PoolHealthChanged changed:
                json.WriteHealthChanged(changed);
                break;
            case StrategyTried tried:
                json.WriteTried(tried);
                break;
            case StrategySwitched switched:
                json.WriteSwitched(switched);
                break;
            case BudgetThresholdReached reached:
                json.WriteReached(reached);
                break;
            case Rerated rerated:
                json.WriteCorrections(rerated.Corrections);
                break;
            case ChargeEntered entered:
                json.WriteCharge(entered.Charge);
                break;
            case AllowanceEvent allowance:
                json.WriteAllowance(allowance);
                break;
            case ConfigurationEvent configuration:
                WriteConfigurationEvent(json, configuration);
                break;
        }
    }

    private static void WriteRequestEvent(Utf8JsonWriter json, RequestEvent happened)
    {
        switch (happened)
        {
            case RequestSubmitted e:
                json.WriteEnum("status", e.Status);
                json.WriteString("priority", e.Priority);
                json.WriteLabels("labels", e.Labels);
                json.WriteSpec("request", e.Spec);
                json.WriteLease(e.Lease);
                json.WriteReason("reason", e.Reason);
                json.WriteBooking(e.Booking);
                break;
            case RequestBooked e:
                json.WriteEnum("status", RequestStatus.Reserved);
                json.WriteBooking(e.Booking);
                break;
            case BookingMoved e:
                json.WriteEnum("status", e.To is null ? RequestStatus.Queued : RequestStatus.Reserved);
                json.WriteBooking(e.To);
                json.WriteReason("reason", e.Reason);
                break;
            case RequestStarted e:
                json.WriteEnum("status", RequestStatus.Allocated);
                json.WriteLease(e.Lease);
                break;
            case RequestEnded e:
                json.WriteEnum("status", e.Status);
                json.WriteReason("reason", e.Reason);
                json.WriteSettlement(e.Settlement);
                json.WriteTexts("unstated", e.Unstated.Count == 0 ? null : e.Unstated);
                json.WriteLabels("labels", e.Labels);
                break;
            case SettlementCorrected e:
                json.WriteSettlement(e.Settlement);
                json.WriteLabels("labels", e.Labels);
                break;
            case LeaseRenewed e:
                json.WriteTime("expiresAt", e.ExpiresAt);
                json.WriteVector("extended", e.Extended);
                json.WriteVector("usage", e.Usage);
                json.WriteReason("refusal", e.Refusal);
                json.WriteVector("wanted", e.Wanted);
                break;
            case PriorityChanged e:
                json.WriteString("before", e.From);
                json.WriteString("after", e.To);
                break;
            case PreemptionNoticed e:
                json.WriteNotice(e.Notice);
                break;
            case PreemptionBegun e:
                json.WritePreempting(e.Preempting);
                break;
            case RequestRequeued e:
                json.WriteEnum("status", RequestStatus.Queued);
                json.WriteReason("reason", e.Reason);
                json.WriteSettlement(e.Settlement);
                break;
            case HeldMetered e:
                json.WriteTime("until", e.Until);
                break;
            case RequestDelayed e:
                json.WriteReason("reason", e.Reason);
                break;
            case RequestHeld e:
                json.WriteBoolean("held", e.Held);
                break;
            case AlternativeChosen e:
                json.WriteNumber("alternative", e.Alternative);
                json.WriteVector("resources", e.Resources);
                json.WriteDuration("duration", e.Duration);
                break;
            case RequestDegraded e:
                json.WriteVector("resources", e.Resources);
                json.WriteTexts("pools", e.Pools);
                json.WriteDegraded(e.Degraded);
                break;
            case AmountChosen e:
                json.WriteVector("resources", e.Resources);
                json.WriteDuration("duration", e.Duration);
                break;
        }
    }

    private static void WriteConfigurationEvent(Utf8JsonWriter json, ConfigurationEvent happened)
    {
        switch (happened)
        {
            case PoolSet e:
                json.WriteString("name", e.Pool.Name);
                json.WritePool("before", e.Before);
                json.WritePool("after", e.Pool);
                if (e.WasDraining)
                {
                    json.WriteBoolean("wasDraining", true);
                }

                break;
            case PoolDrained e:
                json.WriteString("name", e.Name);
                break;
            case PoolHealthReset e:
                json.WriteString("name", e.Name);
                break;
            case PoolDeleted e:
                json.WriteString("name", e.Before.Name);
                json.WritePool("before", e.Before);
                break;
            case KindSet e:
                json.WriteString("name", e.Kind.Name);
                json.WriteKind("before", e.Before);
                json.WriteKind("after", e.Kind);
                break;
            case KindDeleted e:
                json.WriteString("name", e.Before.Name);
                json.WriteKind("before", e.Before);
                break;
            case PriorityClassSet e:
                json.WriteString("name", e.Class.Name);
                json.WriteClass("before", e.Before);
                json.WriteClass("after", e.Class);
                break;
            case PriorityClassDeleted e:
                json.WriteString("name", e.Before.Name);
                json.WriteClass("before", e.Before);
                break;
            case OwnerSet e:
                json.WriteString("owner", e.Path.ToString());
                json.WriteOwner("before", e.Before);
                json.WriteOwner("after", e.Owner);
                break;
            case ReservationSet e:
                json.WriteString("name", e.Reservation.Id);
                json.WriteReservation("before", e.Before);
                json.WriteReservation("after", e.Reservation);
                break;
            case ReservationDeleted e:
                json.WriteString("name", e.Before.Id);
                json.WriteReservation("before", e.Before);
                break;
            case QuotaSet e:
                json.WriteString("owner", e.Quota.Owner.ToString());
                json.WriteQuota("before", e.Before);
                json.WriteQuota("after", e.Quota);
                json.WriteText("reason", e.Reason);
                break;
            case QuotaDeleted e:
                json.WriteString("owner", e.Before.Owner.ToString());
                json.WriteQuota("before", e.Before);
                break;
            case PricesChanged e:
                json.WritePrices("before", e.Change.Before);
                json.WritePrices("after", e.Change.Set);
                break;
            case BudgetSet e:
                json.WriteString("budget", e.Budget.Id);
                json.WriteBudget("before", e.Before);
                json.WriteBudget("after", e.Budget);
                json.WriteText("reason", e.Reason);
                break;
            case BudgetDeleted e:
                json.WriteString("budget", e.Before.Id);
                json.WriteBudget("before", e.Before);
                break;
            case BudgetRaised e:
                json.WriteString("budget", e.Budget);
                json.WriteRaise(e.Raise);
                break;
            case BudgetPaused e:
                json.WriteString("budget", e.Budget);
                json.WritePause(e.Pause);
                break;
            case MonthClosed e:
                json.WriteString("month", e.Month.ToString());
                break;
            case ClockJumped e:
                json.WriteTime("from", e.From);
                break;
        }
    }
}
