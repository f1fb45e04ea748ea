using System.Collections.Concurrent;
using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Features.Overview;

/// <summary>What is spent today within a path, read from the ledger at most once a minute for all who look.</summary>
internal sealed class SpendToday(EngineHost host, TimeProvider time)
{
    private const int MostPaths = 256;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    private readonly ConcurrentDictionary<OwnerPath, Kept> _kept = [];

    /// <summary>As it was last read; null until it was. It is read beside who asks.</summary>
    public Spending? Of(OwnerPath path)
    {
        if (_kept.Count > MostPaths)
        {
            _kept.Clear();
        }

        Kept kept = _kept.GetOrAdd(path, static _ => new Kept());
        if ((kept.ReadAt is not { } at || time.GetElapsedTime(at) >= Fresh) && Interlocked.CompareExchange(ref kept.Reading, 1, 0) == 0)
        {
            _ = Task.Run(() => Read(path, kept));
        }

        return kept.Spending;
    }

    /// <summary>Reads what a path spent since yesterday began.</summary>
    internal Spending? Read(OwnerPath path)
    {
        if (host.Journal?.Ledger is not { } ledger)
        {
            return null;
        }

        Instant now = host.Now;
        Instant today = CostSteps.Of(CostInterval.Day, now);
        Instant yesterday = today - TimeSpan.FromDays(1);
        CostReport report = ledger.Report(new CostQuery(yesterday, now + TimeSpan.FromMilliseconds(1)) { Within = path, Interval = CostInterval.Hour });
        Money spent = default;
        Money before = default;
        double[] hours = new double[(int)((now - yesterday) / TimeSpan.FromHours(1)) + 1];
        foreach (CostPoint point in report.Series)
        {
            hours[(int)((point.Start - yesterday) / TimeSpan.FromHours(1))] += (double)point.Sum.Cost.Picos / 1e12;
            (spent, before) = point.Start >= today ? (spent + point.Sum.Cost, before)
                : point.Start + TimeSpan.FromDays(1) < CostSteps.Of(CostInterval.Hour, now) ? (spent, before + point.Sum.Cost) : (spent, before);
        }

        Money month = ledger.Report(new CostQuery(now - Month, now + TimeSpan.FromMilliseconds(1)) { Within = path }).Total.Cost;
        return new Spending(spent, before, hours) { Last30Days = month };
    }

    private void Read(OwnerPath path, Kept kept)
    {
        try
        {
            kept.Spending = Read(path) ?? kept.Spending;
        }
        catch (JournalException)
        {
            // What was read last is shown on; the page of the costs says what is wrong.
        }
        finally
        {
            kept.ReadAt = time.GetTimestamp();
            Volatile.Write(ref kept.Reading, 0);
        }
    }

    /// <summary>What a path spends.</summary>
    /// <param name="Today">Since the day of UTC began.</param>
    /// <param name="YesterdayByNow">Yesterday up to the hour that it is now.</param>
    /// <param name="ByHour">Since yesterday began, by the hour.</param>
    internal sealed record Spending(Money Today, Money YesterdayByNow, IReadOnlyList<double> ByHour)
    {
        /// <summary>In the last thirty days.</summary>
        public Money Last30Days { get; init; }
    }

    private sealed class Kept
    {
        public int Reading;

        public long? ReadAt { get; set; }

        public Spending? Spending { get; set; }
    }
}
