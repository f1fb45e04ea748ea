using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Reservations;

namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>When those start who wait behind each other and behind what is reserved. A unit of a case's time is a second here.</summary>
internal static class BackfillCases
{
    public static void Run(PublishedCase published)
    {
        bool both = published.Expected.Has("easy") || published.Expected.Has("conservative");
        foreach ((string name, Backfill backfill) in new[] { ("easy", Backfill.Easy), ("conservative", Backfill.Conservative) })
        {
            CaseObject? expected = both ? published.Expected.Part(name) : backfill == Backfill.Conservative ? published.Expected : null;
            if (expected is not null)
            {
                Run(published, expected, backfill);
            }
        }
    }

    /// <summary>Those who hold a reservation draw from it, others do not; each request comes upon the same set-up alone where it is said to be a scenario.</summary>
    public static void RunReservations(PublishedCase published)
    {
        IReadOnlyDictionary<string, decimal?> starts = published.Expected.NumbersOrNull("start");
        foreach (IGrouping<decimal, CaseObject> scenario in published.Requests.GroupBy(r => r.NumberOrNull("exclusiveScenario") ?? 0))
        {
            CaseWorld world = new();
            world.Supply(published.Setup.Numbers("pools"));
            world.AdvanceTo(world.At(published.Setup.NumberOrNull("now") ?? 0));
            CaseObject[] reservations = published.Setup.Parts("reservations");
            foreach (CaseObject reserved in reservations)
            {
                Reserve(world, reserved, published.Setup.Numbers("pools"));
            }

            foreach (CaseObject asks in scenario)
            {
                string user = asks.TextOrNull("user") ?? "user";
                RequestSpec spec = world.Spec(asks.Text("id"), OwnerOf(user, asks, reservations), world.Amounts(asks.Numbers("resources")), asks.NumberOrNull("priority") ?? 0, asks.NumberOrNull("duration"));
                world.Submit(spec with { Reservation = asks.TextOrNull("reservation") });
            }

            world.RunOut();
            Assert.All(scenario.Select(asks => asks.Text("id")), id => Assert.Equal((id, starts[id]), (id, world.FirstStart(id))));
        }
    }

    private static void Run(PublishedCase published, CaseObject expected, Backfill backfill)
    {
        IReadOnlyDictionary<string, decimal?> starts = expected.NumbersOrNull("start");
        CaseWorld world = AllSubmitted(published, backfill, null);
        string[] runningNow = [.. world.Engine.Requests.Where(r => r.Status == RequestStatus.Allocated && starts.ContainsKey(r.Spec.Id)).Select(r => r.Spec.Id)];
        if (published.Setup.NumberOrNull("planningDepth") is { } depth)
        {
            // Slurm's depth counts those who were looked at, of whom some start at once; here it counts those who then wait.
            world = AllSubmitted(published, backfill, decimal.ToInt32(depth) - runningNow.Length);
        }

        if (expected.Has("runningNow"))
        {
            Assert.Equal(expected.Texts("runningNow").Order(StringComparer.Ordinal), runningNow.Order(StringComparer.Ordinal));
        }

        if (backfill == Backfill.Conservative && published.Requests.Select(r => r.NumberOrNull("submit")).Distinct().Count() == 1)
        {
            Assert.All(starts, start => Assert.Equal((start.Key, start.Value), (start.Key, PlannedStartOf(world, start.Key))));
        }

        // And so it comes, since nobody takes less time than was said.
        world.RunOut();
        Assert.All(starts.Where(s => s.Value is not null), start => Assert.Equal((start.Key, start.Value), (start.Key, world.FirstStart(start.Key))));
    }

    // The world at the moment at which the last have come.
    private static CaseWorld AllSubmitted(PublishedCase published, Backfill backfill, int? planningDepth)
    {
        CaseObject setup = published.Setup;
        CaseWorld world = new(limits: planningDepth is { } depth ? new EngineLimits(PlanningDepth: depth) : null);
        world.Supply(setup.Numbers("pools"), more: pool => pool with { Backfill = backfill });
        decimal now = setup.NumberOrNull("now") ?? 0;
        world.AdvanceTo(world.At(now));
        foreach (CaseObject running in setup.Parts("running"))
        {
            decimal length = running.NumberOrNull("remaining") ?? ((running.NumberOrNull("end") ?? running.NumberOrNull("endsAt")) - now) ?? running.Number("duration");
            _ = (running.NumberOrNull("start"), running.NumberOrNull("startedAt"), running.NumberOrNull("priority"));
            world.Submit(world.Spec(running.Text("id"), OwnerPath.Parse("users"), world.Amounts(running.Numbers("resources")), duration: length));
        }

        foreach (IGrouping<decimal, CaseObject> together in published.Requests.GroupBy(r => r.NumberOrNull("submit") ?? now).OrderBy(g => g.Key))
        {
            world.AdvanceRunning(world.At(together.Key));
            world.Gather();
            foreach (CaseObject asks in together)
            {
                world.Submit(world.Spec(asks.Text("id"), OwnerPath.Parse("users"), world.Amounts(asks.Numbers("resources")), asks.NumberOrNull("priority") ?? 0, asks.Number("duration")));
            }

            world.Decide();
        }

        return world;
    }

    private static void Reserve(CaseWorld world, CaseObject reserved, IReadOnlyDictionary<string, decimal> all)
    {
        (Instant start, Instant end) = (world.At(reserved.Number("start")), world.At(reserved.Number("end")));
        Reservation reservation = new(
            reserved.Text("id"), OwnerPath.Parse(HolderOf(reserved)), CaseWorld.PoolName, world.Amounts(reserved.Has("resources") ? reserved.Numbers("resources") : all), start, end);
        world.Done(new SetReservation(reservation, [new Occurrence(start, end)]) { Actor = Scene.Somebody });
    }

    // A reservation is its owner's: those who may use it stand below that.
    private static OwnerPath OwnerOf(string user, CaseObject asks, CaseObject[] reservations)
    {
        CaseObject? held = Array.Find(reservations, r => asks.TextOrNull("reservation") is { } named ? r.Text("id") == named : r.Texts("users").Contains(user, StringComparer.Ordinal));
        return OwnerPath.Parse(held is null || !held.Texts("users").Contains(user, StringComparer.Ordinal) ? $"users/{user}" : $"{HolderOf(held)}/{user}");
    }

    private static string HolderOf(CaseObject reservation) => $"holders-of-{reservation.Text("id")}";

    private static decimal? PlannedStartOf(CaseWorld world, string id)
    {
        Request request = world.Engine.Requests.Single(r => r.Spec.Id == id);
        return (request.Lease?.GrantedAt ?? request.Booking?.StartsAt ?? world.Engine.PlannedStart(request.Key)) is { } start ? world.TimeOf(start) : null;
    }
}
