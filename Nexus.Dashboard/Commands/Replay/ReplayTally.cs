using System.Globalization;
using HdrHistogram;

namespace Nexus.Dashboard.Commands.Replay;

/// <summary>How a request's wait for its grant ended.</summary>
internal enum ReplayOutcome
{
    Allocated,
    QueuedThenAllocated,
    Reserved,
    Rejected,
    Expired,
    Cancelled,
    Error,
}

/// <summary>Counts and times of a replay; safe to use from every thread, the lock is held for well under a microsecond.</summary>
internal sealed class ReplayTally
{
    /// <summary>Different faults that are remembered with their numbers; the rest are one line.</summary>
    private const int MaxFaults = 20;

    private const string OtherFaults = "other faults";

    private readonly Lock _lock = new();
    private readonly long[] _outcomes = new long[Enum.GetValues<ReplayOutcome>().Length];
    private readonly LongHistogram _latency = Histogram();
    private readonly LongHistogram _releaseLatency = Histogram();
    private readonly SortedDictionary<string, LongHistogram> _admissions = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, decimal> _settled = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _faults = new(StringComparer.Ordinal);
    private long _sent;
    private long _released;
    private long _preemptions;
    private long _retries;
    private long _reconnections;
    private decimal _cost;
    private string? _currency;

    /// <summary>Requests sent so far.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Requests that have come to their end.</summary>
    public long Ended
    {
        get
        {
            lock (_lock)
            {
                return _released + Refused + Count(ReplayOutcome.Error);
            }
        }
    }

    /// <summary>Faults, the most frequent first.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Faults
    {
        get
        {
            lock (_lock)
            {
                return [.. _faults.OrderByDescending(fault => fault.Value)];
            }
        }
    }

    public void Submitted() => Interlocked.Increment(ref _sent);

    /// <summary>A grant was ended for others; its request starts again.</summary>
    public void Preempted() => Interlocked.Increment(ref _preemptions);

    public void Retried() => Interlocked.Increment(ref _retries);

    public void Reconnected() => Interlocked.Increment(ref _reconnections);

    public void Answered(TimeSpan sinceDue)
    {
        lock (_lock)
        {
            _latency.RecordValue(Microseconds(sinceDue));
        }
    }

    public void Granted(ReplayOutcome how, string priority, TimeSpan sinceDue)
    {
        lock (_lock)
        {
            _outcomes[(int)how]++;
            if (!_admissions.TryGetValue(priority, out LongHistogram? histogram))
            {
                _admissions.Add(priority, histogram = Histogram());
            }

            histogram.RecordValue(Microseconds(sinceDue));
        }
    }

    public void NotGranted(ReplayOutcome how)
    {
        lock (_lock)
        {
            _outcomes[(int)how]++;
        }
    }

    public void Released(TimeSpan sinceDue, ReleaseAnswer answer)
    {
        lock (_lock)
        {
            _released++;
            _releaseLatency.RecordValue(Microseconds(sinceDue));
            foreach ((string kind, decimal amount) in answer.Usage ?? [])
            {
                _settled[kind] = _settled.GetValueOrDefault(kind) + amount;
            }

            if (answer.Cost is { } cost)
            {
                _cost += decimal.Parse(cost.Amount, CultureInfo.InvariantCulture);
                _currency = cost.Currency;
            }
        }
    }

    /// <summary>A request was not decided.</summary>
    public void Failed(string fault)
    {
        lock (_lock)
        {
            _outcomes[(int)ReplayOutcome.Error]++;
            Remember(fault);
        }
    }

    /// <summary>A request was granted as <paramref name="how"/>, and its release failed: it counts as an error instead.</summary>
    public void FailedAfterGrant(ReplayOutcome how, string fault)
    {
        lock (_lock)
        {
            _outcomes[(int)how]--;
            _outcomes[(int)ReplayOutcome.Error]++;
            Remember(fault);
        }
    }

    /// <summary>One line for whoever watches.</summary>
    public string Describe()
    {
        lock (_lock)
        {
            long granted = Count(ReplayOutcome.Allocated) + Count(ReplayOutcome.QueuedThenAllocated) + Count(ReplayOutcome.Reserved);
            long waiting = Sent - granted - Refused - Count(ReplayOutcome.Error);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Sent:N0} sent, {waiting:N0} waiting, {granted - _released:N0} running, {_released:N0} released, {Refused:N0} refused, {Count(ReplayOutcome.Error):N0} errors");
        }
    }

    public ReplayReport Report(TimeSpan duration, bool interrupted)
    {
        lock (_lock)
        {
            return new(
                Sent,
                Count(ReplayOutcome.Allocated),
                Count(ReplayOutcome.QueuedThenAllocated),
                Count(ReplayOutcome.Reserved),
                Count(ReplayOutcome.Rejected),
                Count(ReplayOutcome.Expired),
                Count(ReplayOutcome.Cancelled),
                Count(ReplayOutcome.Error),
                new(_settled, StringComparer.Ordinal),
                _currency is null ? null : new(_cost.ToString(CultureInfo.InvariantCulture), _currency),
                Latency(_latency),
                Latency(_releaseLatency),
                new(_admissions.ToDictionary(a => a.Key, a => Admission(a.Value), StringComparer.Ordinal), StringComparer.Ordinal),
                Math.Round(duration.TotalSeconds, 3),
                Interlocked.Read(ref _preemptions),
                Interlocked.Read(ref _retries),
                Interlocked.Read(ref _reconnections),
                interrupted ? true : null);
        }
    }

    private long Refused => Count(ReplayOutcome.Rejected) + Count(ReplayOutcome.Expired) + Count(ReplayOutcome.Cancelled);

    private long Count(ReplayOutcome outcome) => _outcomes[(int)outcome];

    private void Remember(string fault)
    {
        string name = _faults.Count < MaxFaults || _faults.ContainsKey(fault) ? fault : OtherFaults;
        _faults[name] = _faults.GetValueOrDefault(name) + 1;
    }

    // Microseconds up to a day, three digits: 200 KB each, however many values.
    private static LongHistogram Histogram() => new(TimeSpan.TicksPerDay / TimeSpan.TicksPerMicrosecond, 3);

    private static long Microseconds(TimeSpan span) => Math.Clamp((long)span.TotalMicroseconds, 0, TimeSpan.TicksPerDay / TimeSpan.TicksPerMicrosecond);

    private static ReplayLatency Latency(LongHistogram histogram) => histogram.TotalCount == 0
        ? new(0, 0, 0)
        : new(histogram.GetValueAtPercentile(50) / 1000.0, histogram.GetValueAtPercentile(99) / 1000.0, histogram.GetMaxValue() / 1000.0);

    private static ReplayAdmission Admission(LongHistogram histogram) =>
        new(Math.Round(histogram.GetMean() / 1e6, 3), Math.Round(histogram.GetValueAtPercentile(95) / 1e6, 3));
}
