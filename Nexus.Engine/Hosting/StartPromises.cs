using System.Collections.Concurrent;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>The intervals in which it was said that waiting requests would start, and what came of them: an estimate is worth what its kind was worth so far.</summary>
/// <remarks>
/// Of each request the first interval counts, whether a reader was shown it or it was made for its own sake (<see cref="StartSampler"/>). One that ends without a start is not scored.
/// In memory: <see cref="MostOpen"/> that are open, the newest <see cref="MostScored"/> that were scored. The engine's thread scores, any may promise and read.
/// </remarks>
/// <param name="since">When it began to remember.</param>
internal sealed class StartPromises(Instant since)
{
    private const int MostScored = 10_000;
    private const int MostOpen = 10_000;
    private const int MostInRate = 1_000;

    private readonly ConcurrentDictionary<RequestKey, Promise> _open = new();
    private readonly StartErrors _errors = new();
    private readonly Rate[] _rates = [.. Enum.GetValues<EstimateBasis>().Select(_ => new Rate())];
    private readonly ScoredStart?[] _scored = new ScoredStart?[MostScored];
    private Request? _sampled;
    private int _opened;
    private int _count;

    private sealed record Promise(EstimateBasis Basis, Instant MadeAt, Instant Estimated, StartInterval Between, bool Learned);

    /// <summary>An explanation as its reader is told it: with the interval that past estimates of its kind teach, and how often those came true.</summary>
    public Explanation Tell(Explanation explanation, RequestIndex requests) => explanation.StartsBetween is not { } own ? explanation : explanation with
    {
        StartsBetween = Make(requests, explanation.Request.Key, new Estimate(explanation.EstimatedStart, explanation.EstimateFrom, own), explanation.ComputedAt),
        HitRate = _rates[(int)explanation.EstimateFrom].Value,
    };

    /// <summary>Promises the start of the one that began to wait first since the last time, if it still waits: so that there is something to learn from, whoever looks.</summary>
    /// <param name="requests">The requests as they stand.</param>
    /// <param name="present">The world, where it is needed.</param>
    public void MakeOne(RequestIndex requests, Func<Present> present)
    {
        if (Interlocked.Exchange(ref _sampled, null) is { } chosen && requests.Find(chosen.Key) is { Status: RequestStatus.Queued } request)
        {
            Present now = present();
            if (Explainer.Start(request, now) is { At: not null } estimate)
            {
                Make(requests, request.Key, estimate, now.Now);
            }
        }
    }

    /// <summary>A request changed: one that started is scored, one that ended without is not.</summary>
    public void Changed(Request request, Configuration configuration)
    {
        if (request.Status == RequestStatus.Queued)
        {
            if (Volatile.Read(ref _sampled) is null && !request.Held && !_open.ContainsKey(request.Key))
            {
                Volatile.Write(ref _sampled, request);
            }

            return;
        }

        if (Volatile.Read(ref _opened) == 0 || !_open.TryRemove(request.Key, out Promise? promise))
        {
            return;
        }

        Interlocked.Decrement(ref _opened);
        if (request.Lease is not { } lease)
        {
            return;
        }

        ScoredStart scored = new(
            request.Key, request.Owner, Suppliers.HomeOf(lease, configuration.Kind), promise.Basis, promise.MadeAt, promise.Estimated, promise.Between, lease.GrantedAt);
        _errors.Learn(promise.Basis, promise.Estimated - promise.MadeAt, lease.GrantedAt - promise.MadeAt, promise.Learned, scored.Kept);
        _rates[(int)promise.Basis].Add(scored.Kept);
        Volatile.Write(ref _scored[_count % MostScored], scored);
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Forgets what is open: whoever waits now is read from the journal.</summary>
    public void Restart()
    {
        _open.Clear();
        Volatile.Write(ref _opened, 0);
    }

    /// <summary>How those held that came within a span and belong within a path.</summary>
    public StartCalibration Calibration(Instant? from, Instant? to, OwnerPath within)
    {
        ScoredStart[] all = [.. _scored.Select((_, i) => Volatile.Read(ref _scored[i])).OfType<ScoredStart>()];
        return StartCalibration.Of(
            all.Length < MostScored ? since : all.Min(s => s.StartedAt),
            [.. all.Where(s => !(s.StartedAt < from) && !(s.StartedAt >= to) && s.Owner.IsWithin(within))]);
    }

    private StartInterval Make(RequestIndex requests, RequestKey key, Estimate estimate, Instant now)
    {
        StartInterval? learned = _errors.Between(estimate.Basis, now, estimate.At!.Value);
        Promise promise = new(estimate.Basis, now, estimate.At.Value, learned ?? estimate.Between, learned is not null);
        if (Volatile.Read(ref _opened) < MostOpen && _open.TryAdd(key, promise))
        {
            Interlocked.Increment(ref _opened);
            if (requests.Find(key) is not { Status: RequestStatus.Queued } && _open.TryRemove(key, out _))
            {
                // It started while this was computed: its change was shown before the promise was there, and would never score it.
                Interlocked.Decrement(ref _opened);
            }
        }

        return promise.Between;
    }

    private sealed class Rate
    {
        private readonly bool[] _newest = new bool[MostInRate];
        private HitRate? _value;
        private int _count;

        public HitRate? Value => Volatile.Read(ref _value);

        public void Add(bool kept)
        {
            ref bool oldest = ref _newest[_count % MostInRate];
            int hits = (_value?.Hits ?? 0) + (kept ? 1 : 0) - (_count >= MostInRate && oldest ? 1 : 0);
            (oldest, _count) = (kept, _count + 1);
            Volatile.Write(ref _value, new HitRate(hits, Math.Min(_count, MostInRate)));
        }
    }
}

/// <summary>A promised start, and the start that came.</summary>
/// <param name="Request">Whose.</param>
/// <param name="Owner">The request's owner.</param>
/// <param name="Pool">The pool that granted it.</param>
/// <param name="Basis">What the estimate came from.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="Estimated">The start that was estimated.</param>
/// <param name="Between">The interval that was promised.</param>
/// <param name="StartedAt">The start.</param>
public sealed record ScoredStart(
    RequestKey Request, OwnerPath Owner, string Pool, EstimateBasis Basis, Instant MadeAt, Instant Estimated, StartInterval Between, Instant StartedAt)
{
    /// <summary>True when the start lay in the interval.</summary>
    public bool Kept => StartedAt >= Between.From && StartedAt <= Between.To;

    /// <summary>How much later than estimated it started; negative when earlier.</summary>
    public TimeSpan Error => StartedAt - Estimated;

    /// <summary>How far the start lay outside the interval; zero when it was kept.</summary>
    public TimeSpan Missed => StartedAt < Between.From ? Between.From - StartedAt : StartedAt > Between.To ? StartedAt - Between.To : TimeSpan.Zero;
}
