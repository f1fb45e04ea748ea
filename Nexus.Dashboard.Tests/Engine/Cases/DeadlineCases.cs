using System.Globalization;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Reservations;

namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>Work with deadlines on one unit of capacity.</summary>
/// <remarks>
/// Preemptive schedules go in unit steps: each step of a job is a request of its own that runs for one step, without a promise, so that at every step the pool's order decides
/// anew. What must not be interrupted is one request that commits to its duration; what then cannot meet its deadline is told at once when it could be done.
/// </remarks>
internal static class DeadlineCases
{
    private const string EndOfPeriod = "end of period";

    public static void Run(PublishedCase published)
    {
        CaseObject expected = published.Expected;
        bool named = false;
        foreach ((string name, Func<Jobs, Outcome> run) in Schedules)
        {
            if (expected.Part(name) is { } part)
            {
                named = true;
                Compare(published, part, run(Jobs.Of(published)));
            }
        }

        if (!named)
        {
            Compare(published, expected, published.RulesSay("non-preemptive") ? Whole(Jobs.Of(published)) : InSteps(Jobs.Of(published), "deadline"));
        }
        else if (expected.NumberOrNull("utilisation") is { } utilisation)
        {
            Outcome outcome = InSteps(Jobs.Of(published), "deadline");
            Assert.Equal(utilisation, 1 - ((decimal)outcome.Idle / outcome.Steps.Count));
        }
    }

    private static readonly (string Name, Func<Jobs, Outcome> Run)[] Schedules =
    [
        ("edf", jobs => InSteps(jobs, "deadline")),
        ("preemptive", jobs => InSteps(jobs, "deadline")),
        ("ratemonotonic", jobs => InSteps(jobs, "priority")),
        ("nonPreemptiveWorkConserving", Whole),
        ("withIdling", jobs => Whole(jobs, knowsWhatComes: true)),
    ];

    private static void Compare(PublishedCase published, CaseObject expected, Outcome outcome)
    {
        foreach ((string job, decimal finish) in expected.Numbers("finish").Concat(expected.Numbers("finishTimes")))
        {
            Assert.True(outcome.Finished.TryGetValue(job, out int finished), $"{job} must be done at {finish} and never is: {string.Join(", ", outcome.Runs())}; {string.Join(", ", outcome.Missed)}");
            Assert.Equal((job, finish), (job, finished));
        }

        if (expected.Has("misses"))
        {
            Assert.Equal(expected.Texts("misses").Order(StringComparer.Ordinal), outcome.Missed.Select(m => m.Job).Order(StringComparer.Ordinal));
        }

        if (expected.NumberOrNull("idle") is { } idle)
        {
            Assert.Equal(idle, outcome.Idle);
        }

        if (expected.Part("firstMiss") is { } first)
        {
            Assert.Equal((first.Text("job"), first.Whole("at")), outcome.Missed.First());
        }

        if (expected.Has("schedule"))
        {
            Assert.Equal(expected.Rows("schedule").Select(row => string.Join(' ', row)), outcome.Runs());
        }
    }

    private static Outcome InSteps(Jobs jobs, string strategy)
    {
        CaseWorld world = new();
        world.Supply(jobs.Pool, strategy);
        ResourceVector slot = world.Amounts(jobs.Pool);
        Outcome outcome = new();
        Request? runs = null;
        for (int time = 0; time < jobs.Horizon; time++)
        {
            world.AdvanceTo(world.At(time));
            outcome.Miss(world, jobs);
            Job[] arrived = [.. jobs.All.Where(j => j.Release == time)];

            // Nobody who comes gets the slot before all have come: the step before, or somebody who holds it for no time, ends after that.
            runs ??= arrived.Length == 0 ? null : world.Submit(world.Spec(string.Create(CultureInfo.InvariantCulture, $"gate-{time}"), OwnerPath.Parse("gate"), slot));
            foreach (Job job in arrived)
            {
                for (int step = 0; step < job.Work; step++)
                {
                    RequestSpec spec = world.Spec(string.Create(CultureInfo.InvariantCulture, $"{job.Id}/{step}"), OwnerPath.Parse($"jobs/{job.Id}"), slot, strategy == "priority" ? -job.Period : 0);
                    world.Submit(spec with { Deadline = job.Deadline is { } deadline ? world.At(deadline - 1) : null });
                }
            }

            if (runs is not null)
            {
                world.Release(runs);
            }

            runs = world.Engine.Requests.SingleOrDefault(r => r.Status == RequestStatus.Allocated);
            outcome.Step(runs?.Owner.Segments[^1]);
        }

        world.AdvanceTo(world.At(jobs.Horizon));
        outcome.Miss(world, jobs);
        outcome.Finish(jobs);
        return outcome;
    }

    private static Outcome Whole(Jobs jobs) => Whole(jobs, knowsWhatComes: false);

