namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>Deadlines and reservations through the real program's API.</summary>
public sealed class BookingApiTests(ApiServer server)
{
    [Fact]
    public async Task A_deadline_books_a_start_and_says_when()
    {
        string pool = await PoolAsync(4);
        ApiAnswer first = (await AskAsync(pool, "g1", 4, """, "duration": "PT10M" """)).Is(201);

        ApiAnswer booked = (await AskAsync(pool, "g2", 4, $$""", "duration": "PT5M", "deadline": "{{At(20)}}" """)).Is(201);
        ApiAnswer late = (await AskAsync(pool, "g3", 4, $$""", "duration": "PT10M", "deadline": "{{At(20)}}" """)).Is(200);

        Assert.Equal(("allocated", "reserved", "rejected"), (first["status"], booked["status"], late["status"]));
        Assert.Equal(Time(first["lease.grantedAt"]) + TimeSpan.FromMinutes(10), Time(booked["startsAt"]));
        Assert.Equal("deadlineOutOfReach", late["explanation.code"]);
        Assert.Equal("4", (await server.Admin.GetAsync($"/api/v1/pools/{pool}"))["state.gpu.booked"]);
        Assert.Contains($"{pool}-g2", (await server.Admin.GetAsync($"/api/v1/requests?status=reserved&pool={pool}")).Is(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_waits_for_news_of_a_booking_learns_of_its_end()
    {
        string pool = await PoolAsync(1);
        await AskAsync(pool, "g1", 1, """, "duration": "PT10M" """);
        await AskAsync(pool, "g2", 1, $$""", "duration": "PT5M", "deadline": "{{At(20)}}" """);
        Task<ApiAnswer> news = server.Admin.GetAsync($"/api/v1/requests/{pool}-g2?wait=PT30S");

        await server.Admin.PostAsync($"/api/v1/requests/{pool}-g2/cancel", "");

        Assert.Equal("cancelled", (await news)["status"]);
    }

    [Fact]
    public async Task A_reservation_holds_until_it_is_given_up()
    {
        string pool = await PoolAsync(4);
        ApiAnswer made = (await server.Admin.PostAsync("/api/v1/reservations", Reservation(pool, 3, 1, 60))).Is(201);

        Assert.Equal("behindBooking", (await AskAsync(pool, "h1", 2, """, "duration": "PT30M" """)).Is(200)["explanation.code"]);
        Assert.Equal("allocated", (await AskAsync(pool, "h2", 2, """, "duration": "PT30S" """))["status"]);
        (await server.Admin.PutAsync($"/api/v1/reservations/{made["id"]}", Reservation(pool, 5, 1, 60))).Is(409);
        Assert.Equal("2", (await server.Admin.PutAsync($"/api/v1/reservations/{made["id"]}", Reservation(pool, 2, 1, 60))).Is(200)["resources.gpu"]);
        Assert.Contains(made["id"]!, (await server.Admin.GetAsync("/api/v1/reservations")).Is(200).Text, StringComparison.Ordinal);

        (await server.Admin.DeleteAsync($"/api/v1/reservations/{made["id"]}")).Is(204);
        (await server.Admin.DeleteAsync($"/api/v1/reservations/{made["id"]}")).Is(404);
        Assert.Equal("allocated", (await AskAsync(pool, "h3", 2, """, "duration": "PT30M" """))["status"]);
    }

    [Fact]
    public async Task A_request_that_names_a_reservation_waits_for_it()
    {
        string pool = await PoolAsync(4);
        string id = (await server.Admin.PostAsync("/api/v1/reservations", Reservation(pool, 3, 1, 60)))["id"]!;

        ApiAnswer bound = await server.Admin.PostAsync(
            "/api/v1/requests", $$"""{"id":"{{pool}}-b","owner":"{{pool}}/y","pools":["{{pool}}"],"resources":{"gpu":1},"duration":"PT1M","queue":true,"reservation":"{{id}}"}""");

        Assert.Equal(("queued", id), (bound["status"], bound["reservation"]));
        Assert.Contains("$.reservation", (await AskAsync(pool, "x", 1, $$""", "reservation": "{{id}}" """)).Is(422).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"owner":"a","pool":"p","resources":{"gpu":1},"start":"2099-01-02T00:00:00Z","end":"2099-01-01T00:00:00Z"}""", "$.end")]
    [InlineData("""{"owner":"a","pool":"p","resources":{},"start":"2099-01-01T00:00:00Z","end":"2099-01-02T00:00:00Z"}""", "$.resources")]
    [InlineData("""{"owner":"a","pool":"p","resources":{"gpu":1},"end":"2099-01-02T00:00:00Z"}""", "$.start")]
    [InlineData("""{"owner":"a","pool":"p","resources":{"gpu":1},"start":"2099-01-01T00:00:00Z","end":"2099-01-01T01:00:00Z","recurrence":"FREQ=YEARLY"}""", "$.recurrence")]
    [InlineData("""{"owner":"a","pool":"p","resources":{"gpu":1},"start":"2099-01-01T00:00:00Z","end":"2099-01-01T01:00:00Z","recurrence":"FREQ=DAILY","timeZone":"Mars/Base"}""", "$.timeZone")]
    [InlineData("""{"owner":"a","pool":"p","resources":{"gpu":1},"start":"2099-01-01T00:00:00Z","end":"2099-01-03T00:00:00Z","recurrence":"FREQ=DAILY"}""", "$.recurrence")]
    public async Task What_cannot_be_reserved_is_named_by_its_field(string body, string field) =>
        Assert.Contains(field, (await server.Admin.PostAsync("/api/v1/reservations", body)).Is(422).Text, StringComparison.Ordinal);

    [Fact]
    public async Task A_recurring_one_lists_its_next_times()
    {
        string pool = await PoolAsync(4);

        ApiAnswer made = (await server.Admin.PutAsync(
            $"/api/v1/reservations/{pool}",
            $$"""{"owner":"{{pool}}/y","pool":"{{pool}}","resources":{"gpu":1},"start":"2098-12-31T22:30:00Z","end":"2098-12-31T23:30:00Z","recurrence":"FREQ=DAILY;COUNT=3","timeZone":"Europe/Berlin"}""")).Is(200);

        Assert.Equal(("2099-01-01T22:30:00+00:00", "Europe/Berlin"), (made["times.1.start"], made["timeZone"]));
    }

    private async Task<string> PoolAsync(int gpus)
    {
        string pool = server.Fresh("book");
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", $$"""{"resources":{"gpu":{{gpus}} } }""")).Is(200);
        return pool;
    }

    private Task<ApiAnswer> AskAsync(string pool, string id, int gpus, string more) => server.Admin.PostAsync(
        "/api/v1/requests", $$"""{"id":"{{pool}}-{{id}}","owner":"{{pool}}/x","pools":["{{pool}}"],"resources":{"gpu":{{gpus}} },"leaseSeconds":3600{{more}} }""");

    private static string Reservation(string pool, int gpus, int from, int to) =>
        $$"""{"owner":"{{pool}}/y","pool":"{{pool}}","resources":{"gpu":{{gpus}} },"start":"{{At(from)}}","end":"{{At(to)}}"}""";

    private static string At(int minutes) => DateTimeOffset.UtcNow.AddMinutes(minutes).ToString("O", System.Globalization.CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(string? text) => DateTimeOffset.Parse(text!, System.Globalization.CultureInfo.InvariantCulture);
}
