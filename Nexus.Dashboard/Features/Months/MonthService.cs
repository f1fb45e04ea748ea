using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Months.Checks;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Costs.Rerating;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Months;

/// <summary>Months: authorises the caller, then asks the ledger and the engine. The page and the API call the same.</summary>
internal sealed class MonthService(EngineHost host, MonthCloser closer, IEnumerable<IMonthCheck> checks)
{
    /// <summary>Where a group of a looked-at month has the kind of resource.</summary>
    public const int Resource = 0;

    /// <summary>Where it has the model.</summary>
    public const int Model = 1;

    /// <summary>Where it has the SKU.</summary>
    public const int Sku = 2;

    /// <summary>Where it has the kind of line.</summary>
    public const int Kind = 3;

    private static readonly CostDimension[] ByWhat = [new("resource"), new("model"), new("sku"), new("kind")];

    /// <summary>Engine time.</summary>
    public Instant Now => host.Now;

    /// <summary>The currency of all amounts.</summary>
    public string Currency => host.Read.Configuration.Currency;

    /// <summary>The months, the earliest first: those that have anything, and the one that runs.</summary>
    public async Task<Result<IReadOnlyList<MonthLine>>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Read))
        {
            return Problem.MissingScope(Scope.Read, caller);
        }

        List<MonthSum> sums = [.. await closer.SumsAsync(caller.Path, cancellation)];
        BillingMonth now = BillingMonth.Of(host.Now);
        if (sums.TrueForAll(s => s.Month != now))
        {
            sums.Add(new MonthSum(now, default, default, default));
        }

        ClosedMonths closed = host.Read.Configuration.Months;
        return new Result<IReadOnlyList<MonthLine>>([.. sums.OrderBy(s => s.Month).Select(s => new MonthLine(s, closed.Find(s.Month), s.Month.End <= host.Now))]);
    }

    /// <summary>Closes a month, or says what that would come to.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="month">The month.</param>
    /// <param name="dryRun">True to learn what it would come to, and close nothing.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Result<MonthClose>> CloseAsync(Caller caller, BillingMonth month, bool dryRun, CancellationToken cancellation)
    {
        if (Refused(caller) is { } refused)
        {
            return refused;
        }

        if (month.End > host.Now)
        {
            return Problem.Field("invalid-value", 422, "month", $"{month} has not ended: close it from {month.Next}-01T00:00:00Z on");
        }

        // The checklist is of what was there before: what closing does to it is nobody's to do any more.
        LookedAtMonth before = await LookAsync(month, cancellation);
        ClosedMonth? closed = host.Read.Configuration.Months.Find(month);
        RerateReport? trueUp = null;
        if (closed is null)
        {
            RerateReply? preview = await closer.PreviewAsync(month, cancellation);
            if (preview?.Fault is { } fault)
            {
                return Problem.Of(fault);
            }

            trueUp = preview?.Report;
        }

        List<MonthItem> items = [];
        foreach (IMonthCheck check in closed is null ? checks : [])
        {
            items.Add(new MonthItem(check.Name, await check.LookAsync(before, cancellation)));
        }

        if (closed is null && !dryRun)
        {
            switch (await closer.CloseAsync(month, caller.Actor, cancellation))
            {
                case Fault fault: return Problem.Of(fault);
                case MonthReply done:
                    closed = done.Month;
                    before = await LookAsync(month, cancellation);
                    break;
                case var other: throw new InvalidOperationException($"closing a month was answered by {other.GetType().Name}");
            }
        }

        Money change = trueUp is { } report ? report.After - report.Before : Money.Zero;
        Money total = before.Bill.Total.Cost + (closed is null ? change : Money.Zero);
        return new MonthClose(month, closed, total, change, before.Bill.Corrections.Total.Cost, items);
    }

    /// <summary>What was entered into a month or is billed in it, as far as the caller may see it.</summary>
    public async Task<Result<IReadOnlyList<ChargeLine>>> ChargesAsync(Caller caller, BillingMonth month, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Read))
        {
            return Problem.MissingScope(Scope.Read, caller);
        }

        MonthBill bill = await closer.BillAsync(month, new CostQuery(month.Start, month.End) { Within = caller.Path }, cancellation);
        return new Result<IReadOnlyList<ChargeLine>>([.. bill.Entered.Select(ChargeLine.Of)]);
    }

    /// <summary>Enters a credit, a discount or a tax.</summary>
    public async Task<Result<ChargeLine>> EnterAsync(Caller caller, BillingMonth month, ChargeBody body, CancellationToken cancellation)
    {
        if (Refused(caller) is { } refused)
        {
            return refused;
        }

        Result<EnteredCharge> read = body.ToCharge(month, Currency);
        return read.Problem is { } wrong ? wrong : await host.SendAsync(new EnterCharge(read.Value!) { Actor = caller.Actor }, cancellation) switch
        {
            Fault fault => Problem.Of(fault),
            ChargeReply reply => ChargeLine.Of(reply),
            var other => throw new InvalidOperationException($"a charge was answered by {other.GetType().Name}"),
        };
    }

    /// <summary>What each tenant is billed in a month, as far as the caller may see it: the most first. What is nobody's alone stands under the root.</summary>
    public async Task<Result<IReadOnlyList<TenantBill>>> TenantsAsync(Caller caller, BillingMonth month, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Read))
        {
            return Problem.MissingScope(Scope.Read, caller);
        }

        MonthBill bill = await closer.BillAsync(month, new CostQuery(month.Start, month.End) { GroupBy = [new CostDimension("tenant")], Within = caller.Path }, cancellation);
        return new Result<IReadOnlyList<TenantBill>>(
        [
            .. bill.Own.Groups.Concat(bill.Corrections.Groups).GroupBy(g => g.Values[0], StringComparer.Ordinal)
                .Select(g => new TenantBill(g.Key, g.Aggregate(default(CostSum), static (sum, group) => sum + group.Sum))).Where(t => t.Sum != default)
                .OrderByDescending(t => t.Sum.Cost).ThenBy(t => t.Tenant, StringComparer.Ordinal),
        ]);
    }

    /// <summary>Why the caller may not close months and enter charges; null where it may. Nobody gives themselves a credit: it is the whole installation's to do.</summary>
    public static Problem? Refused(Caller caller) => caller.AllowsEverywhere(Scope.Money) ? null : Problem.MissingScope(Scope.Money, caller);

    private async Task<LookedAtMonth> LookAsync(BillingMonth month, CancellationToken cancellation) => new(
        month,
        await closer.BillAsync(month, new CostQuery(month.Start, month.End) { GroupBy = ByWhat }, cancellation),
        await closer.SumsAsync(OwnerPath.Root, cancellation));
}
