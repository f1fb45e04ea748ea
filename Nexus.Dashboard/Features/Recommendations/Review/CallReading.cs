using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Optimization;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Recommendations.Review;

/// <summary>Puts the lines of the ledger together to the calls of models that caused them: the newest days, as many as may be looked at.</summary>
/// <remarks>Lines are of one call where they are of one lease or one span, else where they agree in owner, time, model and labels. The labels <c>prompt</c>, <c>run</c> and <c>outcome</c> (<c>succeeded</c>, <c>failed</c>) say what sums do not.</remarks>
internal sealed class CallReading(EngineHost host)
{
    /// <summary>How many lines are looked at, at most.</summary>
    public const int MostLines = 500_000;

    private const int LinesAtOnce = 5_000;
    private const int MostOutcomes = 20_000;
    private const double Millionths = 1_000_000;
    private const string Spans = "otlp:";
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>The calls, oldest first, and since when all of them are there.</summary>
    public (IReadOnlyList<CallPast> Calls, Instant Since) Read(Ledger ledger, Instant from, Instant to, CancellationToken cancellation)
    {
        Dictionary<CallKey, CallPast> calls = [];
        Dictionary<CallKey, RequestKey> requests = [];
        int looked = 0;
        Instant since = to;
        while (since > from && looked < MostLines)
        {
            Instant begin = since - Day > from ? since - Day : from;
            CostQuery query = new(begin, since);
            (long Start, long Place)? next = null;
            do
            {
                cancellation.ThrowIfCancellationRequested();
                (IReadOnlyList<LedgerRow> rows, next) = ledger.Rows(query, next, LinesAtOnce);
                looked += LinesAtOnce;
                foreach (LedgerEntry entry in rows.Select(r => r.Entry))
                {
                    Add(calls, requests, entry);
                }
            }
            while (next is not null);
            since = begin;
        }

        foreach ((CallKey key, RequestKey request) in requests.Take(MostOutcomes))
        {
            if (host.Read.Find(request)?.Settlement?.Outcome is { } outcome)
            {
                calls[key] = calls[key] with { Succeeded = outcome == Outcome.Succeeded };
            }
        }

        return ([.. calls.Values.OrderBy(c => c.At)], since);
    }

    private static void Add(Dictionary<CallKey, CallPast> calls, Dictionary<CallKey, RequestKey> requests, LedgerEntry entry)
    {
        CostLine line = entry.Line;
        bool input = IsOf(line.Resource, "tokens.input");
        bool output = IsOf(line.Resource, "tokens.output");
        if (line.Model is not { } model || !(input || output || line.Resource == "llm.calls"))
        {
            return;
        }

        CallKey key = CallKey.Of(entry, model);
        CallPast call = calls.GetValueOrDefault(key) ?? new CallPast(line.From, entry.Owner, model, 0, 0)
        {
            Prompt = entry.Labels["prompt"],
            Run = entry.Labels["run"],
            Lane = line.Lane,
            Succeeded = entry.Labels["outcome"] switch { "succeeded" => true, "failed" => false, _ => null },
        };
        double cost = SavingsMoney.Units(line.Cost);
        double tokens = line.Kind == LineKind.Usage ? (double)line.Consumed.Millionths / Millionths : 0;
        bool fee = line.Kind == LineKind.Minimum || !(input || output);
        calls[key] = call with
        {
            At = line.From < call.At ? line.From : call.At,
            Input = call.Input + (input ? tokens : 0),
            Output = call.Output + (output ? tokens : 0),
            Fee = call.Fee + (fee ? cost : 0),
            InputCost = call.InputCost + (input && !fee ? cost : 0),
            OutputCost = call.OutputCost + (output && !fee ? cost : 0),
        };
        if (entry.Request is { } request)
        {
            requests[key] = new RequestKey(entry.Owner.Tenant, request);
        }
    }

    private static bool IsOf(string resource, string whole) => resource == whole || (resource.StartsWith(whole, StringComparison.Ordinal) && resource[whole.Length] == '.');

    // What tells calls apart.
    private readonly record struct CallKey(string Tenant, string Call, long At, string Model)
    {
        public static CallKey Of(LedgerEntry entry, string model)
        {
            string tenant = entry.Owner.Tenant;
            return entry.Lease is { } lease ? new(tenant, $"lease {lease}", 0, model)
                : entry.Record is { } record && record.StartsWith(Spans, StringComparison.Ordinal) && record.LastIndexOf(':') is var colon ? new(tenant, record[..colon], 0, model)
                : new(tenant, $"{entry.Owner}\n{entry.Labels["prompt"]}\n{entry.Labels["run"]}", entry.Line.From.Milliseconds, model);
        }
    }
}
