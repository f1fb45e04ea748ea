using CsCheck;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Reservations;

namespace Nexus.Dashboard.Tests.Engine.Scheduling;

/// <summary>What is chosen of a range, on random futures of one pool, is what a client would have found who asked for each amount in turn.</summary>
public sealed class MoldableWorkLawsTests
{
    private static readonly string[] Strategies = ["priority", "fairShare", "deadline"];

    private static readonly Gen<Act> Acts = Gen.Select(Gen.Int[0, 9], Gen.Int[1, 8], Gen.Int[1, 60], Gen.Int[1, 120], (what, gpus, seconds, later) => new Act(what, gpus, seconds, later));

    private static readonly Gen<Wish> Wishes = Gen.Select(Gen.Int[1, 4], Gen.Int[0, 6], Gen.Int[1, 240], Gen.Int[1, 150], Gen.Int[0, 5], (min, more, work, deadline, way) => new Wish(min, more, work, deadline, way));

    [Fact]
    public void The_choice_is_the_first_amount_that_would_be_granted_or_promised_by_itself() => Gen.Select(Acts.List[0, 12], Wishes).Sample((acts, wish) =>
    {
        Scene nexus = Future(acts, Strategies[wish.Way % 3]);
        bool queue = wish.Way >= 3;
        Instant deadline = nexus.Now + TimeSpan.FromSeconds(wish.Deadline);

        Request[] alone = [.. Enumerable.Range(wish.Min, wish.More + 1).Select(gpus => Fixed(nexus, gpus, wish.Work, deadline, queue))];
        Request? expected = alone.FirstOrDefault(r => r.Status is RequestStatus.Allocated or RequestStatus.Reserved);
        Request chosen = nexus.Submit((Scene.Spec("w", [], queue: queue, lease: Long) with { Deadline = deadline })
            .With(new MoldableWork([new AmountRange("gpu", Quantity.Of(wish.Min), Quantity.Of(wish.Min + wish.More), Quantity.Of(wish.Work))])));

        if (expected is null)
        {
            Assert.True(chosen.Status is RequestStatus.Queued or RequestStatus.Rejected, $"{chosen.Needs} is {chosen.Status}, and by itself nothing is granted or promised");
            Assert.Equal(alone.Any(r => r.Status == RequestStatus.Queued), chosen.Status == RequestStatus.Queued);
            return;
        }

        Assert.Equal(
            (expected.Status, expected.Needs, expected.Spec.Duration, expected.Booking?.StartsAt, expected.Lease?.ExpiresAt),
            (chosen.Status, chosen.Needs, chosen.Spec.Duration, chosen.Booking?.StartsAt, chosen.Lease?.ExpiresAt));
    }, iter: 300);

    private static TimeSpan Long => TimeSpan.FromHours(20);

    private static Scene Future(List<Act> acts, string strategy)
    {
        Scene nexus = new Scene().Pool(Scene.Definition("p", ("gpu", 8)) with { Strategy = strategy });
        for (int i = 0; i < acts.Count; i++)
        {
            Act act = acts[i];
            Occurrence time = new(nexus.Now + TimeSpan.FromSeconds(act.Later), nexus.Now + TimeSpan.FromSeconds(act.Later + act.Seconds));
            RequestSpec spec = Scene.Spec($"r{i}", [("gpu", act.Gpus)], duration: act.Seconds % 7 == 0 ? null : TimeSpan.FromSeconds(act.Seconds), lease: Long);
            _ = act.What switch
            {
                < 4 => nexus.Submit(spec).Attempt,
                < 6 => nexus.Submit(spec with { Queue = true }).Attempt,
                < 8 => nexus.Submit(spec with { Deadline = nexus.Now + TimeSpan.FromSeconds(act.Later) }).Attempt,
                8 => nexus.Send(new SetReservation(new Reservation($"n{i}", OwnerPath.Parse("globex"), "p", Scene.Vector(("gpu", act.Gpus)), time.Start, time.End), [time]) { Actor = Scene.Somebody }).GetHashCode(),
                _ => nexus.Advance(TimeSpan.FromSeconds(act.Seconds)).Events.Count,
            };
        }

        return nexus;
    }

    // What would become of one that asked for this amount, in an engine that came back from the same journal.
    private static Request Fixed(Scene nexus, int gpus, int work, Instant deadline, bool queue)
    {
        Batch batch = new();
        RequestSpec spec = Scene.Spec("w", [("gpu", gpus)], duration: TimeSpan.FromMilliseconds(((1000 * work) + gpus - 1) / gpus), queue: queue, lease: Long) with { Deadline = deadline };
        return ((RequestReply)nexus.Replayed().Handle(new Submit(spec) { Actor = Scene.Somebody }, nexus.Now, batch)).Request;
    }

    private readonly record struct Act(int What, int Gpus, int Seconds, int Later);

    private readonly record struct Wish(int Min, int More, int Work, int Deadline, int Way);
}
