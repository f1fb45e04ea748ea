using CsCheck;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Scheduling;

/// <summary>The laws of planned starts, on random queues of one pool whose work ends when it said or before.</summary>
public sealed class BackfillLawsTests
{
    private static readonly string[] Classes = ["low", "medium", "high", "critical"];

    private static readonly Gen<Act> Acts = Gen.Select(Gen.Int[0, 9], Gen.Int[1, 8], Gen.Int[0, 5], Gen.Int[1, 30], Gen.Int[0, 3], (what, gpus, memory, seconds, rank) => new Act(what, gpus, memory, seconds, rank));

    [Fact]
    public void The_starts_are_those_of_a_plan_made_by_trying_every_moment_in_the_order_of_the_queue() => Acts.List[1, 60].Sample(acts =>
    {
        Queue queue = new(mayBeOpen: false);
        foreach (Act act in acts)
        {
            queue.Do(act);
            Dictionary<string, long?> planned = queue.PlanByTrying();
            Assert.Equal(planned, queue.Planned());
            Assert.DoesNotContain(0, planned.Values);
        }
    }, iter: 300);

    [Fact]
    public void No_start_moves_later_because_of_an_arrival_of_its_own_class_or_a_lower_one() => Acts.List[1, 60].Sample(acts =>
    {
        Queue queue = new(mayBeOpen: true);
        foreach (Act act in acts)
        {
            Dictionary<string, long?> before = queue.Planned();
            bool arrives = act.What < 6;
            queue.Do(act);
            Dictionary<string, long?> after = queue.Planned();
            foreach ((string id, long? start) in arrives ? before : [])
            {
                bool protectedFrom = Array.IndexOf(Classes, queue.ClassOf(id)) >= act.Rank;
                Assert.True(!protectedFrom || start is null || !after.TryGetValue(id, out long? then) || then <= start, $"the start of {id} moved from {start} to {after.GetValueOrDefault(id)}");
            }
        }
    }, iter: 300);

    private readonly record struct Act(int What, int Gpus, int Memory, int Seconds, int Rank);

    private sealed class Queue(bool mayBeOpen)
    {
        private const int Gpus = 8;
        private const int Memory = 12;
        private readonly Scene _nexus = Given.Pool("p", ("gpu", Gpus), ("memory", Memory));
        private int _ids;

        public string ClassOf(string id) => _nexus.Request(id).Priority;

        public void Do(Act act)
        {
            Request[] running = [.. _nexus.Engine.Requests.Where(r => r.Status == RequestStatus.Allocated)];
            switch (act.What)
            {
                case < 6:
                    TimeSpan? duration = mayBeOpen && act.Seconds % 5 == 0 ? null : TimeSpan.FromSeconds(act.Seconds);
                    _nexus.Submit(Scene.Spec($"r{_ids++}", [("gpu", act.Gpus), ("memory", act.Memory + 1)], priority: Classes[act.Rank], duration: duration, queue: true, lease: TimeSpan.FromHours(20)));
                    break;
                case 6 when running.Length > 0:
                    _nexus.Release(running[act.Seconds % running.Length].Spec.Id);
                    break;
                case 7:
                    Request[] waiting = [.. _nexus.Engine.Requests.Where(r => r.Status == RequestStatus.Queued)];
                    if (waiting.Length > 0)
                    {
                        _nexus.Cancel(waiting[act.Seconds % waiting.Length].Spec.Id);
                    }

                    break;
                default:
                    Pass(TimeSpan.FromSeconds(act.Seconds));
                    break;
            }
        }

        /// <summary>When each that waits is planned to start, in milliseconds from now; null: not known.</summary>
        public Dictionary<string, long?> Planned() => _nexus.Engine.Requests.Where(r => r.Status == RequestStatus.Queued)
            .ToDictionary(r => r.Spec.Id, r => _nexus.Engine.PlannedStart(r.Key) is { } at ? (long?)(at - _nexus.Now).TotalMilliseconds : null);

        /// <summary>The same by trying now and every moment at which somebody ends.</summary>
        public Dictionary<string, long?> PlanByTrying()
        {
            long now = _nexus.Now.Milliseconds;
            List<(long From, long To, ResourceVector Needs)> taken = [.. _nexus.Engine.Requests.Where(r => r.Status == RequestStatus.Allocated)
                .Select(r => (r.Lease!.GrantedAt.Milliseconds, (r.Lease.GrantedAt + r.Spec.Duration!.Value).Milliseconds, r.Needs))];
            Dictionary<string, long?> planned = [];
            foreach (Request request in _nexus.Engine.Requests.Where(r => r.Status == RequestStatus.Queued).OrderByDescending(Rank).ThenBy(r => r.Arrival))
            {
                long length = (long)request.Spec.Duration!.Value.TotalMilliseconds;
                long start = taken.Select(t => t.To).Append(now).Where(t => t >= now).Order().First(at =>
                    taken.Select(t => t.From).Append(at).Where(t => t >= at && t < at + length).All(t => Fits(request.Needs, t)));
                planned[request.Spec.Id] = start - now;
                taken.Add((start, start + length, request.Needs));
            }

            return planned;

            bool Fits(ResourceVector needs, long at) =>
                Used("gpu", at) + needs["gpu"].Thousandths <= Gpus * 1_000 && Used("memory", at) + needs["memory"].Thousandths <= Memory * 1_000;

            long Used(string kind, long at) => taken.Where(t => t.From <= at && at < t.To).Sum(t => t.Needs[kind].Thousandths);

            // A point of class for every ten seconds waited.
            long Rank(Request request) => (_nexus.Engine.Configuration.Class(request.Priority)!.Value * 10_000L) - request.SubmittedAt.Milliseconds;
        }

        private void Pass(TimeSpan span)
        {
            Instant until = _nexus.Now + span;
            while (true)
            {
                Request? next = _nexus.Engine.Requests.Where(r => r.Status == RequestStatus.Allocated && r.Spec.Duration is not null).MinBy(End);
                if (next is null || End(next) > until)
                {
                    break;
                }

                // The end is told when it comes, not before.
                if (End(next) > _nexus.Now)
                {
                    _nexus.Advance(End(next) - _nexus.Now);
                }

                _nexus.Release(next.Spec.Id);
            }

            if (until > _nexus.Now)
            {
                _nexus.Advance(until - _nexus.Now);
            }

            static Instant End(Request request) => request.Lease!.GrantedAt + request.Spec.Duration!.Value;
        }
    }
}
