using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Queue;
using Nexus.Engine.Scheduling.Reservations;

namespace Nexus.Dashboard.Tests.Dashboard.Queue;

public sealed class ReservationFieldsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 12, 1, 11, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Times_are_typed_in_the_viewers_zone_and_sent_as_moments()
    {
        ReservationFields fields = Berlin();

        Assert.Equal(("2026-12-01T12:00", "2026-12-01T14:30"), (fields.Start, fields.End));
        Assert.Equal((Noon, Noon.AddHours(2.5)), (fields.ToBody().Start, fields.ToBody().End));
    }

    [Fact]
    public void Shown_in_another_zone_they_stay_the_same_moments()
    {
        ReservationFields fields = Berlin();

        fields.ShowIn("America/New_York");

        Assert.Equal("2026-12-01T06:00", fields.Start);
        Assert.Equal(Noon, fields.ToBody().Start);
    }

    [Fact]
    public void A_time_that_does_not_come_is_an_hour_later()
    {
        ReservationFields fields = Berlin();

        fields.Start = "2026-03-29T02:30";

        Assert.Equal(new DateTimeOffset(2026, 3, 29, 1, 30, 0, TimeSpan.Zero), fields.ToBody().Start);
    }

    [Fact]
    public void One_that_comes_once_has_neither_rule_nor_zone() => Assert.Equal((null, null), (Berlin().ToBody().Recurrence, Berlin().ToBody().TimeZone));

    [Theory]
    [InlineData(ReservationFields.Daily, Weekdays.None, "", "FREQ=DAILY")]
    [InlineData(ReservationFields.Weekly, Weekdays.Monday | Weekdays.Tuesday, "", "FREQ=WEEKLY;BYDAY=MO,TU")]
    [InlineData(ReservationFields.Weekly, Weekdays.None, "2026-12-31", "FREQ=WEEKLY;UNTIL=20261231T225959Z")]
    public void What_is_chosen_becomes_a_rule_and_is_read_as_the_same_choice(string repeats, Weekdays days, string last, string rule)
    {
        ReservationFields fields = Berlin();
        (fields.Repeats, fields.Days, fields.LastDay) = (repeats, days, last);

        ReservationBody body = fields.ToBody();
        Assert.Equal((rule, "Europe/Berlin"), (body.Recurrence, body.TimeZone));

        ReservationFields again = ReservationFields.Of(body, null);
        Assert.Equal((repeats, days, last, "Europe/Berlin"), (again.Repeats, again.Days, again.LastDay, again.Zone));
        Assert.Empty(again.ChangesFrom(body));
    }

    [Fact]
    public void A_rule_that_the_fields_cannot_say_is_kept_as_it_is()
    {
        ReservationBody body = Berlin().ToBody() with { Recurrence = "FREQ=WEEKLY;INTERVAL=2;COUNT=8", TimeZone = "Europe/Berlin" };

        ReservationFields fields = ReservationFields.Of(body, null);

        Assert.Equal(ReservationFields.Rule, fields.Repeats);
        Assert.Empty(fields.ChangesFrom(body));
    }

    [Fact]
    public void What_is_missing_is_said_in_the_order_of_the_fields()
    {
        ReservationFields fields = Berlin();
        Assert.Null(fields.Missing());

        fields.End = "";
        Assert.Equal("Say from when to when", fields.Missing());
        fields.Zone = "Berlin";
        Assert.Equal("'Berlin' is not a time zone, such as Europe/Berlin", fields.Missing());
        fields.Amounts["gpu"] = "";
        Assert.Equal("Say how much of which kind", fields.Missing());
        fields.Owner = " ";
        Assert.Equal("Say for whom: an owner path, or ~ for everybody", fields.Missing());
    }

    [Fact]
    public void What_changed_is_named_field_by_field()
    {
        ReservationBody before = Berlin().ToBody();
        ReservationFields fields = ReservationFields.Of(before, "Europe/Berlin");

        fields.Amounts["gpu"] = "4";

        Assert.Equal(["resources.gpu 2 → 4"], fields.ChangesFrom(before).Select(c => c.Line));
    }

    [Theory]
    [InlineData(null, "once")]
    [InlineData("FREQ=DAILY", "every day")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", "every 2 weeks on Mon, Fri")]
    [InlineData("FREQ=DAILY;COUNT=10", "every day, 10 times")]
    [InlineData("FREQ=DAILY;UNTIL=20261231T230000Z", "every day, until 31 Dec 2026")]
    public void A_rule_is_said_in_words(string? rule, string words) =>
        Assert.Equal(words, ReservationRow.Words(RecurrenceText.TryParse(rule, "UTC", out Recurrence? recurrence, out _) ? recurrence : null));

    private static ReservationFields Berlin()
    {
        ReservationFields fields = ReservationFields.New("gpus", "gpu", Noon, Noon.AddHours(2.5), "Europe/Berlin");
        fields.Owner = "acme";
        fields.Amounts["gpu"] = "2";
        return fields;
    }
}
