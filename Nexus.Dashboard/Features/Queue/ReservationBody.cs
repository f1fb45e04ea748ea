using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Reservations;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>A reservation as a client writes it.</summary>
internal sealed record ReservationBody
{
    private const int MaxKinds = 32;
    private const int MaxIdLength = 200;

    public string? Owner { get; set; }

    public string? Pool { get; set; }

    public Dictionary<string, Amount>? Resources { get; set; }

    public DateTimeOffset? Start { get; set; }

    public DateTimeOffset? End { get; set; }

    /// <summary>A rule of RFC 5545, for example <c>FREQ=WEEKLY;BYDAY=MO,TU</c>.</summary>
    public string? Recurrence { get; set; }

    /// <summary>The zone of the rule's local times; UTC unless given.</summary>
    public string? TimeZone { get; set; }

    /// <summary>A reservation as it would be written to get the same again.</summary>
    public static ReservationBody Of(Reservation reservation) => new()
    {
        Owner = reservation.Owner.IsRoot ? "~" : reservation.Owner.ToString(),
        Pool = reservation.Pool,
        Resources = RequestAnswer.AmountsOf(reservation.Resources),
        Start = reservation.Start.ToDateTimeOffset(),
        End = reservation.End.ToDateTimeOffset(),
        Recurrence = reservation.Recurrence?.ToString(),
        TimeZone = reservation.Recurrence?.TimeZone,
    };

    /// <summary>Checks every field, and works out the times at which it is held from now on.</summary>
    public Result<ReservationDraft> ToReservation(string id, Instant now)
    {
        Faults faults = new();
        faults.Id("$.id", id, MaxIdLength);
        OwnerPath? owner = OwnerPath.TryParseOrRoot(Owner ?? "", out OwnerPath? path, out string? unreadable) ? path : null;
        faults.When(owner is null, "$.owner", unreadable ?? "must be an owner, for example acme/research");
        faults.Name("$.pool", Pool ?? "");
        ResourceVector resources = faults.Asked("$.resources", Resources, MaxKinds);
        faults.When(Resources is not { Count: > 0 }, "$.resources", "must name at least one kind, for example {\"gpu\": 1}");
        faults.When(Start is null, "$.start", "must be given, for example 2026-12-01T08:00:00Z");
        faults.When(End is null || End <= Start, "$.end", "must be later than the start");
        (TimeZoneInfo? zone, string? rule) = (null, null);
        Recurrence? recurrence = null;
        if (Recurrence is not null && !RecurrenceText.TryParse(Recurrence, TimeZone ?? TimeZoneInfo.Utc.Id, out recurrence, out rule))
        {
            faults.Add("$.recurrence", rule);
        }

        faults.When(TimeZone is not null && Recurrence is null, "$.timeZone", "needs a recurrence");
        faults.When(recurrence is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(recurrence.TimeZone, out zone), "$.timeZone", "is not a time zone, such as Europe/Berlin");
        if (faults.Problem is { } problem)
        {
            return problem;
        }

        Reservation reservation = new(id, owner!, Pool!, resources, Instant.From(Start!.Value), Instant.From(End!.Value), recurrence);
        if (reservation.Fault(zone) is { } fault)
        {
            return Problem.Field("invalid-value", 422, recurrence is null ? "$.end" : "$.recurrence", fault);
        }

        Instant until = (reservation.Start > now ? reservation.Start : now) + Reservation.Horizon;
        return new ReservationDraft(reservation, recurrence is null ? [new Occurrence(reservation.Start, reservation.End)] : [.. reservation.Occurrences(zone, now, until)]);
    }
}

/// <summary>A reservation as it was read, and when it is held.</summary>
internal sealed record ReservationDraft(Reservation Reservation, IReadOnlyList<Occurrence> Times);

/// <summary>A reservation as readers see it, with the next times at which it is held.</summary>
internal sealed record ReservationAnswer(
    string Id, string Owner, string Pool, Dictionary<string, Amount> Resources, DateTimeOffset Start, DateTimeOffset End, string? Recurrence, string? TimeZone,
    IReadOnlyList<ReservedTime> Times, long Version)
{
    private const int MostTimes = 10;

    public static ReservationAnswer Of(Reservation reservation, Configuration configuration, Instant now) => new(
        reservation.Id, reservation.Owner.IsRoot ? "~" : reservation.Owner.ToString(), reservation.Pool, RequestAnswer.AmountsOf(reservation.Resources),
        reservation.Start.ToDateTimeOffset(), reservation.End.ToDateTimeOffset(), reservation.Recurrence?.ToString(), reservation.Recurrence?.TimeZone,
        [.. configuration.TimesOf(reservation.Id).Where(t => t.End > now).Take(MostTimes).Select(t => new ReservedTime(t.Start.ToDateTimeOffset(), t.End.ToDateTimeOffset()))],
        configuration.VersionOfReservation(reservation.Id));
}

/// <summary>One time of a reservation.</summary>
internal sealed record ReservedTime(DateTimeOffset Start, DateTimeOffset End);
