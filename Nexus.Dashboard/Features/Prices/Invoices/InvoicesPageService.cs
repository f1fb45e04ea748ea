using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Prices.Invoices;

/// <summary>What the tab of the invoices shows and does: an engine that does not decide is a sentence on the page, and not its end.</summary>
internal sealed class InvoicesPageService(InvoiceService invoices)
{
    /// <summary>All invoices, the latest month first.</summary>
    public async Task<Result<IReadOnlyList<InvoiceShown>>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        Result<IReadOnlyList<Invoice>> all = await invoices.ListAsync(caller, cancellation);
        return all.Problem is { } problem ? problem : all.Value!.Select(InvoiceShown.Of).ToArray();
    }

    /// <summary>One of them beside the ledger.</summary>
    public Task<Result<InvoiceView>> GetAsync(Caller caller, string id, CancellationToken cancellation) => Told(async () => View(await invoices.GetAsync(caller, id, cancellation)));

    /// <summary>What applying it would come to.</summary>
    public Task<Result<InvoicePreview>> PreviewAsync(Caller caller, string id, CancellationToken cancellation) => Told<InvoicePreview>(async () =>
    {
        Result<InvoiceApplied> tried = await invoices.ApplyAsync(caller, id, dryRun: true, null, cancellation);
        return tried.Problem is { } problem ? problem : new InvoicePreview(tried.Value!.Prices.Version, tried.Value.Prices.Change.Set.Count, tried.Value.Report!);
    });

    /// <summary>Takes a file, or tries it.</summary>
    public Task<Result<InvoiceView>> ReceiveAsync(Caller caller, InvoiceBody body, bool dryRun, CancellationToken cancellation) => Told(async () => View(await invoices.ReceiveAsync(caller, body, dryRun, cancellation)));

    /// <summary>Applies one.</summary>
    public Task<Result<InvoiceApplied>> ApplyAsync(Caller caller, string id, long version) => Told(() => invoices.ApplyAsync(caller, id, dryRun: false, version, CancellationToken.None));

    /// <summary>Settles or disputes one.</summary>
    public Task<Result<InvoiceView>> DecideAsync(Caller caller, string id, InvoiceState state, string reason) => Told(async () => View(await invoices.DecideAsync(caller, id, state, reason, CancellationToken.None)));

    /// <summary>Forgets one.</summary>
    public Task<Problem?> DeleteAsync(Caller caller, string id) => invoices.DeleteAsync(caller, id, CancellationToken.None);

    /// <summary>The latest invoice as it was last compared; null where there is none, or the caller may not see it.</summary>
    public async Task<InvoiceShown?> LastAsync(Caller caller, CancellationToken cancellation) => (await ListAsync(caller, cancellation)).Value?.FirstOrDefault();

    private static Result<InvoiceView> View(Result<InvoiceFound> found) => found.Problem is { } problem ? problem : InvoiceView.Of(found.Value!);

    private static async Task<Result<T>> Told<T>(Func<Task<Result<T>>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (EngineUnavailableException unavailable)
        {
            return Problem.Of(unavailable);
        }
    }
}
