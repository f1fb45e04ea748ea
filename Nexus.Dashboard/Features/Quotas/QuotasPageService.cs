using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>What the page of the quotas shows, what a change would do, and how it is made and undone.</summary>
internal sealed class QuotasPageService(EngineHost host, QuotaService quotas)
{
    /// <summary>The tree of a kind and period, as far as the caller may see it.</summary>
    /// <param name="caller">Who looks, and may change.</param>
    /// <param name="viewer">The same, narrowed to what all pages show.</param>
    /// <param name="key">The kind and period as the address names them; null or unknown: the first.</param>
    /// <param name="under">Where the tree begins; above what is shown it begins there.</param>
    public Result<QuotaPageData> Get(Caller caller, Caller viewer, string? key, OwnerPath under)
    {
        Result<IReadOnlyList<QuotaShown>> found = quotas.Shown(caller, caller.Path);
        if (found.Problem is { } problem)
        {
            return problem;
        }

        OwnerPath top = under.IsWithin(viewer.Path) ? under : viewer.Path;
        QuotaAnswer[] set = [.. found.Value!.Select(QuotaAnswer.Of)];
        IReadOnlyList<QuotaShown> shown = [.. found.Value!.Where(n => n.State.Owner.IsWithin(top))];
        IReadOnlyList<QuotaChoice> choices = QuotaRows.Choices(shown);
        QuotaChoice? chosen = choices.FirstOrDefault(c => c.Key == key) ?? choices.FirstOrDefault(c => c.Resource == key) ?? choices.FirstOrDefault();
        if (chosen is null)
        {
            return new QuotaPageData(new QuotaView([], null, [], null, null, null), set);
        }

        IReadOnlyList<QuotaRow> rows = QuotaRows.Of(shown, chosen, top, host.Read.WaitsFor(chosen.Resource, chosen.Period, top));
        DateTimeOffset? resets = shown.SelectMany(n => n.State.Definition.Rules.Zip(n.Figures)).FirstOrDefault(r => r.First.Resource == chosen.Resource && r.First.Period == chosen.Period).Second.ResetsAt?.ToDateTimeOffset();
        return new QuotaPageData(new QuotaView(choices, chosen, rows, Note(chosen), resets, Supply(caller, chosen)), set);
    }

    /// <summary>What changes would do to what waits and runs now, by the engine's own rules over the committed state.</summary>
    public IReadOnlyList<Effect> Preview(Caller caller, IReadOnlyList<QuotaChange> changes)
    {
        List<Command> commands = [];
        foreach (QuotaChange change in changes)
        {
            if (QuotaService.Refused(caller, change.Owner) is { } refused)
            {
                return [new Effect(Signal.Bad, refused.Detail)];
            }

            if (change.After is null)
            {
                commands.Add(new DeleteQuota(change.Owner) { Actor = caller.Actor });
            }
            else if (change.After.ToDefinition(change.Owner) is { Problem: null, Value: { } wanted })
            {
                commands.Add(new SetQuota(wanted) { Actor = caller.Actor });
            }
            else
            {
                return [new Effect(Signal.Bad, $"{QuotaAnswer.PathOf(change.Owner)}: {change.After.ToDefinition(change.Owner).Problem!.Detail}")];
            }
        }

        // What is enforced later is taken from what is held then: as things stand, it would be this.
        Command[] enforced = [.. commands.Select(c => c is SetQuota set ? set with { Quota = EnforcedBy(set.Quota, host.Now) } : c)];
        return QuotaEffects.Of(
            host.Read.Preview(commands), host.Read.QuotasWithin(OwnerPath.Root), changes, caller.Path,
            commands.OfType<SetQuota>().SelectMany(c => c.Quota.Rules).Max(r => r.EnforceAt) is { } at && at > host.Now ? (at.ToDateTimeOffset(), host.Read.Preview(enforced).Told) : null);
    }

    /// <summary>Makes the changes, node by node, each only where nobody changed the node since; the first that is refused ends it.</summary>
    public async Task<QuotaApplied> ApplyAsync(Caller caller, IReadOnlyList<QuotaChange> changes, CancellationToken cancellation)
    {
        List<QuotaChange> undo = [];
        foreach (QuotaChange change in changes)
        {
            Result<QuotaAnswer> set = change.After is { } after ? await quotas.PutAsync(caller, change.Owner, after, change.Version ?? 0, cancellation) : default;
            Problem? problem = change.After is null ? await quotas.DeleteAsync(caller, change.Owner, change.Version, cancellation) : set.Problem;
            if (problem is not null)
            {
                return new QuotaApplied(undo, problem.Type == "version-mismatch" ? Conflict(caller, change) : new Effect(Signal.Bad, problem.Detail));
            }

            undo.Insert(0, new QuotaChange(change.Owner, change.After, change.Before, set.Value?.Version, change.Fields));
        }

        return new QuotaApplied(undo, null);
    }

