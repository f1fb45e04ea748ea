using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Months.Statements;

/// <summary>Statements: authorises the caller, then asks the ledger. The page, the API and the mail say the same.</summary>
internal sealed class StatementService(EngineHost host, MonthCloser closer)
{
    private const int User = 0;
    private const int Resource = 1;
    private const int Provider = 2;
    private const int Model = 3;
    private const int Sku = 4;
    private const int Kind = 5;

    private static readonly CostDimension[] ByLine = [new("user"), new("resource"), new("provider"), new("model"), new("sku"), new("kind")];

    /// <summary>The statement of a tenant, for whoever may read all of the tenant's costs.</summary>
    public async Task<Result<Statement>> GetAsync(Caller caller, string tenant, BillingMonth month, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Read))
        {
            return Problem.MissingScope(Scope.Read, caller);
        }

        if (!OwnerPath.TryParse(tenant, out OwnerPath? owner, out string? reason) || owner.Depth > 1)
        {
            return Problem.Field("invalid-value", 422, "tenant", reason ?? "must be a tenant: the first part of an owner path");
        }

        if (!caller.MayActFor(owner))
        {
            return Problem.OutsidePath(tenant, caller);
        }

        if (month.Start > host.Now)
        {
            return Problem.Field("invalid-value", 422, "month", $"{month} has not begun");
        }

        return await ReadAsync(owner, month, cancellation);
    }

    /// <summary>The same for who was authorised already.</summary>
    /// <exception cref="EngineUnavailableException">The ledger cannot be read.</exception>
    public async Task<Statement> ReadAsync(OwnerPath tenant, BillingMonth month, CancellationToken cancellation)
    {
        ClosedMonth? closed = host.Read.Configuration.Months.Find(month);
        MonthBill bill = await closer.BillAsync(month, new CostQuery(month.Start, month.End) { GroupBy = ByLine, Within = tenant }, cancellation);
        return Of(tenant.ToString(), month, closed, bill, host.Read.Configuration.Currency);
    }

    /// <summary>A bill as a statement.</summary>
    internal static Statement Of(string tenant, BillingMonth month, ClosedMonth? closed, MonthBill bill, string currency)
    {
        StatementLine[] lines =
        [
            .. bill.Own.Groups.Where(g => !IsEntered(g) && Says(g.Sum)).GroupBy(g => (Owner(tenant, g), g.Values[Resource], g.Values[Provider], g.Values[Model], g.Values[Sku]))
                .Select(g => LineOf(tenant, g.First(), Sum(g.Select(v => v.Sum)))).Where(l => l.Cost != Money.Zero || l.Consumed.Millionths != 0)
                .OrderByDescending(l => l.Cost).ThenBy(l => l.Owner, StringComparer.Ordinal).ThenBy(l => l.Resource, StringComparer.Ordinal),
        ];
        StatementCorrection[] adjusted =
        [
            .. bill.Corrections.Series.Where(p => !IsEntered(bill.Corrections.Groups[p.Group]) && Says(p.Sum))
                .Select(p => (p, Month: BillingMonth.Of(p.Start), Group: bill.Corrections.Groups[p.Group])).OrderBy(c => c.Month).ThenByDescending(c => c.p.Sum.Cost)
                .Select(c => new StatementCorrection(c.Month, LineKind.Adjustment, LineOf(tenant, c.Group, c.p.Sum), null)),
        ];
        LedgerRow[] late = [.. bill.Entered.Where(r => BillingMonth.Of(r.Entry.Line.From) != month)];
        return new Statement(
            tenant, month, closed, currency, bill.Total.Cost, lines, [.. bill.Entered.Except(late).Select(ChargeLine.Of)],
            [.. adjusted.Concat(late.Select(LateOf)).OrderBy(c => c.Month)], Math.Max(0, bill.Own.Unpriced));
    }

    private static bool Says(CostSum sum) => sum.Cost != Money.Zero || sum.Consumed.Millionths != 0;

    private static bool IsEntered(CostGroup group) => group.Values[Kind] is "credit" or "discount" or "tax";

    private static string Owner(string tenant, CostGroup group) => group.Values[User] is { } user ? $"{tenant}/{user}" : tenant;

    private static StatementLine LineOf(string tenant, CostGroup group, CostSum sum) =>
        new(Owner(tenant, group), group.Values[Resource] ?? "", group.Values[Provider], group.Values[Model], group.Values[Sku], sum.Consumed, sum.Cost);

    private static StatementCorrection LateOf(LedgerRow row)
    {
        ChargeLine charge = ChargeLine.Of(row);
        return new StatementCorrection(charge.Month, charge.Kind, new StatementLine(charge.Owner.ToString(), charge.Resource ?? "", charge.Provider, charge.Model, charge.Sku, default, charge.Amount), charge.Description);
    }

    private static CostSum Sum(IEnumerable<CostSum> sums) => sums.Aggregate(default(CostSum), static (sum, one) => sum + one);
}
