using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Queue;

/// <summary>The time line as hands and eyes have it: moments are places, bars are things that can be taken.</summary>
internal static class TimelineScene
{
    /// <summary>Text that matches a pattern, as assertions take it.</summary>
    public static Regex Text(string pattern) => new(pattern, RegexOptions.None, TimeSpan.FromSeconds(1));

    /// <summary>The drawing.</summary>
    public static ILocator Timeline(this Visitor visitor) => visitor.Main.Locator("[data-gantt]");

    /// <summary>What a request or reservation looks like on it.</summary>
    public static ILocator Bar(this Visitor visitor, string id) => visitor.Timeline().Locator($".gb[data-id='{id}']").First;

    /// <summary>The first and the last moment that are drawn.</summary>
    public static async Task<(double From, double To)> ShownAsync(this Visitor visitor)
    {
        await Assertions.Expect(visitor.Timeline()).ToHaveAttributeAsync("data-from", Text(@"^\d+$"));
        
        // Both at once: it may be drawn anew between two questions.
        double[] shown = await visitor.Timeline().EvaluateAsync<double[]>("e => [Number(e.dataset.from), Number(e.dataset.to)]");
        return (shown[0], shown[1]);
    }

    /// <summary>Presses at one place of a pool's lane, in minutes from now, and lets go at another.</summary>
    public static async Task DragAsync(this Visitor visitor, string pool, double fromMinutes, double toMinutes)
    {
        (double x, double y) = await PlaceAsync(visitor, pool, fromMinutes);
        await visitor.Page.Mouse.MoveAsync((float)x, (float)y);
        await visitor.Page.Mouse.DownAsync();
        (x, y) = await PlaceAsync(visitor, pool, toMinutes);
        await visitor.Page.Mouse.MoveAsync((float)x, (float)y, new() { Steps = 6 });
        await visitor.Page.Mouse.UpAsync();
    }

    /// <summary>Takes a bar by its middle and drops it so many minutes later.</summary>
    public static async Task DragBarAsync(this Visitor visitor, string id, double minutes)
    {
        LocatorBoundingBoxResult box = await BoxAsync(visitor.Bar(id));
        (double from, double to) = await visitor.ShownAsync();
        LocatorBoundingBoxResult lane = await BoxAsync(visitor.Timeline().Locator("[data-lane]").First);
        float distance = (float)(minutes * 60_000 / (to - from) * lane.Width);
        await visitor.Page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await visitor.Page.Mouse.DownAsync();
        await visitor.Page.Mouse.MoveAsync(box.X + (box.Width / 2) + distance, box.Y + (box.Height / 2), new() { Steps = 6 });
        await visitor.Page.Mouse.UpAsync();
    }

    /// <summary>Reserves GPUs of a pool from so many minutes from now on.</summary>
    public static Task<JsonElement> ReserveAsync(this NexusServer server, string id, string owner, string pool, decimal gpu, double fromMinutes, double minutes)
    {
        DateTimeOffset start = Minute(DateTimeOffset.UtcNow).AddMinutes(fromMinutes);
        return server.CallAsync(HttpMethod.Put, $"/api/v1/reservations/{id}", new { owner, pool, resources = new { gpu }, start, end = start.AddMinutes(minutes) });
    }

    /// <summary>From when to when something is reserved; null when there is no such reservation.</summary>
    public static async Task<(DateTimeOffset Start, DateTimeOffset End)?> ReservedAsync(this NexusServer server, string id) =>
        (await server.CallAsync(HttpMethod.Get, "/api/v1/reservations?limit=1000")).GetProperty("items").EnumerateArray().Where(r => r.GetProperty("id").GetString() == id)
            .Select(r => ((DateTimeOffset, DateTimeOffset)?)(r.GetProperty("start").GetDateTimeOffset(), r.GetProperty("end").GetDateTimeOffset())).FirstOrDefault();

    /// <summary>The reservations of a pool.</summary>
    public static async Task<IReadOnlyList<JsonElement>> ReservationsOfAsync(this NexusServer server, string pool) =>
        [.. (await server.CallAsync(HttpMethod.Get, "/api/v1/reservations?limit=1000")).GetProperty("items").EnumerateArray().Where(r => r.GetProperty("pool").GetString() == pool)];

    private static async Task<(double X, double Y)> PlaceAsync(Visitor visitor, string pool, double minutes)
    {
        (double from, double to) = await visitor.ShownAsync();
        LocatorBoundingBoxResult lane = await BoxAsync(visitor.Timeline().Locator($"[data-lane='{pool}']"));
        double at = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + (minutes * 60_000);
        return (lane.X + ((at - from) / (to - from) * lane.Width), lane.Y + (lane.Height * 0.9));
    }

    private static async Task<LocatorBoundingBoxResult> BoxAsync(ILocator of)
    {
        await Assertions.Expect(of).ToBeVisibleAsync();
        await of.ScrollIntoViewIfNeededAsync();
        return await of.BoundingBoxAsync() ?? throw new InvalidOperationException("it is not drawn");
    }

    private static DateTimeOffset Minute(DateTimeOffset at) => at.AddTicks(-(at.UtcTicks % TimeSpan.TicksPerMinute));
}
