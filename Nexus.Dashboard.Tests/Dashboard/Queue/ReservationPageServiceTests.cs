using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Queue;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Dashboard.Tests.Engine.Hosting;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Reservations;
using Request = Nexus.Engine.Scheduling.Request;

namespace Nexus.Dashboard.Tests.Dashboard.Queue;

/// <summary>What the pages do of reservations, over a real engine, and what the time line shows of it.</summary>
public sealed class ReservationPageServiceTests : IAsyncLifetime
{
    private static readonly Caller Operator = LiveEngine.Person("operator");
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly LiveEngine _live = new();
    private ServiceProvider _services = null!;
    private ReservationPageService _service = null!;
    private TimelineService _timeline = null!;
    private RunningEngine _engine = null!;

    public async ValueTask InitializeAsync()
    {
        await _live.InitializeAsync();
        _engine = _live.Running;
        ServiceCollection services = new();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(_engine.Clock);
        _live.Serve(services);
        _services = services.BuildServiceProvider();
        (_service, _timeline) = (_services.GetRequiredService<ReservationPageService>(), _services.GetRequiredService<TimelineService>());
        await _engine.PoolAsync("gpus", ("gpu", 4));
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _live.DisposeAsync();
    }

    [Fact]
    public async Task What_is_reserved_is_listed_and_its_undoing_gives_it_up()
    {
        ReservationChange made = await Put(null, Body(2));
        ReservationRow row = Assert.Single(_service.Rows(Operator, null));
        Assert.Equal((made.Id, "acme", "gpus", "2\u00A0gpu", "once", "Ahead", null), (row.Id, row.Owner, row.Pool, row.Resources, row.Recurs, row.Word, row.Drawn));

        Assert.Null(await made.Undo!());
        Assert.Empty(_service.Rows(Operator, null));
    }

    [Fact]
    public async Task A_change_is_undone_to_what_it_was_and_not_over_somebody_elses()
    {
        await Put("r", Body(2));
        ReservationChange changed = await Put("r", Body(3));
        ReservationChange again = await Put("r", Body(4));

        Assert.Equal(412, (await changed.Undo!())!.Status);
        Assert.Null(await again.Undo!());
        Assert.Equal("3\u00A0gpu", _service.Rows(Operator, null)[0].Resources);
    }

    [Fact]
    public async Task Moving_one_time_of_a_recurring_one_moves_all_alike()
    {
        await Put("daily", Body(2) with { Recurrence = "FREQ=DAILY", TimeZone = "UTC" });
        IReadOnlyList<Occurrence> before = Times("daily");

        ReservationChange moved = await _service.MoveAsync(Operator, "daily", before[3], new Occurrence(before[3].Start + Hour, before[3].End + Hour + Hour), CancellationToken.None);

        Assert.Null(moved.Refused);
        Assert.Equal([.. before.Take(5).Select(t => new Occurrence(t.Start + Hour, t.End + Hour + Hour))], Times("daily").Take(5));
        Assert.Null(await moved.Undo!());
        Assert.Equal(before, Times("daily"));
    }

    [Fact]
    public async Task A_move_onto_what_is_promised_to_others_is_refused_with_the_reason_and_changes_nothing()
    {
        await Put("r", Body(3));
        await Put("theirs", Body(3, from: 10) with { Owner = "globex" });
        Occurrence at = Times("r")[0];

        ReservationChange moved = await _service.MoveAsync(Operator, "r", at, new Occurrence(at.Start + (9 * Hour), at.End + (9 * Hour)), CancellationToken.None);

        Assert.StartsWith("2 gpu of pool 'gpus' would be promised twice", moved.Refused, StringComparison.Ordinal);
        Assert.Equal([at], Times("r"));
    }

    [Fact]
    public async Task What_was_given_up_meanwhile_cannot_be_moved()
    {
        await Put("r", Body(1));
        Occurrence at = Times("r")[0];
        await _service.CancelAsync(Operator, "r", CancellationToken.None);

        Assert.Equal("There is no reservation 'r' any more.", (await _service.MoveAsync(Operator, "r", at, at, CancellationToken.None)).Refused);
    }

    [Fact]
    public async Task A_cancelled_one_comes_back_when_that_is_undone()
    {
        await Put("r", Body(2));

        ReservationChange cancelled = await _service.CancelAsync(Operator, "r", CancellationToken.None);
        Assert.Empty(_service.Rows(Operator, null));

        Assert.Null(await cancelled.Undo!());
        Assert.Single(_service.Rows(Operator, null));
    }

    [Fact]
    public async Task The_preview_says_what_would_be_refused_and_changes_nothing()
    {
        await _engine.SubmitAsync(Scene.Spec("runs", [("gpu", 3)], owner: "globex/x", duration: TimeSpan.FromHours(8)));

        (IReadOnlyList<Effect> effects, bool allowed) = _service.Preview(Operator, "new", Body(2), null);
        Assert.Equal((false, Signal.Bad), (allowed, effects[0].State));
        Assert.StartsWith("1 gpu of pool 'gpus' would be promised twice", effects[0].More, StringComparison.Ordinal);

        (effects, allowed) = _service.Preview(Operator, "new", Body(1), null);
        Assert.Equal((true, "It can be held: once"), (allowed, effects[0].What));
        Assert.Empty(_service.Rows(Operator, null));
    }

