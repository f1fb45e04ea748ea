using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Costs.Otlp;

/// <summary>Spans of instrumented agents as reported use: what they used goes the way of <c>POST /usage</c>, once by the ids of trace and span.</summary>
internal sealed class OtlpService(EngineHost host, UsageService usage, SpanMapping mapping, OtlpMeters meters)
{
    private const int MostRecords = 1_000;
    private const int MostReasons = 3;

    /// <summary>Which attributes of a span are read.</summary>
    public SpanMapping Mapping => mapping;

    /// <summary>Why a caller may not; null where it may. Asked before anything is read.</summary>
    public static Problem? Refused(Caller caller) => caller.Allows(Scope.Usage) ? null : Problem.MissingScope(Scope.Usage, caller);

    /// <summary>Takes what spans say was used, each for itself.</summary>
    public async Task<Result<SpansTaken>> TakeAsync(Caller caller, IReadOnlyList<OtlpSpan> spans, CancellationToken cancellation)
    {
        SpanReading reading = new(mapping, host.Read.Configuration.Prices, caller.Path);
        SpanFate[] fates = new SpanFate[spans.Count];
        List<UsageBody> records = [];
        List<int> spanOf = [];
        for (int i = 0; i < fates.Length; i++)
        {
            IReadOnlyList<UsageBody> used = reading.Read(spans[i], out string? fault);
            records.AddRange(used);
            spanOf.AddRange(Enumerable.Repeat(i, used.Count));
            fates[i] = fault is null ? default : new SpanFate(SpanResult.Rejected, fault);
        }

        for (int from = 0; from < records.Count; from += MostRecords)
        {
            List<UsageBody> batch = records.GetRange(from, Math.Min(MostRecords, records.Count - from));
            Result<UsageAnswer> answer = await usage.RecordAsync(caller, batch, cancellation);
            if (answer.Problem is { } problem)
            {
                return problem;
            }

            for (int i = 0; i < batch.Count; i++)
            {
                ref SpanFate fate = ref fates[spanOf[from + i]];
                fate = fate.And(answer.Value!.Items[i]);
            }
        }

        return Tell(spans, fates);
    }

    private SpansTaken Tell(IReadOnlyList<OtlpSpan> spans, SpanFate[] fates)
    {
        foreach (IGrouping<SpanResult, SpanFate> same in fates.GroupBy(f => f.Result))
        {
            meters.Count(same.Key.ToString().ToLowerInvariant(), same.Count());
        }

        int[] rejected = [.. Enumerable.Range(0, fates.Length).Where(i => fates[i].Result == SpanResult.Rejected)];
        if (rejected.Length == 0)
        {
            return new SpansTaken(0, null);
        }

        string reasons = string.Join("; ", rejected.Take(MostReasons).Select(i => $"{spans[i].Name}: {fates[i].Fault}"));
        return new SpansTaken(rejected.Length, rejected.Length > MostReasons ? $"{reasons}; and {rejected.Length - MostReasons} more" : reasons);
    }

    private enum SpanResult
    {
        Ignored,
        Duplicate,
        Recorded,
        Rejected,
    }

    // What became of a span is the greatest of what became of its records.
    private readonly record struct SpanFate(SpanResult Result, string? Fault = null)
    {
        public SpanFate And(UsageItem item)
        {
            SpanResult result = item.Status switch { UsageStatus.Accepted => SpanResult.Recorded, UsageStatus.Duplicate => SpanResult.Duplicate, _ => SpanResult.Rejected };
            return new SpanFate((SpanResult)Math.Max((int)Result, (int)result), Fault ?? item.Error);
        }
    }
}

/// <summary>What became of spans.</summary>
/// <param name="Rejected">How many could not be taken; spans of no kind that is counted are not among them.</param>
/// <param name="Why">What is wrong with the first of them; null where there is none.</param>
internal sealed record SpansTaken(int Rejected, string? Why);
