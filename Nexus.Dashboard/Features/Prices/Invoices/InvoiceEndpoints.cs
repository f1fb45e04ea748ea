using System.Globalization;
using System.Text;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Prices.Invoices;

/// <summary>HTTP to <see cref="InvoiceService"/>, and nothing else.</summary>
internal static class InvoiceEndpoints
{
    private const string Csv = "text/csv";

    public static void MapInvoices(this IEndpointRouteBuilder api)
    {
        api.MapPost("/invoices", ReceiveAsync).WithName("receiveInvoice").WithSummary("Compare a provider's invoice or report of use with the ledger, once by its id or its content").Accepts<InvoiceBody>("application/json", Csv).Fails(400, 413, 415, 422).Gives<InvoiceAnswer>(200, 201).Fails(401, 403, 409, 503)
            .With("missing-scope", "invalid-value", "unknown-name", "id-reused").Asks("dryRun", "True to learn what it comes to, and keep nothing.", "true")
            .Asks("id", "Where the body is the CSV itself (text/csv): its id. So too provider, layout, currency and rate.", "openai-2026-10").Asks("provider", "Who sent it, where the body is the CSV itself.", "openai")
            .Asks("layout", "In which layout it is, where the body is the CSV itself.", "openai-costs").Asks("currency", "Its currency, where the body is the CSV itself and does not say.", "EUR").Asks("rate", "What one unit of that is in the installation's currency.", "1.08");
        api.MapGet("/invoices", ListAsync).WithName("listInvoices").WithSummary("Invoices, as they were last compared with the ledger").Gives<Page<InvoiceSummary>>(200).Fails(401, 403).With("missing-scope").Pages();
        api.MapGet("/invoices/{id}", (HttpContext http, string id, Caller caller, InvoiceService invoices) => WriteAsync(http, invoices.GetAsync(caller, id, http.RequestAborted)))
            .WithName("getInvoice").WithSummary("An invoice, compared with the ledger as it is now").Gives<InvoiceAnswer>(200).Fails(401, 403, 404, 503).With("missing-scope");
        api.MapDelete("/invoices/{id}", DeleteAsync).WithName("deleteInvoice").WithSummary("Forget an invoice; what was corrected by it stays").Produces(204).Fails(401, 403, 404).With("missing-scope");
        api.MapPost("/invoices/{id}/apply", ApplyAsync).WithName("applyInvoice").WithSummary("Set the prices that an invoice shows, and rate its days anew").Gives<InvoiceAppliedAnswer>(200).Fails(401, 403, 404, 412, 422, 503)
            .With("missing-scope", "version-mismatch", "invalid-value").Versioned().Asks("dryRun", "True to learn what it would come to, by owner, and change nothing.", "true");
        api.MapPost("/invoices/{id}/accept", (HttpContext http, string id, Caller caller, InvoiceService invoices) => DecideAsync(http, id, InvoiceState.Accepted, caller, invoices))
            .WithName("acceptInvoice").WithSummary("Settle an invoice: it is right, or what differs is borne").MayTake<InvoiceDecisionBody>().Gives<InvoiceAnswer>(200).Fails(401, 403, 404, 503).With("missing-scope", "invalid-value");
        api.MapPost("/invoices/{id}/dispute", (HttpContext http, string id, Caller caller, InvoiceService invoices) => DecideAsync(http, id, InvoiceState.Disputed, caller, invoices))
            .WithName("disputeInvoice").WithSummary("Say that the provider was asked to change an invoice, and why").MayTake<InvoiceDecisionBody>().Gives<InvoiceAnswer>(200).Fails(401, 403, 404, 503).With("missing-scope", "invalid-value");
    }

    private static async Task ReceiveAsync(HttpContext http, Caller caller, InvoiceService invoices)
    {
        Result<InvoiceBody> body = http.Request.ContentType?.StartsWith(Csv, StringComparison.OrdinalIgnoreCase) == true ? await CsvAsync(http) : await Body.ReadAsync(http, ApiJson.Default.InvoiceBody, Body.BatchLimit);
        bool dryRun = false;
        Problem? wrong = http.FlagOf("dryRun", out dryRun) ?? body.Problem;
        await WriteAsync(http, wrong is not null ? Task.FromResult<Result<InvoiceFound>>(wrong) : invoices.ReceiveAsync(caller, body.Value!, dryRun, http.RequestAborted), created: !dryRun);
    }

    private static async Task<Result<InvoiceBody>> CsvAsync(HttpContext http)
    {
        Result<byte[]> bytes = await Body.ReadFileAsync(http, Body.BatchLimit);
        if (bytes.Problem is { } problem)
        {
            return problem;
        }

        string? One(string name) => http.Request.Query[name].FirstOrDefault() is { Length: > 0 } value ? value : null;
        return new InvoiceBody { Csv = Encoding.UTF8.GetString(bytes.Value!), Id = One("id"), Provider = One("provider"), Layout = One("layout"), Currency = One("currency"), Rate = One("rate") };
    }

    private static async Task ListAsync(HttpContext http, Caller caller, InvoiceService invoices)
    {
        Result<IReadOnlyList<Invoice>> found = await invoices.ListAsync(caller, http.RequestAborted);
        Page<InvoiceSummary> page = new([], null);

        // The latest first: places count down.
        await ((found.Problem ?? http.PageOf(found.Value!.Select(i => InvoiceSummary.Of(i, invoices.Currency)), static i => Place(i), out page)) is { } problem
            ? problem.WriteAsync(http)
            : http.WriteAsync(page, ApiJson.Default.PageInvoiceSummary));
    }

    private static async Task DeleteAsync(HttpContext http, string id, Caller caller, InvoiceService invoices)
    {
        if (await invoices.DeleteAsync(caller, id, http.RequestAborted) is { } problem)
        {
            await problem.WriteAsync(http);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task ApplyAsync(HttpContext http, string id, Caller caller, InvoiceService invoices)
    {
        bool dryRun = false;
        Problem? wrong = http.VersionOf(out long? version) ?? http.FlagOf("dryRun", out dryRun);
        Result<InvoiceApplied> answer = wrong is not null ? wrong : await invoices.ApplyAsync(caller, id, dryRun, version, http.RequestAborted);
        await (answer.Problem is { } problem ? problem.WriteAsync(http) : http.WriteAsync(InvoiceAppliedAnswer.Of(answer.Value!), ApiJson.Default.InvoiceAppliedAnswer));
    }

    private static async Task DecideAsync(HttpContext http, string id, InvoiceState state, Caller caller, InvoiceService invoices)
    {
        Result<InvoiceDecisionBody> body = await Body.ReadOptionalAsync(http, ApiJson.Default.InvoiceDecisionBody, new InvoiceDecisionBody());
        await WriteAsync(http, body.Problem is { } wrong ? Task.FromResult<Result<InvoiceFound>>(wrong) : invoices.DecideAsync(caller, id, state, body.Value!.Reason, http.RequestAborted));
    }

    private static async Task WriteAsync(HttpContext http, Task<Result<InvoiceFound>> asking, bool created = false)
    {
        Result<InvoiceFound> answer = await asking;
        await (answer.Problem is { } problem ? problem.WriteAsync(http) : http.WriteAsync(InvoiceAnswer.Of(answer.Value!), ApiJson.Default.InvoiceAnswer, created && answer.Value!.IsNew ? 201 : 200));
    }

    private static string Place(InvoiceSummary invoice) => string.Create(CultureInfo.InvariantCulture, $"{long.MaxValue - invoice.To.ToUnixTimeMilliseconds():D19}/{invoice.Id}");
}
