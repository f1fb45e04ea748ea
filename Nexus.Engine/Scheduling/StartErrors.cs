using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>How far real waits were from estimated ones: what the interval beside an estimate is learned from.</summary>
/// <remarks>
/// <para>Conformal prediction (Vovk, Gammerman and Shafer, 2005): the shortest span of ratios, actual wait ÷ estimated wait, that holds the promised share of the newest, scales the next estimate.
/// Waits change their character as load does, so the share that is looked for follows what was kept: a little up with each interval that failed, a little down with each that held
/// (adaptive conformal inference; Gibbs and Candès, 2021). Ratios are kept apart by basis and by how far ahead the estimate looked; until there are enough as far ahead, all of the basis serve.</para>
/// <para>One thread learns, any reads. In memory and bounded; it depends on the order of the scores alone.</para>
/// </remarks>
internal sealed class StartErrors
{
    /// <summary>With fewer ratios than this the estimate keeps the interval that it came with.</summary>
    public const int Fewest = 50;

    private const double Promised = (double)Explanation.PromisedShare;
    private const int MostKept = 256;
    private const double AdaptedBy = 0.02;
    private const double LeastShare = 0.5;
    private const double MostShare = 0.99;

    private static readonly TimeSpan[] Horizons = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1)];

    private readonly Ratios[] _ratios = [.. Enum.GetValues<EstimateBasis>().SelectMany(_ => Horizons.Append(TimeSpan.MaxValue)).Select(_ => new Ratios())];
    private readonly Ratios[] _all = [.. Enum.GetValues<EstimateBasis>().Select(_ => new Ratios())];

    /// <summary>An estimate came true or did not.</summary>
    /// <param name="basis">What it came from.</param>
    /// <param name="estimated">The wait that was estimated; of none nothing can be learned.</param>
    /// <param name="actual">The wait that it was.</param>
    /// <param name="learned">True when the interval shown with it was learned here.</param>
    /// <param name="kept">True when the start lay in it.</param>
    public void Learn(EstimateBasis basis, TimeSpan estimated, TimeSpan actual, bool learned, bool kept)
    {
        if (estimated > TimeSpan.Zero)
        {
            double ratio = actual / estimated;
            Of(basis, estimated).Add(ratio, learned ? kept : null);
            _all[(int)basis].Add(ratio, learned ? kept : null);
        }
    }

    /// <summary>The interval for an estimate, or null where too little is known of its like.</summary>
    public StartInterval? Between(EstimateBasis basis, Instant now, Instant at)
    {
        TimeSpan estimated = at - now;
        if (estimated <= TimeSpan.Zero || (Of(basis, estimated).Span() ?? _all[(int)basis].Span()) is not { } span)
        {
            return null;
        }

        double milliseconds = estimated.TotalMilliseconds;
        return new(After(now, Math.Floor(milliseconds * span.Low)), After(now, Math.Ceiling(milliseconds * span.High)));

        // However far off the like of it were, it is a date.
        static Instant After(Instant now, double milliseconds) => now + TimeSpan.FromMilliseconds(Math.Min(milliseconds, TimeSpan.FromDays(3_660).TotalMilliseconds));
    }

    private Ratios Of(EstimateBasis basis, TimeSpan estimated) => _ratios[((int)basis * (Horizons.Length + 1)) + Horizons.Count(h => estimated >= h)];

    private sealed class Ratios
    {
        private readonly double[] _newest = new double[MostKept];
        private double _share = Promised;
        private int _count;

        public void Add(double ratio, bool? kept)
        {
            if (kept is { } held)
            {
                Volatile.Write(ref _share, Math.Clamp(_share + (AdaptedBy * (Promised - (held ? 1 : 0))), LeastShare, MostShare));
            }

            Volatile.Write(ref _newest[_count % MostKept], ratio);
            Volatile.Write(ref _count, _count + 1);
        }

        public (double Low, double High)? Span()
        {
            int count = Math.Min(MostKept, Volatile.Read(ref _count));
            if (count < Fewest)
            {
                return null;
            }

            double[] sorted = _newest[..count];
            Array.Sort(sorted);
            int held = Math.Min(count, (int)Math.Ceiling(Volatile.Read(ref _share) * (count + 1)));
            int first = 0;
            for (int i = 1; i + held <= count; i++)
            {
                first = sorted[i + held - 1] - sorted[i] < sorted[first + held - 1] - sorted[first] ? i : first;
            }

            return (sorted[first], sorted[first + held - 1]);
        }
    }
}