    [Fact]
    public async Task The_preview_knows_of_starts_that_were_promised()
    {
        await _engine.SubmitAsync(Scene.Spec("runs", [("gpu", 4)], owner: "globex/x", duration: Hour));
        await _engine.SubmitAsync(Scene.Spec("booked", [("gpu", 4)], owner: "globex/x", duration: Hour) with { Deadline = _engine.Host.Now + (5 * Hour) });
        Assert.Equal(RequestStatus.Reserved, _engine.Find("booked", "globex").Status);

        (IReadOnlyList<Effect> effects, bool allowed) = _service.Preview(Operator, "new", Body(1), null);

        Assert.False(allowed, effects[0].What);
    }

    [Fact]
    public async Task Before_one_is_given_up_it_is_said_who_waits_for_it_in_vain()
    {
        await Put("r", Body(2));
        Assert.Empty(_service.PreviewCancel(Operator, "r"));

        await _engine.SubmitAsync(Scene.Spec("bound", [("gpu", 1)], duration: TimeSpan.FromMinutes(5), queue: true) with { Reservation = "r" });

        Assert.Equal(["1 waiting is refused: no pool could ever serve it"], _service.PreviewCancel(Operator, "r").Select(e => e.What));
    }

    [Fact]
    public async Task Who_draws_from_it_is_said_while_it_is_held()
    {
        await Put("r", Body(3));
        await _engine.AdvanceAsync(Hour + TimeSpan.FromMinutes(1));
        await _engine.SubmitAsync(Scene.Spec("draws", [("gpu", 2)], owner: "acme/x"));

        ReservationRow row = Assert.Single(_service.Rows(Operator, "gpus"));

        Assert.Equal(("Held now", "2 of 3 gpu"), (row.Word, row.Drawn));
        Assert.Empty(_service.Rows(Operator, "other"));
    }

    [Fact]
    public async Task Who_may_only_look_is_refused_and_told_what_is_missing()
    {
        Caller viewer = LiveEngine.Person("viewer");

        Assert.NotNull((await _service.PutAsync(viewer, null, Body(1), null, CancellationToken.None)).Refused);
        Assert.Equal("Needs the scope 'configure' at the root", ReservationPageService.WhyNot(LiveEngine.Person("operator", "acme")));
        Assert.Null(ReservationPageService.WhyNot(Operator));
    }

    [Fact]
    public async Task The_time_line_shows_what_runs_is_booked_reserved_and_should_start()
    {
        await Put("r", Body(1, from: 4));
        await _engine.SubmitAsync(Scene.Spec("runs", [("gpu", 4)], duration: Hour));
        await _engine.SubmitAsync(Scene.Spec("booked", [("gpu", 2)], duration: Hour) with { Deadline = _engine.Host.Now + (3 * Hour) });
        Request waits = await _engine.QueueAsync("waits", ("gpu", 2));

        Lane lane = Assert.Single(_timeline.Lanes(Operator, null, [(waits, _engine.Host.Now + Hour)]));

        Assert.Equal(
            [("runs", BarKind.Grant, 0.0, 1.0), ("booked", BarKind.Booking, 1.0, 2.0), ("waits", BarKind.Plan, 1.0, 1.0 + (5.0 / 60)), ("r", BarKind.Reservation, 4.0, 5.0)],
            lane.Bars.OrderBy(b => b.From).ThenBy(b => b.Kind).Select(b => (b.Id, b.Kind, (b.From - _engine.Host.Now).TotalHours, (b.To - _engine.Host.Now).TotalHours)));
        Assert.Equal([0m, 2m, 4m, 3m, 4m], lane.Free.Select(f => f.Free.Units));
    }

    [Fact]
    public async Task Of_others_only_their_part_of_what_is_free_is_shown()
    {
        await Put("everybodys", Body(1, from: 4) with { Owner = "~" });
        await _engine.SubmitAsync(Scene.Spec("theirs", [("gpu", 3)], owner: "globex/x", duration: Hour));

        Lane lane = Assert.Single(_timeline.Lanes(LiveEngine.Person("viewer", "acme"), "gpus", []));

        Assert.Equal(["everybodys"], lane.Bars.Select(b => b.Id));
        Assert.Equal([1m, 4m, 3m, 4m], lane.Free.Select(f => f.Free.Units));
    }

    [Fact]
    public async Task Past_its_committed_end_nobody_knows_when_a_grant_ends()
    {
        await _engine.SubmitAsync(Scene.Spec("late", [("gpu", 4)], duration: TimeSpan.FromMinutes(1), lease: Hour));
        await _engine.AdvanceAsync(TimeSpan.FromMinutes(2));

        Lane lane = Assert.Single(_timeline.Lanes(Operator, null, []));

        Assert.False(Assert.Single(lane.Bars).EndIsKnown);
        Assert.Equal([0m], lane.Free.Select(f => f.Free.Units));
    }

    private Task<ReservationChange> Put(string? id, ReservationBody body) => _service.PutAsync(Operator, id, body, null, CancellationToken.None);

    private IReadOnlyList<Occurrence> Times(string id) => _engine.Read.Configuration.TimesOf(id);

    private ReservationBody Body(int gpus, int from = 1) => new()
    {
        Owner = "acme", Pool = "gpus", Resources = new(StringComparer.Ordinal) { ["gpu"] = new Amount(gpus) },
        Start = (_engine.Host.Now + (from * Hour)).ToDateTimeOffset(), End = (_engine.Host.Now + ((from + 1) * Hour)).ToDateTimeOffset(),
    };
}