    /// <summary>What quotas would say to something that an owner might ask for.</summary>
    public async Task<Result<QuotaCheckAnswer>> CheckAsync(Caller caller, string owner, string kind, string amount, bool preemptible, CancellationToken cancellation)
    {
        Amount asked = QuotaText.TryNumber(amount, out Amount? read, out string? fault) ? read.Value : new Amount(0, fault);
        return await quotas.CheckAsync(caller, new QuotaCheckBody { Owner = owner.Trim(), Resources = new(StringComparer.Ordinal) { [kind] = asked }, Preemptible = preemptible }, cancellation);
    }

    /// <summary>The kinds for which a rule can stand.</summary>
    public IReadOnlyList<ResourceKind> Kinds => [.. host.Read.Configuration.Kinds.Where(k => k.Behaviour != ResourceBehaviour.Limit && k.PartOf is null)];

    private static QuotaDefinition EnforcedBy(QuotaDefinition quota, Instant now) => quota with { Rules = [.. quota.Rules.Select(r => r.EnforceAt > now ? r with { EnforceAt = now } : r)] };

    // Who changed it, when, and to what.
    private Effect Conflict(Caller caller, QuotaChange change)
    {
        QuotaState? now = host.Read.Quotas.FirstOrDefault(q => q.Owner == change.Owner);
        QuotaAnswer? answer = now is null ? null : QuotaAnswer.Of(new QuotaShown(now, [.. now.Definition.Rules.Select(_ => default(QuotaFigures))]));
        string what = string.Join(", ", QuotaDiff.Of(change.Owner, change.Before, answer is null ? null : new QuotaBody { Weight = answer.Weight, Rules = [.. answer.Rules] }).Select(f => f.Line));
        EngineEvent? by = now is null ? null : host.Read.EventsAfter(now.Version - 1, 1, caller.Path).FirstOrDefault();
        string who = by is null ? "" : $" by {by.Actor.Id} {Numbers.Duration(host.Now - by.At)} ago";
        return new Effect(Signal.Warning, $"{QuotaAnswer.PathOf(change.Owner)} was changed{who}{(what.Length == 0 ? "" : $": {what}")}", $"Yours: {string.Join(", ", change.Fields.Select(f => f.Line))}. It stays as you typed it; look at what it changes now, and apply it or discard it.");
    }

    private string? Note(QuotaChoice choice) => $"{Period(choice)}{(choice.Period.Kind is not (QuotaPeriodKind.None or QuotaPeriodKind.Rate) && host.Read.Configuration.Kind(choice.Resource)?.Behaviour == ResourceBehaviour.Held ? $" Amounts are {choice.Resource}-hours: how much, times how long it is held." : "")}";

    private static string? Period(QuotaChoice choice) => choice.Period.Kind switch
    {
        QuotaPeriodKind.None => null,
        QuotaPeriodKind.Rolling => $"Never more than the limit in any {Numbers.Duration(choice.Period.Length)}.",
        QuotaPeriodKind.Rate => $"The limit flows in within {Numbers.Duration(choice.Period.Length)}; nothing is borrowed or lent.",
        _ => $"Counted by the {choice.Period} of {choice.Period.Zone}.",
    };

    // What there is to share out: a quota may promise more, or less.
    private string? Supply(Caller caller, QuotaChoice choice)
    {
        if (choice.Period.Kind != QuotaPeriodKind.None)
        {
            return null;
        }

        MeterState[] meters = [.. host.Read.Pools.Where(p => PoolService.Visible(caller, p)).SelectMany(p => p.Meters).Where(m => m.Supply.Kind == choice.Resource && m.Behaviour == ResourceBehaviour.Held)];
        return meters.Length == 0 ? null
            : $"{Numbers.Count(meters.Sum(m => m.Supply.Amount.Units))} in {meters.Length} {(meters.Length == 1 ? "pool" : "pools")}, {Numbers.Count(meters.Sum(m => m.FreeAt(host.Now).Units))} free";
    }
}

/// <summary>What the page shows, and what is set.</summary>
internal sealed record QuotaPageData(QuotaView View, IReadOnlyList<QuotaAnswer> Set);

/// <summary>What became of changes.</summary>
/// <param name="Undo">What would undo those that were made.</param>
/// <param name="Failed">Why the rest was not; null where all were.</param>
internal sealed record QuotaApplied(IReadOnlyList<QuotaChange> Undo, Effect? Failed);
