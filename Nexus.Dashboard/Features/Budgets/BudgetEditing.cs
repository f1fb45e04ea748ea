using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Budgets.Past;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;

namespace Nexus.Dashboard.Features.Budgets;

/// <summary>What is typed into the editor of a budget and not yet applied: what it changes, what it would do, and whether it may be.</summary>
internal sealed class BudgetEditing(BudgetsPageService page, TimeProvider time)
{
    private (string Scope, string Period)? _matched;
    private BudgetMatch? _match;
    private int _typed;

    /// <summary>What is typed; null: no editor is open.</summary>
    public BudgetEntry? Entry { get; private set; }

    /// <summary>What is wrong, by field.</summary>
    public IReadOnlyDictionary<string, string> Faults { get; private set; } = new Dictionary<string, string>();

    /// <summary>As the API would take it.</summary>
    public BudgetBody Body { get; private set; } = new();

    /// <summary>What differs from what is set.</summary>
    public IReadOnlyList<FieldChange> Changes { get; private set; } = [];

    /// <summary>What it would do; null while that is worked out.</summary>
    public IReadOnlyList<Effect>? Effects { get; private set; } = [];

    /// <summary>When that was worked out.</summary>
    public DateTimeOffset? PreviewedAt { get; private set; }

    /// <summary>True where it may be applied.</summary>
    public bool MayApply { get; private set; }

    /// <summary>True once something was typed.</summary>
    public bool IsTyped => _typed > 0;

    /// <summary>What the scope matches, in words.</summary>
    public string Matches { get; private set; } = "";

    /// <summary>What the scope spent in its last periods; null where there is nothing, or it is not known.</summary>
    public PastSpending? Past { get; private set; }

    /// <summary>The budget as it is typed; null while something of it is wrong.</summary>
    public BudgetDefinition? Wanted { get; private set; }

    /// <summary>The budget as it is set, where its scope and period stay.</summary>
    public BudgetDefinition? Was { get; private set; }

    /// <summary>The period as it is typed; null while it is wrong.</summary>
    public BudgetPeriod? Period { get; private set; }

    /// <summary>The editor opens.</summary>
    public async Task BeginAsync(Caller caller, BudgetEntry entry, CancellationToken cancellation)
    {
        Clear();
        Entry = entry;
        await WorkAsync(caller, cancellation);

        // What nobody typed yet is not wrong.
        Faults = new Dictionary<string, string>();
        Effects = [];
        MayApply = false;
    }

    /// <summary>Something was typed.</summary>
    public Task TypedAsync(Caller caller, CancellationToken cancellation)
    {
        _typed++;
        return WorkAsync(caller, cancellation);
    }

    /// <summary>It was refused: the fault stands at its field, and before what it would do.</summary>
    public void Fail(Problem problem)
    {
        Faults = Fields(problem);
        Effects = [new Effect(Signal.Bad, problem.Type == "version-mismatch" ? "Somebody else changed it meanwhile: open it again" : problem.Detail), .. Effects ?? []];
        MayApply = false;
    }

    /// <summary>All goes.</summary>
    public void Clear()
    {
        (Entry, Faults, Changes, Effects, PreviewedAt, MayApply, Matches, _matched, _match, _typed) = (null, new Dictionary<string, string>(), [], [], null, false, "", null, null, 0);
        (Body, Past, Wanted, Was, Period) = (new(), null, null, null, null);
    }

    private async Task WorkAsync(Caller caller, CancellationToken cancellation)
    {
        if (Entry is not { } entry)
        {
            return;
        }

        int typed = _typed;
        Dictionary<string, string> faults = new(StringComparer.Ordinal);
        Body = entry.Read(page.Currency, faults);
        Result<BudgetDefinition> read = Body.ToDefinition(entry.Id.Trim(), page.Currency);
        foreach ((string field, string fault) in Fields(read.Problem))
        {
            faults.TryAdd(field, fault);
        }

        for (int i = 0; i < Body.Scope?.Resources?.Count; i++)
        {
            if (!page.Kinds.Contains(Body.Scope.Resources[i], StringComparer.Ordinal))
            {
                faults.TryAdd("$.scope.resources", $"there is no kind '{Body.Scope.Resources[i]}'");
            }
        }

        Faults = faults;
        Changes = BudgetEntry.Differences(entry.Before is null ? null : BudgetEntry.BodyOf(entry.Before), Body);
        MayApply = false;
        (Wanted, Period) = (faults.Count == 0 ? read.Value : null, Scoped(entry)?.Period);
        if (Scoped(entry) is not { } scoped)
        {
            (Matches, Effects, PreviewedAt) = ("", [.. faults.Values.Distinct().Select(f => new Effect(Signal.Info, f)).Take(1)], null);
            return;
        }

        await MatchAsync(caller, scoped, cancellation);
        if (typed != _typed || Entry != entry)
        {
            return;
        }

        if (read.Value is not { } wanted || faults.Count > 0)
        {
            (Effects, PreviewedAt) = ([.. faults.Where(f => entry.Before is not null || f.Key is not ("id" or "$.amount.amount")).Select(f => new Effect(Signal.Bad, f.Value))], null);
            return;
        }

        if (BudgetService.Refused(caller, wanted.Scope.Owner) is { } refused)
        {
            (Effects, PreviewedAt) = ([new Effect(Signal.Bad, refused.Detail)], null);
            return;
        }

        IReadOnlyList<Effect> strained = Was is not null && Past is not null ? page.Strained(caller, wanted, entry.Before!, Past) : [];
        (Effects, PreviewedAt, MayApply) = ([.. page.Preview(wanted, entry.Before, _match), .. strained], time.GetUtcNow(), Changes.Count > 0);
    }

    // Whatever else is wrong, what a scope and period match can be told.
    private BudgetDefinition? Scoped(BudgetEntry entry) =>
        new BudgetBody { Scope = Body.Scope, Period = Body.Period, TimeZone = Body.TimeZone, Amount = new MoneyBody { Amount = "1" } }.ToDefinition(entry.Id.Length == 0 ? "new" : entry.Id, page.Currency).Value;

    private async Task MatchAsync(Caller caller, BudgetDefinition scoped, CancellationToken cancellation)
    {
        (string, string) asked = (BudgetText.Scope(BudgetScopeBody.Of(scoped.Scope)), BudgetText.Period(scoped.Period.ToString(), scoped.Period.Zone));
        if (_matched == asked)
        {
            return;
        }

        BudgetMatch? match = await page.MatchAsync(caller, scoped, cancellation);
        PastSpending? past = await page.PastAsync(caller, scoped, cancellation);
        (_matched, _match, Past) = (asked, match, past);
        BudgetDefinition? was = Entry?.Before is { } before ? BudgetEntry.BodyOf(before).ToDefinition(before.Id, page.Currency).Value : null;
        Was = was is not null && was.Scope == scoped.Scope && was.Period == scoped.Period ? was : null;
        Matches = match is null ? "What it matches is not known: the ledger could not be read."
            : match.Owners.Count == 0 ? $"Matches nothing that was spent {match.When}."
            : $"Matches {(match.Owners.Count == 1 ? "1 owner" : $"{Numbers.Count(match.Owners.Count)} owners")}, {BudgetMoney.Full(match.Spent, page.Currency)} {match.When}.";
    }

    private static Dictionary<string, string> Fields(Problem? problem) =>
        problem?.Errors?.ToDictionary(e => e.Key == "$.id" ? "id" : e.Key, e => string.Join("; ", e.Value), StringComparer.Ordinal) ?? new Dictionary<string, string>(StringComparer.Ordinal);
}
