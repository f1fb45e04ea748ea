using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Dashboard.Tests.Engine.Storage;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

/// <summary>What charts show of more than an hour: kept, summed up, thinned, and harmless when it fails.</summary>
public sealed class SeriesHistoryTests : IDisposable
{
    private static readonly Instant Start = Instant.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_point_is_read_back_as_it_was_written()
    {
        SeriesPoint point = Point(0, used: 3.5, waiting: 7) with { AdmissionP99 = TimeSpan.FromMilliseconds(4.2), DecisionsPerSecond = 12.5, Decided = 125, Refused = 3 };

        SeriesPoint read = SeriesCodec.Decode(SeriesCodec.Encode(point))!;

        Assert.Equal(point with { Kinds = [], Meters = [] }, read with { Kinds = [], Meters = [] });
        Assert.Equal(point.Kinds, read.Kinds);
        Assert.Equal(point.Meters, read.Meters);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 9, 1, 2, 3 })]
    [InlineData(new byte[] { 1, 1, 2, 3 })]
    public void What_cannot_be_read_is_a_gap_in_the_chart(byte[] bytes) => Assert.Null(SeriesCodec.Decode(bytes));

    [Fact]
    public void After_a_restart_the_last_hour_is_there_again()
    {
        using (SeriesHistory before = Opened(Start))
        {
            before.Keep([.. Enumerable.Range(0, 720).Select(n => Point(n))]);
        }

        using SeriesHistory after = new(() => SeriesStore.Open(_folder.Path, new SeriesOptions()), NullLogger.Instance);
        IReadOnlyList<SeriesPoint> kept = after.Open(At(719));

        Assert.Equal(At(719) - TimeSpan.FromHours(1), kept[0].At);
        Assert.Equal(At(719), kept[^1].At);
        Assert.Equal(361, kept.Count);
    }

    [Fact]
    public void A_day_is_shown_in_means_of_five_minutes_and_ends_with_what_was_sampled_last()
    {
        using SeriesHistory history = Opened(Start);
        // Two hours; in every five minutes half of the points hold 2, half 4.
        SeriesPoint[] sampled = [.. Enumerable.Range(0, 720).Select(n => Point(n, used: n % 2 == 0 ? 2 : 4))];
        history.Keep(sampled);

        IReadOnlyList<SeriesPoint> day = history.Over(TimeSpan.FromDays(1), sampled[^360..]);

        SeriesPoint[] means = [.. day.Where(p => p.Decided == 30)];
        Assert.Equal(23, means.Length);
        Assert.All(means, p => Assert.Equal(3m, p.Meters[0].Used.Units));
        Assert.All(day.Skip(23), p => Assert.Equal(1, p.Decided));
        Assert.Equal(sampled[^1].At, day[^1].At);
    }

    [Fact]
    public void A_month_is_shown_in_means_of_hours_that_a_restart_does_not_break()
    {
        SeriesPoint[] sampled = [.. Enumerable.Range(0, 1080).Select(n => Point(n))];
        using (SeriesHistory before = Opened(Start))
        {
            before.Keep(sampled[..500]);
        }

        using SeriesHistory history = new(() => SeriesStore.Open(_folder.Path, new SeriesOptions()), NullLogger.Instance);
        history.Open(At(499));
        history.Keep(sampled[500..]);

        IReadOnlyList<SeriesPoint> month = history.Over(TimeSpan.FromDays(30), sampled[^1..]);

        // The first two hours are closed; the third is still being lived.
        Assert.Equal([360L, 360L], month.Take(2).Select(p => p.Decided));
    }

    [Fact]
    public void However_long_the_range_a_chart_gets_no_more_points_than_it_can_show()
    {
        using SeriesHistory history = Opened(Start);
        SeriesPoint[] sampled = [.. Enumerable.Range(0, 2160).Select(n => Point(n, used: 5))];
        history.Keep(sampled);

        IReadOnlyList<SeriesPoint> shown = history.Over(TimeSpan.FromHours(6), sampled[^360..]);

        Assert.InRange(shown.Count, 300, SeriesHistory.MostPoints + 1);
        Assert.Equal(2160, shown.Sum(p => p.Decided));
        Assert.Equal(shown.OrderBy(p => p.At), shown);
    }

    [Fact]
    public void What_is_too_old_goes()
    {
        using SeriesHistory history = Opened(Start, new SeriesOptions { KeepRaw = TimeSpan.FromHours(1) });
        history.Keep([.. Enumerable.Range(0, 720).Select(n => Point(n))]);

        using SeriesStore store = SeriesStore.Open(_folder.Path, new SeriesOptions());
        Assert.Equal(361, store.From(SeriesStep.Raw, 0).Count);
        Assert.Equal(23, store.From(SeriesStep.FiveMinutes, 0).Count);
    }

    [Fact]
    public void A_disk_that_refuses_costs_the_past_alone_and_is_tried_again()
    {
        bool refuses = true;
        using SeriesHistory history = new(() => refuses ? throw new IOException("No space left") : SeriesStore.Open(_folder.Path, new SeriesOptions()), NullLogger.Instance);
        SeriesPoint[] sampled = [.. Enumerable.Range(0, 720).Select(n => Point(n))];

        Assert.Empty(history.Open(Start));
        history.Keep(sampled[..300]);
        Assert.Equal(300, history.Over(TimeSpan.FromDays(1), sampled[..300]).Count);

        refuses = false;
        history.Keep(sampled[..301]);
        using SeriesStore store = SeriesStore.Open(_folder.Path, new SeriesOptions());
        Assert.Equal(301, store.From(SeriesStep.Raw, 0).Count);
        Assert.Equal(10, store.From(SeriesStep.FiveMinutes, 0).Count);
    }

    [Fact]
    public void Its_file_is_its_owners_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using SeriesHistory history = Opened(Start);
        history.Keep([Point(0)]);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(System.IO.Path.Combine(_folder.Path, SeriesStore.FileName)));
    }

    private SeriesHistory Opened(Instant now, SeriesOptions? options = null)
    {
        SeriesHistory history = new(() => SeriesStore.Open(_folder.Path, options ?? new SeriesOptions()), NullLogger.Instance);
        history.Open(now);
        return history;
    }

    private static Instant At(int n) => Start + (n * LiveSeries.Interval);

    private static SeriesPoint Point(int n, double used = 1, int waiting = 0) => new(
        At(n), waiting, 2, 0.1, 1, 0, null, [new KindPoint("gpu", Scene.Amount(used), Scene.Amount(8), Quantity.Zero)], [new MeterPoint("gpus", "gpu", Scene.Amount(used), Scene.Amount(8))]);
}
