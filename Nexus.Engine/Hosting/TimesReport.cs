using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>Percentiles of the Measured kinds by a dimension, over the requests in memory.</summary>
/// <param name="Groups">The groups, the one with the most requests first.</param>
/// <param name="LeftOut">How many groups there are beyond <see cref="MostGroups"/>.</param>
public sealed record TimesReport(IReadOnlyList<TimesGroup> Groups, int LeftOut)
{
    /// <summary>The most groups in a report.</summary>
    public const int MostGroups = 1_000;

    internal static TimesReport Of(RequestIndex index, Configuration configuration, TimesQuery query)
    {
        Dictionary<string, Observed> groups = new(StringComparer.Ordinal);
        Dictionary<(string Tenant, string Run), RunSpan> runs = [];
        IEnumerable<RequestSlot> ended = index.Ended.NewestFirst(query.Before)
            .SkipWhile(s => s.Current.EndedAt >= query.Before)
            .TakeWhile(s => query.From is not { } from || s.Current.EndedAt >= from);
        foreach (RequestSlot slot in ended.Concat(index.Running))
        {
            Add(slot.Current, configuration, query, groups, runs);
        }

        foreach (Request waits in runs.Count == 0 ? [] : index.Waiting.Select(s => s.Current))
        {
            if (waits.Labels["run"] is { } label && runs.TryGetValue((waits.Key.Tenant, label), out RunSpan? open))
            {
                open.GoesOn();
            }
        }

        foreach (RunSpan run in runs.Values.Where(r => r.IsOver))
        {
            groups[run.Group].Workflow.Add(run.Last - run.First);
        }

        TimesGroup[] largest = [.. groups.Select(g => g.Value.ToGroup(g.Key)).Where(g => g.Times.Count > 0).OrderByDescending(g => g.Requests).ThenBy(g => g.Name, StringComparer.Ordinal)];
        return new TimesReport([.. largest.Take(MostGroups)], Math.Max(0, largest.Length - MostGroups));
    }

    private static void Add(Request request, Configuration configuration, TimesQuery query, Dictionary<string, Observed> groups, Dictionary<(string, string), RunSpan> runs)
    {
        if (request.Lease is not { } lease || !request.Owner.IsWithin(query.Within) || (query.Owner is not null && !request.Owner.IsWithin(query.Owner)))
        {
            return;
        }

        string? first = null;
        foreach (string name in query.GroupBy.GroupsOf(request, configuration))
        {
            first ??= name;
            if (!groups.TryGetValue(name, out Observed? group))
            {
                group = groups[name] = new Observed();
            }

            group.Queue.Add(lease.GrantedAt - request.SubmittedAt);
            if (request.EndedAt is { } ended)
            {
                group.Latency.Add(ended - request.SubmittedAt);
                group.Processing.Add(request.Settlement?.Held ?? ended - lease.GrantedAt);
            }
        }

        if (request.Labels["run"] is { } run)
        {
            if (!runs.TryGetValue((request.Key.Tenant, run), out RunSpan? span))
            {
                span = runs[(request.Key.Tenant, run)] = new RunSpan(first!, request.SubmittedAt);
            }

            span.Add(request);
        }
    }

    private sealed class Observed
    {
        public List<TimeSpan> Queue { get; } = [];

        public List<TimeSpan> Processing { get; } = [];

        public List<TimeSpan> Latency { get; } = [];

        public List<TimeSpan> Workflow { get; } = [];

        public TimesGroup ToGroup(string name)
        {
            (string Kind, List<TimeSpan> Times)[] kinds = [("time.queue", Queue), ("time.processing", Processing), ("time.latency", Latency), ("time.workflow", Workflow)];
            return new(name, Queue.Count, kinds.Where(k => k.Times.Count > 0).ToDictionary(k => k.Kind, k => Percentiles.Of(k.Times), StringComparer.Ordinal));
        }
    }

    // From the first submission to the last end of what carries one run's label; it is over when nothing of it runs or waits.
    private sealed class RunSpan(string group, Instant first)
    {
        public string Group { get; } = group;

        public Instant First { get; private set; } = first;

        public Instant Last { get; private set; }

        public bool IsOver { get; private set; } = true;

        // Something of it waits yet.
        public void GoesOn() => IsOver = false;

        public void Add(Request request)
        {
            First = request.SubmittedAt < First ? request.SubmittedAt : First;
            IsOver &= request.HasEnded;
            Last = request.EndedAt is { } ended && ended > Last ? ended : Last;
        }
    }
}

/// <summary>The times of one group.</summary>
/// <param name="Name">The group's name; empty for all together, and for what has none of the dimension.</param>
/// <param name="Requests">How many grants were observed.</param>
/// <param name="Times">By Measured kind; kinds not observed are left out.</param>
public sealed record TimesGroup(string Name, int Requests, IReadOnlyDictionary<string, Percentiles> Times);

/// <summary>How times are spread: each percentile is a time that was observed (nearest rank).</summary>
/// <param name="Count">How many were observed.</param>
/// <param name="Mean">The mean.</param>
/// <param name="P50">Half took at most this.</param>
/// <param name="P90">90 % took at most this.</param>
/// <param name="P95">95 % took at most this.</param>
/// <param name="P99">99 % took at most this.</param>
/// <param name="Max">The longest.</param>
public sealed record Percentiles(int Count, TimeSpan Mean, TimeSpan P50, TimeSpan P90, TimeSpan P95, TimeSpan P99, TimeSpan Max)
{
    /// <summary>The percentiles of some times; at least one.</summary>
    public static Percentiles Of(IReadOnlyCollection<TimeSpan> times)
    {
        ArgumentNullException.ThrowIfNull(times);
        if (times.Count == 0)
        {
            throw new ArgumentException("at least one time is needed", nameof(times));
        }

        TimeSpan[] sorted = [.. times];
        Array.Sort(sorted);
        Int128 sum = 0;
        foreach (TimeSpan time in sorted)
        {
            sum += time.Ticks;
        }

        TimeSpan At(int percent) => sorted[(int)((((long)sorted.Length * percent) + 99) / 100) - 1];
        return new(sorted.Length, new TimeSpan((long)(sum / sorted.Length)), At(50), At(90), At(95), At(99), sorted[^1]);
    }
}
