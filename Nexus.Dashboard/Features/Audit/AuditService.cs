using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Features.Audit;

/// <summary>What the engine decided, and who changed what: the journal, filtered, and the changes of access.</summary>
internal sealed class AuditService(EngineHost host, AuditTrail trail, AccessService access)
{
    /// <summary>The events after a number that the caller may see.</summary>
    public Result<EventPage> Events(Caller caller, long after, int limit) =>
        caller.Allows(Scope.Read) ? host.Read.EventsAfter(after, limit, caller.Path) : Problem.MissingScope(Scope.Read, caller);

    /// <summary>An event that the caller may see, without what they may not see of it.</summary>
    public EngineEvent Shown(Caller caller, EngineEvent happened) => host.Read.Shown(happened, caller.Path);

    /// <summary>Waits until there is an event after a number.</summary>
    public Task WaitAsync(long after, TimeSpan most, CancellationToken cancellation) => host.Read.WaitForEventsAsync(after, most, cancellation);

    /// <summary>Who changed what, newest first. Changes of the whole installation are shown at the root only, changes of access to administrators there.</summary>
    public async Task<Result<AuditList>> ChangesAsync(Caller caller, AuditQuery query, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Read))
        {
            return Problem.MissingScope(Scope.Read, caller);
        }

        int most = query.Skip + query.Limit + 1;
        AuditEntry[] page = [.. (await AllAsync(caller, query, query.IsByTimeAlone ? most : AuditTrail.Most, cancellation)).Skip(query.Skip).Take(query.Limit + 1)];
        return page.Length <= query.Limit
            ? new AuditList(page, null)
            : new AuditList(page[..^1], AuditPlace.Of(page[^2]).ToString());
    }

    /// <summary>The same, all of them, made one by one as they are taken.</summary>
    public async Task<Result<IEnumerable<AuditEntry>>> ExportAsync(Caller caller, AuditQuery query, CancellationToken cancellation) => caller.Allows(Scope.Read)
        ? new Result<IEnumerable<AuditEntry>>(await AllAsync(caller, query, AuditTrail.Most, cancellation))
        : Problem.MissingScope(Scope.Read, caller);

    private async Task<IEnumerable<AuditEntry>> AllAsync(Caller caller, AuditQuery query, int mostOfAccess, CancellationToken cancellation)
    {
        IReadOnlyList<AccessChange> changes = caller.AllowsEverywhere(Scope.Admin) ? await access.ChangesAsync(query.From, query.Before, mostOfAccess, cancellation) : [];
        return Merge(trail.Within(caller.Path).Select(c => AuditEntry.Of(c, caller.Path.IsRoot)), changes.Select(AuditEntry.Of)).Where(query.Matches);
    }

    // Each comes newest first; of one moment, the journal's first, as their ids say.
    private static IEnumerable<AuditEntry> Merge(IEnumerable<AuditEntry> journal, IEnumerable<AuditEntry> access)
    {
        using IEnumerator<AuditEntry> one = journal.GetEnumerator();
        using IEnumerator<AuditEntry> other = access.GetEnumerator();
        (bool more, bool others) = (one.MoveNext(), other.MoveNext());
        while (more || others)
        {
            if (more && (!others || one.Current.At >= other.Current.At))
            {
                yield return one.Current;
                more = one.MoveNext();
            }
            else
            {
                yield return other.Current;
                others = other.MoveNext();
            }
        }
    }
}

/// <summary>Which changes are wanted.</summary>
internal sealed record AuditQuery(string? Actor, string? Action, string? Subject, DateTimeOffset? From, DateTimeOffset? To, int Skip, int Limit)
{
    /// <summary>By which door: <c>page</c>, <c>api</c>, <c>cli</c>, <c>engine</c>; null: any.</summary>
    public string? Source { get; init; }

    /// <summary>Only what comes after this place; null: from the newest on.</summary>
    public AuditPlace? After { get; init; }

    /// <summary>Nothing at or after this moment can be among what is wanted; null: anything can.</summary>
    public DateTimeOffset? Before => After is { } place && (To is null || place.At < To) ? place.At.AddTicks(1) : To;

    /// <summary>True when nothing but the time is filtered by.</summary>
    public bool IsByTimeAlone => Actor is null && Action is null && Subject is null && Source is null && After is null;

    public bool Matches(AuditEntry entry) =>
        (Source is null || entry.Actor.Source == Source) &&
        (Actor is null || entry.Actor.Id.Contains(Actor, StringComparison.OrdinalIgnoreCase))
        && (Action is null || entry.Action.Contains(Action, StringComparison.OrdinalIgnoreCase))
        && (Subject is null || entry.Subject.Contains(Subject, StringComparison.OrdinalIgnoreCase))
        && (From is null || entry.At >= From) && (To is null || entry.At < To)
        && (After is null || After.IsBefore(entry));
}

/// <summary>Some of the changes.</summary>
internal sealed record AuditList(IReadOnlyList<AuditEntry> Items, string? Next);

/// <summary>What followed from a change at once: waiting requests that started, and that were refused.</summary>
internal sealed record AuditEffect(int Started, int Refused);

/// <summary>A party, as audit shows it.</summary>
internal sealed record AuditActor(string Kind, string Id, string Source, string? Address);

