using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Queue;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Simulation;
using Request = Nexus.Engine.Scheduling.Request;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>What a change of quotas would do, in words: who starts, is refused or reclaimed, what is borrowed then, and what binds next.</summary>
internal static class QuotaEffects
{
    private const decimal Thousand = 1000m;

    /// <summary>The effects, what starts first.</summary>
    /// <param name="preview">As the engine decided it.</param>
    /// <param name="before">What is set and used now.</param>
    /// <param name="changes">The changes.</param>
    /// <param name="within">What the reader may see: others are counted alone.</param>
    /// <param name="later">Who would be told to end when a limit is enforced later, as things stand; null where none is.</param>
    public static IReadOnlyList<Effect> Of(
        ChangePreview preview, IReadOnlyList<QuotaShown> before, IReadOnlyList<QuotaChange> changes, OwnerPath within, (DateTimeOffset At, IReadOnlyList<Request> Told)? later = null)
    {
        if (preview.Fault is { } fault)
        {
            return [new Effect(Signal.Bad, "It would be refused", fault.Detail)];
        }

        List<Effect> effects =
        [
            preview.Starts.Count == 0
                ? new Effect(Signal.Neutral, "Nothing that waits starts now", preview.Waiting == 0 ? "Nothing waits." : $"{Numbers.Count(preview.Waiting)} {(preview.Waiting == 1 ? "waits" : "wait")}.")
                : new Effect(Signal.Ok, $"{Number(preview.Starts)} waiting {(preview.Starts.Count == 1 ? "starts" : "start")} now", RequestNames.Of(preview.Starts, within)),
            preview.Refused.Count == 0 ? new Effect(Signal.Neutral, "Nothing that waits is refused")
                : new Effect(Signal.Bad, $"{Number(preview.Refused)} waiting {(preview.Refused.Count == 1 ? "is" : "are")} refused: {(preview.Refused.Count == 1 ? "it asks" : "they ask")} for more than the quota would ever allow", RequestNames.Of(preview.Refused, within)),
            preview.Told.Count == 0 ? new Effect(Signal.Neutral, "Nothing is reclaimed")
                : new Effect(Signal.Warning, $"{Number(preview.Told)} running {(preview.Told.Count == 1 ? "is" : "are")} reclaimed", RequestNames.Of(preview.Told, within)),
        ];
        if (later is { } then)
        {
            string at = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{then.At.UtcDateTime:d MMM HH:mm} UTC");
            effects.Add(then.Told.Count == 0
                ? new Effect(Signal.Neutral, $"At {at} nothing would be taken back, as things stand")
                : new Effect(Signal.Warning, $"At {at} {Number(then.Told)} running {(then.Told.Count == 1 ? "is" : "are")} told to end, as things stand", RequestNames.Of(then.Told, within)));
        }

        // What stops several is offered once.
        effects.AddRange(changes.SelectMany(change => Above(preview.Quotas, change, within)).DistinctBy(e => e is BindingNext next ? (object)next.Edit : e));

        effects.AddRange(Borrowed(before, preview.Quotas, changes));
        return effects;
    }

    // Who would use more than it has: nothing is revoked for that, and nothing new is granted beyond it.
    private static IEnumerable<Effect> Above(IReadOnlyList<QuotaShown> after, QuotaChange change, OwnerPath within)
    {
        foreach ((QuotaRule rule, QuotaFigures figures) in Rules(after, change.Owner).Where(r => Touched(change, r.Rule)))
        {
            string name = Name(change.Owner);
            if (Room(figures) is { } room && room < 0)
            {
                yield return new Effect(Signal.Warning, $"{name} uses {Numbers.Count(-room)} {rule.Resource} more than it then may", rule.EnforceAt is null
                    ? "Nothing is revoked for that; nothing new is granted until it has come back."
                    : "It is taken back: preemptible grants first, the lowest class and the youngest of it first, each after the grace of its pools. Nothing new is granted meanwhile.");
            }

            // The smallest room above it says what stops it next.
            (OwnerPath Owner, QuotaRule Rule, QuotaFigures Figures, decimal Room)? binding = null;
            foreach (OwnerPath above in change.Owner.SelfAndParents().Skip(1).Append(OwnerPath.Root).Where(o => o.IsWithin(within) && o != change.Owner))
            {
                (QuotaRule Rule, QuotaFigures Figures)[] same = [.. Rules(after, above).Where(r => r.Rule.Resource == rule.Resource && r.Rule.Period == rule.Period && r.Rule.Mode == QuotaMode.Hard)];
                if (same is [var found] && Room(found.Figures) is { } left && left >= 0 && left < (binding?.Room ?? Room(figures) ?? decimal.MaxValue))
                {
                    binding = (above, found.Rule, found.Figures, left);
                }
            }

            if (binding is { } next)
            {
                yield return Next(
                    $"{Name(next.Owner)}'s own ceiling of {Numbers.Count((next.Figures.Has / Thousand) + (next.Figures.Borrow.Amount?.Units ?? 0))} stops {name} after {Numbers.Count(next.Room)} more {rule.Resource}",
                    within.IsRoot || next.Owner != within ? Raised(next.Owner, next.Rule, next.Figures, Room(figures) - next.Room) : null);
            }
        }
    }

