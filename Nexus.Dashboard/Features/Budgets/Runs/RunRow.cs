using Nexus.Dashboard.Shared;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Budgets.Runs;

/// <summary>One row of the runs: an allowance, with all that was carved out of it.</summary>
/// <param name="State">How it stands.</param>
/// <param name="Branches">How many were carved out of it, at any level.</param>
/// <param name="Running">How many requests draw from it or from a branch of it and hold a grant.</param>
/// <param name="Waiting">How many of them wait.</param>
internal sealed record RunRow(AllowanceState State, int Branches, int Running, int Waiting)
{
    private const decimal Picos = 1_000_000_000_000m;
    private const decimal Thousandths = 1000m;

    /// <summary>What names it in an address: ids are unique within a tenant.</summary>
    public string Name => $"{State.Key.Tenant}:{State.Key.Id}";

    /// <summary>Its money.</summary>
    public RunFigure? Money => Of("Money", State.Figures.Where(f => f.IsMoney));

    /// <summary>Its time.</summary>
    public RunFigure? Time => Of("Time", State.Figures.Where(f => f.Name == "time.processing"));

    /// <summary>Its tokens: those that are nearest to their limit, or all where none has one.</summary>
    public RunFigure? Tokens(Func<string, ResourceKind?> kindOf) => Of("Tokens", State.Figures.Where(f => kindOf(f.Name) is { Family: ResourceFamily.Token, PartOf: null }));

    /// <summary>Its calls, as its tokens.</summary>
    public RunFigure? Calls(Func<string, ResourceKind?> kindOf) => Of("Calls", State.Figures.Where(f => kindOf(f.Name) is { Family: ResourceFamily.Api, Behaviour: ResourceBehaviour.Metered, PartOf: null }));

    /// <summary>All that is limited or was used, each by itself.</summary>
    public IReadOnlyList<RunFigure> Figures => [.. State.Figures.Select(f => Of(f.IsMoney ? "Money" : f.Name, [f])).OfType<RunFigure>()];

    /// <summary>What stands in a tint where it is news, and its word.</summary>
    public (Signal State, string Text) Condition => State.Status switch
    {
        AllowanceStatus.Cancelled => (Signal.Neutral, "Cancelled"),
        AllowanceStatus.Expired => (Signal.Neutral, "Expired"),
        _ when Figures.Any(f => f.Limit is { } limit && f.Used + f.Reserved >= limit && f.IsUsedUp) => (Signal.Bad, "Spent"),
        _ when Figures.Any(f => f.IsNear) => (Signal.Warning, "Nearly spent"),
        _ => (Signal.Ok, "Open"),
    };

    private static RunFigure? Of(string title, IEnumerable<AllowanceFigure> figures)
    {
        AllowanceFigure[] all = [.. figures];
        AllowanceFigure? nearest = all.Where(f => f.Limit is not null).MaxBy(f => f.Limit == 0 ? 1 : (double)f.Committed / (double)f.Limit!);
        decimal unit = all is [{ IsMoney: true }] ? Picos : Thousandths;
        return nearest is not null ? new RunFigure(title, nearest.Name, (decimal)nearest.Used / unit, (decimal)(nearest.Committed - nearest.Used) / unit, (decimal)nearest.Limit! / unit)
            : all.Length == 0 ? null
            : new RunFigure(title, all.Length == 1 ? all[0].Name : "", (decimal)all.Aggregate((Int128)0, (sum, f) => sum + f.Used) / unit, (decimal)all.Aggregate((Int128)0, (sum, f) => sum + f.Committed - f.Used) / unit, null);
    }
}

/// <summary>How much of something is used, reserved and allowed, in its unit.</summary>
/// <param name="Title">What, for people.</param>
/// <param name="Name">Its name: money, or a kind; empty where several kinds are added up.</param>
/// <param name="Used">What is settled.</param>
/// <param name="Reserved">What is reserved or carved out and not used yet.</param>
/// <param name="Limit">How much there is; null: as much as those above have.</param>
internal sealed record RunFigure(string Title, string Name, decimal Used, decimal Reserved, decimal? Limit)
{
    private const decimal Near = 0.9m;

    /// <summary>True where nothing can come back that would let anybody pass.</summary>
    public bool IsUsedUp => Used >= Limit;

    /// <summary>True where little is left of what was used alone.</summary>
    public bool IsNear => Limit is { } limit && Used >= Near * limit;

    /// <summary>An amount of it, for people.</summary>
    public string Text(decimal amount, string currency) => Name switch
    {
        "money" => BudgetMoney.Full(Nexus.Engine.Costs.Money.TryRound(amount, out Money money) ? money : Money.Zero, currency),
        "time.processing" => Numbers.Duration(TimeSpan.FromSeconds((double)amount)),
        _ => Numbers.Count(amount),
    };

    /// <summary>All of it in a sentence.</summary>
    public string Words(string currency) => Limit is { } limit
        ? $"{Title}: {Text(Used, currency)} used and {Text(Reserved, currency)} reserved of {Text(limit, currency)}"
        : $"{Title}: {Text(Used, currency)} used and {Text(Reserved, currency)} reserved, without a limit of its own";
}