/// <summary>One change: who, when, from where, what, before and after.</summary>
internal sealed record AuditEntry(string Id, DateTimeOffset At, AuditActor Actor, string Action, [property: JsonPropertyName("object")] string Subject, JsonNode? Before, JsonNode? After)
{
    /// <summary>What followed from it at once; null where nothing did, or who asks may not know.</summary>
    public AuditEffect? Effect { get; init; }

    /// <summary>Why, in a sentence; null where nobody said.</summary>
    public string? Reason { get; init; }

    public static AuditEntry Of(AccessChange change) => new(
        $"access-{change.Id:D12}", change.At, new AuditActor(change.ActorKind, change.ActorId, change.Source, change.Address), change.Action, change.Subject,
        change.Before is null ? null : JsonNode.Parse(change.Before), change.After is null ? null : JsonNode.Parse(change.After));

    /// <summary>A change of the journal; from where somebody acted, and what followed for all owners, is told at the root only.</summary>
    public static AuditEntry Of(AuditChange change, bool atRoot)
    {
        EngineEvent happened = change.Event;
        JsonObject json = JsonNode.Parse(EventJson.Line(happened).Span)!.AsObject();
        (string action, string subject) = happened switch
        {
            PoolSet { Before: null } e => ("createPool", e.Pool.Name),
            PoolSet { WasDraining: true } e => ("resumePool", e.Pool.Name),
            PoolSet e => ("changePool", e.Pool.Name),
            PoolDrained e => ("drainPool", e.Name),
            PoolHealthChanged e => (e.To == PoolHealthStatus.Open ? "openPool" : "healPool", e.Pool),
            PoolHealthReset e => ("resetPoolHealth", e.Name),
            StrategySwitched e => ("switchStrategy", e.Pool),
            PoolDeleted e => ("deletePool", e.Before.Name),
            KindSet e => (e.Before is null ? "createKind" : "changeKind", e.Kind.Name),
            KindDeleted e => ("deleteKind", e.Before.Name),
            PriorityClassSet e => (e.Before is null ? "createPriority" : "changePriority", e.Class.Name),
            PriorityClassDeleted e => ("deletePriority", e.Before.Name),
            QuotaSet e => (e.Before is null ? "createQuota" : "changeQuota", e.Quota.Owner.IsRoot ? "~" : e.Quota.Owner.ToString()),
            QuotaDeleted e => ("deleteQuota", e.Before.Owner.IsRoot ? "~" : e.Before.Owner.ToString()),
            PricesChanged => ("changePrices", "price book"),
            BudgetSet e => (e.Before is null ? "createBudget" : "changeBudget", e.Budget.Id),
            BudgetDeleted e => ("deleteBudget", e.Before.Id),
            BudgetRaised e => ("raiseBudget", e.Budget),
            BudgetPaused e => (e.Pause is null ? "resumeBudget" : "pauseBudget", e.Budget),
            AllowanceOpened e => (e.Spec.Parent is null ? "openAllowance" : "carveAllowance", $"{e.Owner} {e.Id}"),
            AllowanceClosed e => ("cancelAllowance", $"{e.Owner} {e.Id}"),
            Rerated => ("rerateLines", "ledger"),
            MonthClosed e => ("closeMonth", e.Month.ToString()),
            ChargeEntered e => ($"enter{e.Charge.Kind}", $"{e.Charge.Month} {(e.Charge.Owner.IsRoot ? "~" : e.Charge.Owner.ToString())} {e.Charge.Id}"),
            OwnerSet e => ("changeOwner", e.Path.IsRoot ? "~" : e.Path.ToString()),
            ReservationSet e => (e.Before is null ? "createReservation" : "changeReservation", e.Reservation.Id),
            ReservationDeleted e => ("deleteReservation", e.Before.Id),
            ClockJumped => ("jumpClock", "engine time"),
            PriorityChanged e => ("changeRequestPriority", $"{e.Owner} {e.Id}"),
            RequestHeld e => (e.Held ? "holdRequest" : "letGoRequest", $"{e.Owner} {e.Id}"),
            RequestRequeued e => ("requeueRequest", $"{e.Owner} {e.Id}"),
            RequestEnded e => ("cancelRequest", $"{e.Owner} {e.Id}"),
            _ => (happened.GetType().Name, ""),
        };
        return new AuditEntry(
            $"event-{happened.Sequence:D12}", happened.At.ToDateTimeOffset(),
            new AuditActor(happened.Actor.Kind.ToString().ToLowerInvariant(), happened.Actor.Id, happened.Actor.Source, atRoot ? happened.Actor.Address : null),
            action, subject, Detached(json, "before"), Detached(json, "after"))
        {
            Reason = happened switch { QuotaSet e => e.Reason, BudgetSet e => e.Reason, BudgetRaised e => e.Raise.Reason, BudgetPaused e => e.Pause?.Reason, ChargeEntered e => e.Charge.Description, AllowanceClosed e => e.Reason, _ => null },
            Effect = atRoot && change.Started + change.Refused > 0 ? new AuditEffect(change.Started, change.Refused) : null,
        };
    }

    private static JsonNode? Detached(JsonObject json, string name) => json[name]?.DeepClone();
}