    private static Effect Next(string what, QuotaEdit? raised) => raised is null
        ? new Effect(Signal.Info, what, "To give it more, raise that as well.")
        : new BindingNext(what, $"Also raise {(raised.Cell.Field == QuotaField.Limit ? $"the limit of {Name(raised.Cell.Owner)}" : $"what {Name(raised.Cell.Owner)} may borrow")} to {raised.Text}.", raised);

    // As much more as the node below has left then. What a cohort or a rate has, and what holds at certain hours, is not one number in the table; the whole system borrows from nobody.
    private static QuotaEdit? Raised(OwnerPath owner, QuotaRule rule, QuotaFigures figures, decimal? more)
    {
        if (rule.Limit is not { } limit || rule.Windows.Count > 0 || rule.Period.Kind == QuotaPeriodKind.Rate || figures.Borrow.Amount is not { } borrow || (owner.IsRoot && more is null))
        {
            return null;
        }

        string key = QuotaChoice.KeyOf(rule.Resource, rule.Period);
        return owner.IsRoot ? new QuotaEdit(new QuotaPlace(owner, key, QuotaField.Limit), QuotaText.Of(new Amount(limit.Units + more!.Value)))
            : new QuotaEdit(new QuotaPlace(owner, key, QuotaField.Borrow), more is { } by ? QuotaText.Of(new Amount(borrow.Units + by)) : Bounds.Unlimited);
    }

    private static IEnumerable<Effect> Borrowed(IReadOnlyList<QuotaShown> before, IReadOnlyList<QuotaShown> after, IReadOnlyList<QuotaChange> changes)
    {
        foreach (string resource in changes.SelectMany(c => (c.After?.Rules ?? []).Concat(c.Before?.Rules ?? [])).Select(r => r.Resource).Distinct(StringComparer.Ordinal))
        {
            (decimal was, decimal becomes) = (Sum(before, resource), Sum(after, resource));
            if (was != becomes)
            {
                yield return new Effect(becomes > was ? Signal.Warning : Signal.Neutral, $"{Numbers.Count(becomes)} {resource} would be borrowed, now {Numbers.Count(was)}");
            }
        }

        static decimal Sum(IReadOnlyList<QuotaShown> shown, string resource) =>
            shown.Sum(n => n.State.Definition.Rules.Zip(n.Figures).Where(r => r.First.Resource == resource && r.First.Period.Kind == QuotaPeriodKind.None).Sum(r => r.Second.Borrowed / Thousand));
    }

    private static bool Touched(QuotaChange change, QuotaRule rule) =>
        change.Fields.Any(f => f.Field.Contains($" {QuotaChoice.KeyOf(rule.Resource, rule.Period)}", StringComparison.Ordinal));

    private static decimal? Room(QuotaFigures figures) => figures.Borrow.Amount is { } borrow ? (figures.Has / Thousand) + borrow.Units - (figures.Used / Thousand) : null;

    private static IEnumerable<(QuotaRule Rule, QuotaFigures Figures)> Rules(IReadOnlyList<QuotaShown> shown, OwnerPath owner) =>
        shown.FirstOrDefault(n => n.State.Owner == owner) is { } node ? node.State.Definition.Rules.Zip(node.Figures) : [];

    private static string Name(OwnerPath owner) => owner.IsRoot ? "the system" : owner.ToString();

    private static string Number(IReadOnlyList<Request> requests) => Numbers.Count(requests.Count);
}

/// <summary>A node above that stops the changed one next, and the change that it would take not to.</summary>
internal sealed record BindingNext(string What, string? More, QuotaEdit Edit) : Effect(Signal.Info, What, More)
{
    public override string? Adds => $"Raise the {Edit.Cell.Field.ToString().ToLowerInvariant()} of {(Edit.Cell.Owner.IsRoot ? "all owners" : Edit.Cell.Owner.ToString())} to {Edit.Text}";
}
