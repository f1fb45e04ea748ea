using System.Security.Cryptography;
using System.Text.Json;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Alerts;
using Nexus.Dashboard.Features.Costs;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Invoices;
using Nexus.Engine.Costs.Rerating;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Prices.Invoices;

/// <summary>Invoices of providers: reads them, compares them with the ledger, and makes the price book as they say. The page and the API call the same.</summary>
internal sealed class InvoiceService(InvoiceStore store, EngineHost host, CostsService costs, PriceService prices, RerateService rerates, TimeProvider time)
{
    private const int IdBytes = 8;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>The installation's currency.</summary>
    public string Currency => host.Read.Configuration.Currency;

    /// <summary>Takes an invoice, once by its id or its content, and compares it.</summary>
    /// <param name="caller">Who sends it.</param>
    /// <param name="body">It.</param>
    /// <param name="dryRun">True to learn what it comes to, and keep nothing.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Result<InvoiceFound>> ReceiveAsync(Caller caller, InvoiceBody body, bool dryRun, CancellationToken cancellation)
    {
        if ((PriceService.Refused(caller) ?? body.Fault()) is { } problem)
        {
            return problem;
        }

        string hash = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(body with { Id = null }, ApiJson.Default.InvoiceBody)));
        string id = body.Id ?? $"inv-{hash[..(IdBytes * 2)]}";
        if (!dryRun && await store.GetAsync(id, cancellation) is { } there)
        {
            return there.Hash == hash ? await CompareAsync(caller, there, isNew: false, cancellation) : Reused(id);
        }

        Result<InvoiceFile> read = InvoiceReader.Read(body, host.Read.Configuration.Currency);
        Result<Invoice> made = read.Problem is { } unreadable ? unreadable : Make(caller, body, read.Value!, id, hash);
        Result<InvoiceFound> found = made.Problem is { } wrong ? wrong : await CompareAsync(caller, made.Value!, isNew: true, cancellation);
        if (dryRun || found.Value is not { } compared)
        {
            return found;
        }

        if ((await store.AllAsync(cancellation)).Count >= InvoiceStore.Most)
        {
            return Problem.Field("invalid-value", 422, "$", $"is one too many: there may be {InvoiceStore.Most:#,0} invoices, delete one first");
        }

        Invoice? other = await store.AddAsync(compared.Invoice, AlertAudit.Entry(caller, time.GetUtcNow(), "receiveInvoice", id), cancellation);
        return other is null ? found : other.Hash == hash ? await CompareAsync(caller, other, isNew: false, cancellation) : Reused(id);
    }

    /// <summary>All of them, as they were last compared, the latest month first.</summary>
    public async Task<Result<IReadOnlyList<Invoice>>> ListAsync(Caller caller, CancellationToken cancellation) =>
        Unseen(caller) is { } problem ? problem : new Result<IReadOnlyList<Invoice>>(await store.AllAsync(cancellation));

    /// <summary>One of them, compared with the ledger as it is now.</summary>
    public async Task<Result<InvoiceFound>> GetAsync(Caller caller, string id, CancellationToken cancellation) =>
        Unseen(caller) is { } problem ? problem : await CompareAnewAsync(caller, id, cancellation);

    /// <summary>Makes the price book as an invoice says, and rates its days anew; or says what that would come to.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="id">The invoice.</param>
    /// <param name="dryRun">True to change nothing.</param>
    /// <param name="ifVersion">The version of the book that the caller has seen.</param>
    /// <param name="cancellation">Gives up; what was changed stays, and another call does the rest.</param>
    public async Task<Result<InvoiceApplied>> ApplyAsync(Caller caller, string id, bool dryRun, long? ifVersion, CancellationToken cancellation)
    {
        Result<InvoiceFound> found = PriceService.Refused(caller) is { } refused ? refused : await CompareAnewAsync(caller, id, cancellation);
        if (found.Problem is { } problem)
        {
            return problem;
        }

        Reconciliation reconciled = found.Value!.Reconciled;
        Sku[] set = [.. reconciled.Corrections.GroupBy(c => c.After.Key).Select(g => g.Last().After)];
        RerateBody range = new() { From = found.Value.Invoice.From, To = found.Value.Invoice.To, Filter = Filters(reconciled) };
        Result<PricesReply> changed = await prices.ChangeAsync(caller, set, [], ifVersion, dryRun, cancellation);
        if (changed.Problem is { } unset)
        {
            return unset;
        }

        PricesReply reply = changed.Value!;
        if (!dryRun)
        {
            Result<RerateAnswer> rated = await rerates.RerateAsync(caller, range, dryRun: false, reply.Version, cancellation);
            return rated.Problem is { } unrated ? unrated : new InvoiceApplied(reply, rated.Value!);
        }

        Configuration now = host.Read.Configuration;
        CostQuery query = range.ToQuery().Value!;
        Result<RerateReport> tried = await rerates.TryAsync(caller, query, now.Prices.With(reply.Change, kind => now.Kind(kind)?.Behaviour == ResourceBehaviour.Held), cancellation);
        return tried.Problem is { } untried ? untried : new InvoiceApplied(reply, RerateAnswer.Of(query, tried.Value!, now.Currency)) { Report = tried.Value };
    }

    /// <summary>Says what becomes of one.</summary>
    public async Task<Result<InvoiceFound>> DecideAsync(Caller caller, string id, InvoiceState state, string? reason, CancellationToken cancellation)
    {
        if (PriceService.Refused(caller) is { } refused)
        {
            return refused;
        }

        string? why = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();
        if (why?.Length > InvoiceDecisionBody.MostReason)
        {
            return Problem.Field("invalid-value", 422, "$.reason", $"must have at most {InvoiceDecisionBody.MostReason:#,0} characters");
        }

        if (state == InvoiceState.Disputed && why is null)
        {
            return Problem.Field("invalid-value", 422, "$.reason", "must say what is disputed");
        }

        DateTimeOffset now = time.GetUtcNow();
        string action = state switch { InvoiceState.Accepted => "acceptInvoice", InvoiceState.Disputed => "disputeInvoice", _ => "reopenInvoice" };
        bool isThere = await store.ChangeAsync(id, i => (i.State, i.Reason, i.DecidedBy, i.DecidedAt) = (state, why, caller.Id, now), AlertAudit.Entry(caller, now, action, id), cancellation);
        return isThere ? await CompareAnewAsync(caller, id, cancellation) : Missing(id);
    }

    /// <summary>Forgets one; what was corrected by it stays.</summary>
    public async Task<Problem?> DeleteAsync(Caller caller, string id, CancellationToken cancellation) => PriceService.Refused(caller)
        ?? (await store.DeleteAsync(id, AlertAudit.Entry(caller, time.GetUtcNow(), "deleteInvoice", id), cancellation) ? null : Missing(id));

    /// <summary>Why the caller may not see invoices; null where it may.</summary>
    public static Problem? Unseen(Caller caller) => caller.AllowsEverywhere(Scope.Read) ? null : Problem.MissingScope(Scope.Read, caller);

    private async Task<Result<InvoiceFound>> CompareAnewAsync(Caller caller, string id, CancellationToken cancellation)
    {
        Result<InvoiceFound> found = await store.GetAsync(id, cancellation) is { } kept ? await CompareAsync(caller, kept, isNew: false, cancellation) : Missing(id);
        if (found.Value is { Invoice: var now })
        {
            await store.ChangeAsync(id, i => (i.Billed, i.Ledger, i.Largest, i.ComparedAt) = (now.Billed, now.Ledger, now.Largest, now.ComparedAt), null, cancellation);
        }

        return found;
    }

    private Result<Invoice> Make(Caller caller, InvoiceBody body, InvoiceFile file, string id, string hash)
    {
        Instant first = file.Lines.Min(l => l.Key.Day);
        Instant end = file.Lines.Max(l => l.Key.Day) + TimeSpan.FromDays(1);
        Instant from = body.From is { } given && Instant.From(given) < first ? LedgerUse.DayOf(Instant.From(given)) : first;
        Instant to = body.To is { } until && Instant.From(until) > end ? Instant.From(until) : end;
        if (to - from > Longest)
        {
            return Problem.Field("invalid-value", 422, "$.csv", $"covers {(to - from).TotalDays:#,0} days: send at most a year at once");
        }

        DateTimeOffset now = time.GetUtcNow();
        bool isOther = file.Currency is { } of && of != host.Read.Configuration.Currency;
        return new Invoice
        {
            Id = id, Provider = file.Provider, Layout = file.Layout, Currency = isOther ? file.Currency : null, Rate = isOther ? body.Rate : null,
            From = from.ToDateTimeOffset(), To = to.ToDateTimeOffset(), ReceivedAt = now, ReceivedBy = caller.Id, Hash = hash,
            ReadLines = file.Read, UnreadLines = file.UnreadLines, Lines = InvoiceLineText.Write(file.Lines), Unread = InvoiceLineText.Write(file.Unread),
        };
    }

    private async Task<Result<InvoiceFound>> CompareAsync(Caller caller, Invoice invoice, bool isNew, CancellationToken cancellation)
    {
        CostQuery query = new(Instant.From(invoice.From), Instant.From(invoice.To)) { GroupBy = LedgerUse.Dimensions, Interval = CostInterval.Day };

        // Who may send an invoice is told what it differs from, whether or not it may look at costs otherwise.
        Result<CostsWithIdle> report = await costs.ReportAsync(caller with { Scopes = caller.Scopes | Scope.Read }, query, null, cancellation);
        if (report.Problem is { } problem)
        {
            return problem;
        }

        Configuration configuration = host.Read.Configuration;
        CostReport ledger = report.Value!.Costs;
        InvoicePrices book = new(configuration.Prices, invoice.Provider, kind => configuration.Kind(kind)?.PartOf);
        ModelNames names = new(ledger.Groups.Select(g => g.Values[2]).OfType<string>().Concat(book.Models).ToHashSet(StringComparer.Ordinal));
        InvoiceLine[] lines = [.. InvoiceLineText.Read(invoice.Lines).Select(l => l with { Key = l.Key with { Model = names.Of(l.Key.Model) } })];
        Reconciliation found = await Task.Run(() => InvoiceMatching.Reconcile(lines, LedgerUse.Of(ledger, invoice.Provider, lines.Select(l => l.Key.Model).ToHashSet(StringComparer.Ordinal)), book), cancellation);
        (invoice.Billed, invoice.Ledger, invoice.Largest, invoice.ComparedAt) = (found.Billed.ToString(), found.Ledger.ToString(), InvoiceText.Largest(found), time.GetUtcNow());
        return new InvoiceFound(invoice, found, configuration.Currency, isNew);
    }

    // Of very many models none is left out by a filter that cannot hold them.
    private static List<string>? Filters(Reconciliation found)
    {
        string[] models = [.. found.Rows.Where(r => r.Causes.Any(c => c.Cause is DifferenceCause.Price or DifferenceCause.Tier)).Select(r => r.Key.Model).Distinct(StringComparer.Ordinal)];
        models = models.Length == 0 ? [.. found.Rows.Select(r => r.Key.Model).Distinct(StringComparer.Ordinal)] : models;
        return models.Length > CostsQuery.MostFilters ? null : [.. models.Select(m => $"model:{m}")];
    }

    private static Problem Reused(string id) => new("id-reused", "The id was used for something else", 409, $"There is another invoice '{id}': choose another id, or delete that one.");

    private static Problem Missing(string id) => Problem.NotFound($"There is no invoice '{id}'.");
}

/// <summary>An invoice beside the ledger.</summary>
/// <param name="Invoice">It.</param>
/// <param name="Reconciled">What it comes to.</param>
/// <param name="Currency">The installation's currency.</param>
/// <param name="IsNew">False where it was there already.</param>
internal sealed record InvoiceFound(Invoice Invoice, Reconciliation Reconciled, string Currency, bool IsNew);

/// <summary>What making the book as an invoice says came to, or would.</summary>
/// <param name="Prices">What changed in the book.</param>
/// <param name="Rerated">What the ledger's charges came to.</param>
internal sealed record InvoiceApplied(PricesReply Prices, RerateAnswer Rerated)
{
    /// <summary>The same, of what would be; null where it was done.</summary>
    public RerateReport? Report { get; init; }
}