    private static Outcome Whole(Jobs jobs, bool knowsWhatComes)
    {
        CaseWorld world = new();
        world.Supply(jobs.Pool, "deadline");
        foreach (Job job in jobs.All.Where(j => knowsWhatComes && j.Release > 0))
        {
            (Instant start, Instant end) = (world.At(job.Release), world.At(job.Release + job.Work));
            world.Done(new SetReservation(new Reservation(job.Id, OwnerPath.Parse($"jobs/{job.Id}"), CaseWorld.PoolName, world.Amounts(jobs.Pool), start, end), [new Occurrence(start, end)]) { Actor = Scene.Somebody });
        }

        Outcome outcome = new();
        foreach (IGrouping<int, Job> together in jobs.All.GroupBy(j => j.Release).OrderBy(g => g.Key))
        {
            world.AdvanceRunning(world.At(together.Key));
            foreach (Job job in together.OrderBy(j => j.Deadline))
            {
                RequestSpec spec = world.Spec(job.Id, OwnerPath.Parse($"jobs/{job.Id}"), world.Amounts(jobs.Pool), duration: job.Work);
                outcome.Tell(world, job, world.Submit(spec with { Deadline = job.Deadline is { } deadline ? world.At(deadline) : null }));
            }
        }

        world.RunOut();
        foreach (Job job in jobs.All)
        {
            if (world.FirstStart(job.Id) is { } start)
            {
                outcome.Finished[job.Id] = (int)start + job.Work;
            }
        }

        return outcome;
    }

    private sealed record Job(string Id, int Release, int Work, int? Deadline, int Period);

    private sealed record Jobs(IReadOnlyDictionary<string, decimal> Pool, IReadOnlyList<Job> All, int Horizon)
    {
        public static Jobs Of(PublishedCase published)
        {
            int? horizon = published.Setup.Has("horizon") ? published.Setup.Whole("horizon") : null;
            Job[] jobs = [.. published.Requests.SelectMany(r => Read(r, horizon)).OrderBy(j => j.Release).ThenBy(j => j.Id, StringComparer.Ordinal)];
            return new Jobs(published.Setup.Numbers("pools"), jobs, horizon ?? jobs.Max(j => j.Release) + jobs.Sum(j => j.Work));
        }

        private static IEnumerable<Job> Read(CaseObject asks, int? horizon)
        {
            string id = asks.Text("id");
            int work = asks.Has("work") ? asks.Whole("work") : asks.Whole("duration");
            int release = (int)(asks.NumberOrNull("submit") ?? 0);
            bool toEnd = asks.IsText("deadline") && asks.Text("deadline") == EndOfPeriod;
            int? within = toEnd || !asks.Has("deadline") ? null : asks.Whole("deadline");
            if (!asks.Has("period"))
            {
                yield return new Job(id, release, work, within, 0);
                yield break;
            }

            int period = asks.Whole("period");
            for (int i = 0, at = release; at < horizon; i++, at += period)
            {
                yield return new Job(string.Create(CultureInfo.InvariantCulture, $"{id}#{i}"), at, work, toEnd ? at + period : at + within, period);
            }
        }
    }

    private sealed class Outcome
    {
        public List<string?> Steps { get; } = [];

        public Dictionary<string, int> Finished { get; } = new(StringComparer.Ordinal);

        public List<(string Job, int At)> Missed { get; } = [];

        public int Idle => Steps.Count(s => s is null);

        public void Step(string? job) => Steps.Add(job);

        /// <summary>The engine refused what could no longer be done in time.</summary>
        public void Miss(CaseWorld world, Jobs jobs)
        {
            foreach (Request refused in world.Engine.Requests.Where(r => r.Reason?.Code == ReasonCode.DeadlineOutOfReach).ToArray())
            {
                string job = refused.Owner.Segments[^1];
                if (Missed.TrueForAll(m => m.Job != job))
                {
                    Missed.Add((job, jobs.All.Single(j => j.Id == job).Deadline!.Value));
                }
            }
        }

        public void Finish(Jobs jobs)
        {
            foreach (Job job in jobs.All.Where(j => Steps.Count(s => s == j.Id) == j.Work))
            {
                Finished[job.Id] = Steps.LastIndexOf(job.Id) + 1;
            }
        }

        /// <summary>What cannot meet its deadline is told when it could be done instead.</summary>
        public void Tell(CaseWorld world, Job job, Request answered)
        {
            if (answered.Reason?.Code == ReasonCode.DeadlineOutOfReach)
            {
                Missed.Add((job.Id, job.Deadline!.Value));
                Finished[job.Id] = (int)world.TimeOf(answered.Reason.Earliest!.Value) + job.Work;
            }
        }

        /// <summary>From when to when which job ran.</summary>
        public IEnumerable<string> Runs()
        {
            for (int from = 0, to; from < Steps.Count; from = to)
            {
                to = from;
                while (to < Steps.Count && Steps[to] == Steps[from])
                {
                    to++;
                }

                if (Steps[from] is { } job)
                {
                    yield return string.Create(CultureInfo.InvariantCulture, $"{from} {to} {job}");
                }
            }
        }
    }
}
