using Nexus.Dashboard.Access;
using Nexus.Dashboard.Features.Audit;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>A change of what is set for a node, as its drawer tells it.</summary>
/// <param name="Sequence">The number of its event.</param>
/// <param name="At">When.</param>
/// <param name="Who">Who made it.</param>
/// <param name="Door">By which door.</param>
/// <param name="Reason">Why; null where nobody said.</param>
/// <param name="Fields">What differs.</param>
/// <param name="IsPresent">True where what was before it is set now: nothing would be reverted.</param>
public sealed record QuotaPast(long Sequence, DateTimeOffset At, string Who, string Door, string? Reason, IReadOnlyList<FieldChange> Fields, bool IsPresent);

/// <summary>Who changed what of a node, from the audit, and what it was before.</summary>
internal sealed class QuotaHistory(AuditTrail trail)
{
    private const int MostShown = 20;

    /// <summary>The newest changes of a node that the caller may see, the newest first.</summary>
    /// <param name="caller">Who looks.</param>
    /// <param name="owner">The node.</param>
    /// <param name="now">What is set for it; null: nothing.</param>
    public IReadOnlyList<QuotaPast> Of(Caller caller, OwnerPath owner, QuotaBody? now) =>
        !caller.Allows(Scope.Read) || !caller.MayActFor(owner) ? []
        : [.. Changes(caller, owner).Take(MostShown).Select(change => new QuotaPast(
            change.Sequence, change.At.ToDateTimeOffset(), change.Actor.Id, change.Actor.Source, (change as QuotaSet)?.Reason,
            [.. QuotaDiff.Of(owner, Body(Before(change)), Body((change as QuotaSet)?.Quota)).Select(f => f with { Field = Short(f.Field, owner) })],
            QuotaDiff.Of(owner, now, Body(Before(change))).Count == 0))];

    /// <summary>What was set before a change, to be set again; an empty body where nothing was. Null where there is no such change.</summary>
    public QuotaBody? Before(Caller caller, OwnerPath owner, long sequence) =>
        Changes(caller, owner).FirstOrDefault(c => c.Sequence == sequence) is { } change ? Unenforced(Body(Before(change)) ?? new QuotaBody { Rules = [] }) : null;

    private IEnumerable<EngineEvent> Changes(Caller caller, OwnerPath owner) =>
        trail.Within(caller.Path).Select(c => c.Event).Where(e => ((e as QuotaSet)?.Quota.Owner ?? (e as QuotaDeleted)?.Before.Owner) == owner);

    private static QuotaDefinition? Before(EngineEvent change) => change switch { QuotaSet set => set.Before, QuotaDeleted deleted => deleted.Before, _ => null };

    private static QuotaBody? Body(QuotaDefinition? quota) => quota is null ? null : QuotaBody.Of(quota);

    // Whether what runs above an old limit is ended for it is chosen anew.
    private static QuotaBody Unenforced(QuotaBody body) => body with { Rules = [.. (body.Rules ?? []).Select(r => r with { EnforceAt = null })] };

    // The drawer is the node's: its name need not stand before each field.
    private static string Short(string field, OwnerPath owner) => field[((owner.IsRoot ? "all owners" : owner.ToString()).Length + 1)..];
}
