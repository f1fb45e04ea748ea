using System.Globalization;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Prices;

/// <summary>What the page of the prices does: editing with a preview, importing, rating the past anew.</summary>
public partial class PricesPage
{
    private static readonly TimeSpan Typing = TimeSpan.FromMilliseconds(300);

    private IReadOnlyList<FieldChange> _changes = [];
    private IReadOnlyList<Effect>? _effects;
    private DateTimeOffset? _previewedAt;
    private PriceChange? _wanted;
    private long _wantedVersion;
    private bool _mayApply;
    private CancellationTokenSource? _previewing;
    private PriceFile? _file;
    private string? _wrongFile;
    private (DateTimeOffset From, DateTimeOffset To)? _range;
    private string _filter = "";
    private RerateAnswer? _rerate;
    private string? _wrongRange;

    /// <summary>The price that is being typed; null: none.</summary>
    private PriceDraft? Editing { get; set; }

    private void Edit(PriceDraft draft)
    {
        Forget();
        (Editing, _effects) = (draft, []);
    }

    private void Discard() => Forget();

    private void Forget()
    {
        Stop();
        (Editing, _changes, _effects, _previewedAt, _wanted, _mayApply) = (null, [], null, null, null, false);
        (_file, _wrongFile, _range, _filter, _rerate, _wrongRange) = (null, null, null, "", null, null);
    }

    // A preview holds for exactly what was typed: the next key ends it.
    private CancellationToken Anew()
    {
        Stop();
        _previewing = CancellationTokenSource.CreateLinkedTokenSource(Left);
        return _previewing.Token;
    }

    private void Stop()
    {
        _previewing?.Cancel();
        _previewing?.Dispose();
        _previewing = null;
    }

    private async Task TypedAsync()
    {
        CancellationToken typing = Anew();
        (_effects, _previewedAt, _wanted, _mayApply) = (null, null, null, false);
        Configuration configuration = Prices.Configuration;
        if (Editing!.Read(configuration) is not { } sku)
        {
            _effects = [new Effect(Signal.Bad, "This cannot be a price yet", "What is wrong stands at each field.")];
            _changes = [];
            return;
        }

        try
        {
            await Task.Delay(Typing, Clock, typing);
            Result<PricesReply> tried = await Prices.ChangeAsync(Caller, [sku], [], null, dryRun: true, typing);
            if (tried.Problem is { } problem)
            {
                (_effects, _changes) = ([new Effect(Signal.Bad, problem.Detail)], []);
                return;
            }

            PriceChange change = tried.Value!.Change;
            _changes = FieldsOf(change);
            if (change.IsEmpty)
            {
                _effects = [new Effect(Signal.Neutral, "The book has this price already")];
                return;
            }

            StateHasChanged();
            (DateTimeOffset from, DateTimeOffset to) = await Prices.MonthAsync(Caller, typing);
            Result<TriedChange> month = await Prices.TryAsync(Caller, change, from, to, typing);
            typing.ThrowIfCancellationRequested();
            _effects =
            [
                month.Problem is { } unknown ? new Effect(Signal.Warning, "What it would have cost is not known", unknown.Detail) : MonthEffect(month.Value!, from, to),
                new Effect(Signal.Neutral, "What was priced already stays as it is", "Re-rate the past to have it hold there too."),
            ];
            (_wanted, _wantedVersion, _previewedAt, _mayApply) = (change, tried.Value.Version, Clock.GetUtcNow(), Locked is null);
        }
        catch (OperationCanceledException) when (typing.IsCancellationRequested)
        {
            // Something else was typed since.
        }
    }

    private async Task ApplyAsync()
    {
        if (_wanted is { } change)
        {
            string what = change.Set[0] is var sku && change.Added.Any() ? $"{sku.Name} has a price" : $"{change.Set[0].Name}: {FieldsOf(change).FirstOrDefault()?.Line}";
            await ChangeAsync(change.Set, [], _wantedVersion, what);
        }
    }

    private Task RemoveAsync(Sku sku) => ChangeAsync([], [sku.Key], null, $"A price of {sku.Name} removed");

    private async Task ChangeAsync(IReadOnlyList<Sku> set, IReadOnlyList<SkuKey> removes, long? ifVersion, string what)
    {
        _busy = true;
        Result<PricesReply> done = await Prices.ChangeAsync(Caller, set, removes, ifVersion, dryRun: false, CancellationToken.None);
        _busy = false;
        if (done.Problem is { } problem)
        {
            // The world moved: what it would cost is worked out again.
            Toasts.Fail(problem.Detail);
            if (Editing is not null)
            {
                await TypedAsync();
            }

            return;
        }

        Forget();
        Say(what, done.Value!);
        await AnewAsync();
    }

