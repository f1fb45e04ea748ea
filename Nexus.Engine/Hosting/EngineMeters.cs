using System.Diagnostics.Metrics;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>What the engine tells whoever measures it (System.Diagnostics.Metrics, meter <c>Nexus.Engine</c>), and the few figures that the pages show of it.</summary>
public sealed class EngineMeters : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Nexus.Engine";

    // Where whoever collects them keeps counts by bucket: fine where a commit and an answer belong, and up to what would be an outage.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries =
        [
            0.0001, 0.0002, 0.0003, 0.0004, 0.0005, 0.00075, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
        ],
    };

    private static readonly InstrumentAdvice<int> Commands = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096] };

    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly Counter<long> _decisions;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _commitTime;
    private readonly Histogram<double> _admissionTime;
    private readonly Counter<long> _failures;
    private readonly RollingHistogram _lastMinute = new(TimeSpan.FromSeconds(5), 12);
    private readonly RollingHistogram _lastHour = new(TimeSpan.FromMinutes(1), 60);
    private long _decided;
    private long _refused;

    /// <summary>Sets up the instruments.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="factory">Makes the meter; null: one of its own.</param>
    public EngineMeters(TimeProvider time, IMeterFactory? factory = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        (_time, _origin) = (time, time.GetTimestamp());
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _decisions = _meter.CreateCounter<long>("nexus.engine.decisions", "{decision}", "Decisions on requests and leases, by outcome.");
        _batchSize = _meter.CreateHistogram<int>("nexus.engine.batch.size", "{command}", "Commands committed together.", advice: Commands);
        _commitTime = _meter.CreateHistogram<double>("nexus.engine.commit.duration", "s", "How long a commit took.", advice: Seconds);
        _admissionTime = _meter.CreateHistogram<double>("nexus.engine.admission.duration", "s", "From a caller's question to its answer, commit included.", advice: Seconds);
        _failures = _meter.CreateCounter<long>("nexus.engine.commit.failures", "{failure}", "Commits that failed.");
    }

    /// <summary>How many submissions were decided since the start.</summary>
    public long Decided => Volatile.Read(ref _decided);

    /// <summary>How many of them were refused.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>From question to answer, 99 % of the last minute; null when nobody asked.</summary>
    public TimeSpan? AdmissionP99LastMinute => _lastMinute.Percentile(0.99, Elapsed);

    /// <summary>From question to answer, a share of the last hour; null when nobody asked.</summary>
    public TimeSpan? AdmissionLastHour(double share) => _lastHour.Percentile(share, Elapsed);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal TimeSpan Elapsed => _time.GetElapsedTime(_origin);

    /// <summary>Shows what can be looked up at any moment.</summary>
    internal void Observe(ReadModel read, Func<int> channelDepth)
    {
        _meter.CreateObservableGauge("nexus.engine.channel.depth", channelDepth, "{caller}", "Callers that wait to be decided.");
        _meter.CreateObservableGauge("nexus.engine.waiters", () => read.Waiters, "{call}", "Calls that wait for news.");
        _meter.CreateObservableGauge("nexus.engine.queue.length", () => ByClass(read, c => c.WaitingByClass), "{request}", "Requests that wait, by class.");
        _meter.CreateObservableGauge("nexus.engine.running", () => ByClass(read, c => c.RunningByClass), "{request}", "Requests that hold a lease, by class.");
        _meter.CreateObservableGauge("nexus.engine.pool.used", () => ByMeter(read, Used), null, "What is used of a pool, in the kind's unit: what grants hold, or what is out of the bucket.");
        _meter.CreateObservableGauge("nexus.engine.pool.capacity", () => ByMeter(read, static (m, _) => m.Supply.Amount), null, "What a pool has, in the kind's unit: its capacity, or its bucket's size.");
        _meter.CreateObservableGauge("nexus.engine.pool.waiting", () => read.Pools.Select(p => new Measurement<int>(read.WaitingIn(p.Name), Tag("pool", p.Name))), "{request}", "Requests that wait at home in a pool.");
        _meter.CreateObservableGauge("nexus.engine.pool.health", () => ByHealth(read), null, "How a pool does whose grants' outcomes count: 0 healthy, 1 open, 2 probing, 3 recovering.");
        _meter.CreateObservableCounter("nexus.engine.events", () => read.Sequence, "{event}", "Events in the journal.");
    }

    internal void Count(Command command, Reply reply)
    {
        string? outcome = (command, reply) switch
        {
            (_, Fault) => "fault",
            (Submit { DryRun: true }, _) => null,
            (_, RequestReply { Duplicate: true }) => "duplicate",
            (Submit, RequestReply answer) => answer.Request.Status switch { RequestStatus.Allocated => "allocated", RequestStatus.Queued => "queued", RequestStatus.Reserved => "reserved", _ => "rejected" },
            (Renew, RequestReply answer) => answer.Refusal is null ? "renewed" : "extension_refused",
            (Release, ReleaseReply { Late: true }) => "released_late",
            (Release, _) => "released",
            (Cancel, _) => "cancelled",
            _ => null,
        };
        if (outcome is null)
        {
            return;
        }

        _decisions.Add(1, Tag("outcome", outcome));
        if (command is Submit && outcome is "allocated" or "queued" or "rejected")
        {
            Volatile.Write(ref _decided, _decided + 1);
            Volatile.Write(ref _refused, _refused + (outcome == "rejected" ? 1 : 0));
        }
    }

    internal void Answered(long queuedAt, long now, TimeSpan elapsed)
    {
        TimeSpan took = _time.GetElapsedTime(queuedAt, now);
        _lastMinute.Record(took, elapsed);
        _lastHour.Record(took, elapsed);
        _admissionTime.Record(took.TotalSeconds);
    }

    internal void Committed(int commands, TimeSpan took)
    {
        _batchSize.Record(commands);
        _commitTime.Record(took.TotalSeconds);
    }

    internal void Failed() => _failures.Add(1);

    /// <summary>What is used of a meter: what grants hold, or what is out of the bucket, debt included.</summary>
    internal static Quantity Used(MeterState meter, Instant now) => meter.Behaviour switch
    {
        ResourceBehaviour.Held => meter.Used,
        ResourceBehaviour.Metered => Tally.Sum(meter.Supply.Amount.Thousandths - meter.LevelAt(now)),
        _ => Quantity.Zero,
    };

    private static IEnumerable<Measurement<int>> ByClass(ReadModel read, Func<Counts, IReadOnlyDictionary<string, int>> of)
    {
        IReadOnlyDictionary<string, int> counts = of(read.Counts);
        return read.Configuration.Classes.Select(c => new Measurement<int>(counts.GetValueOrDefault(c.Name), Tag("class", c.Name)));
    }

    private static IEnumerable<Measurement<double>> ByMeter(ReadModel read, Func<MeterState, Instant, Quantity> of)
    {
        Instant now = read.Now;
        return read.Pools.SelectMany(p => p.Meters
            .Where(m => m.Behaviour != ResourceBehaviour.Limit)
            .Select(m => new Measurement<double>((double)of(m, now).Units, Tag("pool", p.Name), Tag("kind", m.Supply.Kind))));
    }

    private static IEnumerable<Measurement<int>> ByHealth(ReadModel read) =>
        read.Pools.Where(p => p.Health is not null).Select(p => new Measurement<int>((int)p.Health!.Status, Tag("pool", p.Name)));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
