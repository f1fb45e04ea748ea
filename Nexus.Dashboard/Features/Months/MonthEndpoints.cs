using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Months.Statements;
using Nexus.Engine.Costs.Months;

namespace Nexus.Dashboard.Features.Months;

/// <summary>HTTP to <see cref="MonthService"/> and <see cref="StatementService"/>, and nothing else.</summary>
internal static class MonthEndpoints
{
    public static void MapMonths(this IEndpointRouteBuilder api)
    {
        api.MapGet("/periods", ListAsync).WithName("listPeriods").WithSummary("The months of the ledger: what is billed in each, and which are closed").Gives<Page<PeriodAnswer>>(200).Fails(401, 403, 422, 503).Pages();
        api.MapPost("/periods/{month}/close", CloseAsync).WithName("closePeriod").WithSummary("Close a month that has ended: what belongs to it and comes later is an adjustment, billed in the month that is open then").Gives<PeriodCloseAnswer>(200)
            .Fails(401, 403, 409, 422, 503).With("missing-scope", "in-use", "invalid-value").Asks("dryRun", "True for the checklist and what closing would come to; nothing is closed.", "true");
        api.MapGet("/periods/{month}/charges", ChargesAsync).WithName("listCharges").WithSummary("The credits, discounts and taxes that are billed in a month").Gives<Page<ChargeAnswer>>(200).Fails(401, 403, 422, 503).Pages();
        api.MapPost("/periods/{month}/charges", EnterAsync).WithName("enterCharge").WithSummary("Enter a credit, a discount or a tax, once by its id; of a closed month it is billed in the open one").Takes<ChargeBody>().Gives<ChargeAnswer>(200, 201)
            .Fails(401, 403, 409, 503).With("missing-scope", "id-reused", "invalid-value", "unknown-name");
        api.MapGet("/statements/{tenant}/{month}", StatementAsync).WithName("getStatement").WithSummary("What a tenant is billed in a month; preliminary while the month is open").Gives<StatementAnswer>(200).Fails(401, 403, 422, 503)
            .With("missing-scope", "outside-path", "invalid-value").Asks("format", "json, csv for a file, or html to print; without it as the header Accept says.", "json");
    }

    private static async Task ListAsync(HttpContext http, Caller caller, MonthService months)
    {
        Result<IReadOnlyList<MonthLine>> found = await months.ListAsync(caller, http.RequestAborted);
        Page<PeriodAnswer> page = new([], null);
        Problem? problem = found.Problem ?? http.PageOf(found.Value!.Select(m => PeriodAnswer.Of(m, months.Currency)), static m => m.Month, out page);
        await (problem?.WriteAsync(http) ?? http.WriteAsync(page, ApiJson.Default.PagePeriodAnswer));
    }

    private static async Task CloseAsync(HttpContext http, string month, Caller caller, MonthService months)
    {
        bool dryRun = false;
        Problem? wrong = MonthOf(month, out BillingMonth read) ?? http.FlagOf("dryRun", out dryRun);
        Result<MonthClose> done = wrong is not null ? wrong : await months.CloseAsync(caller, read, dryRun, http.RequestAborted);
        await (done.Problem?.WriteAsync(http) ?? http.WriteAsync(PeriodCloseAnswer.Of(done.Value!, months.Currency), ApiJson.Default.PeriodCloseAnswer));
    }

    private static async Task ChargesAsync(HttpContext http, string month, Caller caller, MonthService months)
    {
        Result<IReadOnlyList<ChargeLine>> found = MonthOf(month, out BillingMonth read) is { } wrong ? wrong : await months.ChargesAsync(caller, read, http.RequestAborted);
        Page<ChargeAnswer> page = new([], null);
        Problem? problem = found.Problem ?? http.PageOf(found.Value!.Select(c => ChargeAnswer.Of(c, months.Currency)), static c => $"{c.Id} {c.Month} {c.Owner}", out page);
        await (problem?.WriteAsync(http) ?? http.WriteAsync(page, ApiJson.Default.PageChargeAnswer));
    }

    private static async Task EnterAsync(HttpContext http, string month, Caller caller, MonthService months)
    {
        Result<ChargeBody> body = await Body.ReadAsync(http, ApiJson.Default.ChargeBody);
        Problem? wrong = MonthOf(month, out BillingMonth read) ?? body.Problem;
        Result<ChargeLine> entered = wrong is not null ? wrong : await months.EnterAsync(caller, read, body.Value!, http.RequestAborted);
        if (entered.Problem is { } problem)
        {
            await problem.WriteAsync(http);
            return;
        }

        await http.WriteAsync(ChargeAnswer.Of(entered.Value!, months.Currency), ApiJson.Default.ChargeAnswer, entered.Value!.Duplicate ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    private static async Task StatementAsync(HttpContext http, string tenant, string month, Caller caller, StatementService statements)
    {
        StatementForm form = StatementForm.Json;
        Problem? wrong = MonthOf(month, out BillingMonth read) ?? StatementForms.Read(http, out form);
        Result<Statement> found = wrong is not null ? wrong : await statements.GetAsync(caller, tenant, read, http.RequestAborted);
        await (found.Problem?.WriteAsync(http) ?? StatementForms.WriteAsync(http, form, found.Value!));
    }

    private static Problem? MonthOf(string text, out BillingMonth month) =>
        BillingMonth.TryParse(text, out month) ? null : Problem.Field("invalid-value", 422, "month", "must be a month such as 2026-11");
}