    private async Task ReadAsync((string Name, byte[]? Bytes) chosen)
    {
        (_file, _wrongFile) = (null, null);
        if (chosen.Bytes is not { } bytes)
        {
            _wrongFile = $"{chosen.Name} is larger than 8 MiB: use the command 'prices import' for it.";
            return;
        }

        Result<PriceImportResult> read = await Prices.ImportAsync(Caller, bytes, null, dryRun: true, Left);
        if (read.Problem is { } wrong)
        {
            _wrongFile = wrong.Errors is { Count: > 0 } errors ? string.Join("; ", errors.Select(e => $"{e.Key} {string.Join(", ", e.Value)}")) : wrong.Detail;
            return;
        }

        (PriceImport import, PricesReply reply) = (read.Value!.Import, read.Value.Reply);
        _file = new PriceFile(chosen.Name, bytes, reply.Change, import.Skus.Count - reply.Change.Set.Count, import.Skipped, reply.Version);
    }

    private async Task ImportAsync()
    {
        PriceFile file = _file!;
        _busy = true;
        Result<PriceImportResult> done = await Prices.ImportAsync(Caller, file.Bytes, file.Version, dryRun: false, CancellationToken.None);
        _busy = false;
        if (done.Problem is { } problem)
        {
            _wrongFile = problem.Detail;
            return;
        }

        PricesReply reply = done.Value!.Reply;
        Close();
        Say($"{Numbers.Count(reply.Change.Set.Count)} prices imported from {file.Name}", reply);
        await AnewAsync();
    }

    private Task SetRangeAsync((DateTimeOffset From, DateTimeOffset To) range)
    {
        _range = range;
        return TryRangeAsync();
    }

    private Task SetFilterAsync(string filter)
    {
        _filter = filter.Trim();
        return TryRangeAsync();
    }

    private RerateBody Body => new() { From = _range!.Value.From, To = _range.Value.To, Filter = _filter.Length == 0 ? null : [.. _filter.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)] };

    private async Task TryRangeAsync()
    {
        CancellationToken asked = Anew();
        (_rerate, _wrongRange) = (null, null);
        StateHasChanged();
        try
        {
            Result<RerateAnswer> preview = await Prices.RerateAsync(Caller, Body, dryRun: true, null, asked);
            asked.ThrowIfCancellationRequested();
            (_rerate, _wrongRange) = (preview.Value, Sentence(preview.Problem));
            StateHasChanged();
        }
        catch (OperationCanceledException) when (asked.IsCancellationRequested)
        {
            // Another range was asked for since.
        }
    }

    private async Task RerateAsync()
    {
        _busy = true;
        Result<RerateAnswer> done = await Prices.RerateAsync(Caller, Body, dryRun: false, _rerate!.Version, CancellationToken.None);
        _busy = false;
        if (done.Problem is { } problem)
        {
            _wrongRange = Sentence(problem);
            return;
        }

        RerateAnswer answer = done.Value!;
        Close();
        Toasts.Say($"{Numbers.Count(answer.Adjustments)} adjustments entered for {Numbers.Count(answer.Corrected)} charges, {PriceText.Change(Money.Parse(answer.Difference.Amount), answer.Difference.Currency)}");
        await AnewAsync();
    }

    private void Say(string what, PricesReply done) => Toasts.Say(what, async () =>
    {
        if (await Prices.UndoAsync(Caller, done) is { } left)
        {
            Toasts.Fail(left.Detail);
        }

        await AnewAsync();
    });

    private Effect MonthEffect(TriedChange month, DateTimeOffset from, DateTimeOffset to)
    {
        string name = from.UtcDateTime.ToString("MMMM", CultureInfo.InvariantCulture);
        string span = to.UtcDateTime == from.UtcDateTime.AddMonths(1) ? name : $"{name} so far";
        string looked = $"{Numbers.Count(month.Charges)} recorded {(month.Charges == 1 ? "charge" : "charges")} of the kind rated by both books.";
        return month.Difference == Money.Zero ? new Effect(Signal.Neutral, $"{span} would have cost the same", looked)
            : new Effect(Signal.Planned, $"{span} would have cost {PriceText.Change(month.Difference, Prices.Configuration.Currency)}", looked);
    }

    private static FieldChange[] FieldsOf(PriceChange change) =>
    [
        .. change.Added.SelectMany(a => Fields(null, PriceItem.Of(a))),
        .. change.Changed.SelectMany(c => Fields(PriceItem.Of(c.Before), PriceItem.Of(c.After))),
    ];

    private static IReadOnlyList<FieldChange> Fields(PriceItem? before, PriceItem after) => JsonDiff.Of(
        before is null ? null : System.Text.Json.JsonSerializer.SerializeToNode(before, ApiJson.Default.PriceItem), System.Text.Json.JsonSerializer.SerializeToNode(after, ApiJson.Default.PriceItem));

    private static string? Sentence(Problem? problem) => problem is null ? null : problem.Errors is { Count: > 0 } errors ? string.Join("; ", errors.Select(e => $"{e.Key.TrimStart('$', '.')} {string.Join(", ", e.Value)}")) : problem.Detail;
}
