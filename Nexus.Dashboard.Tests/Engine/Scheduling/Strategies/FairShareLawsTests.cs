using CsCheck;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Dashboard.Tests.Engine.Scheduling.Strategies;

/// <summary>The laws of fair shares, for random owners, sizes and histories.</summary>
public sealed class FairShareLawsTests
{
    private const string Tokens = "tokens.output";

    private static readonly Gen<(int Owners, int[] Sizes, int[] Waits)> Backlogs =
        Gen.Select(Gen.Int[2, 6], Gen.Int[1, 1_000].Array[10, 40], Gen.Int[0, 7_200].Array[1, 20]);

    /// <summary>Theorem 4.4 of Sheng et al., Fairness in Serving Large Language Models, OSDI 2024: of two who are backlogged, neither is served more than the other by more than twice the largest request's.</summary>
    [Fact]
    public void What_two_backlogged_owners_are_served_differs_by_no_more_than_twice_the_largest_request() => Backlogs.Sample(b =>
    {
        Service served = new(FairScene.Tokens(), b.Sizes, b.Waits);
        string[] owners = [.. Enumerable.Range(0, b.Owners).Select(i => $"t{i}")];

        served.Serve(owners, 300);

        foreach ((string f, string g) in from f in owners from g in owners where string.CompareOrdinal(f, g) < 0 select (f, g))
        {
            Assert.InRange(served.MostDifference(f, g), 0, 2 * b.Sizes.Max());
        }
    }, iter: 200);

    [Fact]
    public void By_weight_it_differs_by_no_more_than_twice_the_largest_request_for_its_weight() => Backlogs.Sample(b =>
    {
        double[] weights = [0.5, 1, 2, 3, 1.5, 7];
        FairScene tokens = FairScene.Tokens();
        string[] owners = [.. Enumerable.Range(0, b.Owners).Select(i => $"t{i}")];
        for (int i = 0; i < owners.Length; i++)
        {
            tokens.Weighing(owners[i], weights[i]);
        }

        Service served = new(tokens, b.Sizes, b.Waits) { WeightOf = o => weights[Array.IndexOf(owners, o)] };
        served.Serve(owners, 300);

        double largest = b.Sizes.Max() / weights[..b.Owners].Min();
        foreach ((string f, string g) in from f in owners from g in owners where string.CompareOrdinal(f, g) < 0 select (f, g))
        {
            Assert.InRange(served.MostDifference(f, g), 0, 2 * largest);
        }
    }, iter: 200);

    [Fact]
    public void Who_comes_back_is_served_no_more_than_those_who_stayed_but_for_twice_the_largest_request() => Backlogs.Sample(b =>
    {
        FairScene tokens = FairScene.Tokens();
        Service before = new(tokens, b.Sizes, b.Waits);
        tokens.Charge("returns", (Tokens, 1));
        before.Serve(["stays", "also"], 200);

        Service since = new(tokens, b.Sizes, b.Waits);
        since.Serve(["returns", "stays", "also"], 200);

        Assert.InRange(since.MostDifference("returns", "stays"), 0, 2 * b.Sizes.Max());
    }, iter: 100);

    [Fact]
    public void However_many_children_a_tenant_has_it_takes_nothing_of_anothers_share() => Backlogs.Sample(b =>
    {
        Service served = new(FairScene.Tokens(), b.Sizes, b.Waits);
        string[] many = [.. Enumerable.Range(0, b.Owners).Select(i => $"many/u{i}/w")];

        served.Serve(["one/u/w", .. many], 300, alike: o => o.Split('/')[0]);

        Assert.InRange(served.MostDifference("one", "many"), 0, 2 * b.Sizes.Max());
    }, iter: 200);

    [Fact]
    public void A_tenant_whose_every_request_comes_from_a_new_owner_gets_its_share_and_no_more()
    {
        FairScene pool = FairScene.Pool(("gpu", 10));
        for (int i = 0; i < 20; i++)
        {
            pool.Wait($"swarm/run-{i}", ("gpu", 1));
            pool.Wait("steady", ("gpu", 1));
        }

        for (int i = 0; i < 10; i++)
        {
            pool.Start(pool.First()!);
        }

        Assert.Equal((5, 5), (pool.Held("swarm", "gpu"), pool.Held("steady", "gpu")));
    }

    [Fact]
    public void Held_shares_of_tenants_differ_by_one_request_at_most_whoever_asks_below() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 5], Gen.Int[4, 60]).Sample((children, others, capacity) =>
        {
            FairScene pool = FairScene.Pool(("gpu", capacity));
            (string, (string, double)[], int)[] users =
            [
                .. Enumerable.Range(0, children).Select(i => ($"a/{i}", new[] { ("gpu", 1.0) }, int.MaxValue)),
                .. Enumerable.Range(0, others).Select(i => ($"b/x/{i}", new[] { ("gpu", 1.0) }, int.MaxValue)),
            ];

            pool.Fill(users);

            Assert.InRange(Math.Abs(pool.Held("a", "gpu") - pool.Held("b", "gpu")), 0, 1);
            Assert.Equal(capacity, pool.Held("a", "gpu") + pool.Held("b", "gpu"));
        });

    [Fact]
    public void What_is_released_at_once_leaves_no_trace_and_later_only_the_past() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 9], Gen.Int[0, 3_000]).List[1, 60].Sample(steps =>
        {
            string[] owners = ["a", "a/x", "a/x/1", "b", "b/y", "c"];
            FairScene pool = FairScene.Pool(("gpu", 30), ("memory", 40));
            Array.ForEach(owners, o => pool.Charge(o, ("gpu", 1)));
            pool.Advance(TimeSpan.FromHours(1));
            Array.ForEach(owners, o => pool.Release(o, ("gpu", 1)));
            IReadOnlyList<FairNodeState> before = WithoutTurns(pool);

            steps.ForEach(s => pool.Charge(owners[s.Item1], ("gpu", s.Item2), ("memory", 1)));
            steps.ForEach(s => pool.Release(owners[s.Item1], ("gpu", s.Item2), ("memory", 1)));
            Assert.Equal(before, WithoutTurns(pool));

            foreach ((int who, int amount, int seconds) in steps)
            {
                pool.Charge(owners[who], ("gpu", amount));
                pool.Advance(TimeSpan.FromSeconds(seconds));
                pool.Release(owners[who], ("gpu", amount));
            }

            Assert.All(pool.Tree.Keep().Nodes, n => Assert.All(n.Uses, u => Assert.Equal(0, u.Held)));
        });

    [Fact]
    public void The_same_deeds_give_the_same_state_though_one_was_read_often_and_one_came_back_from_a_snapshot() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5], Gen.Int[1, 9], Gen.Int[0, 3_000]).List[1, 80].Sample(steps =>
        {
            FairTreeState plain = Live(steps, (_, _) => { });
            Assert.Equal(plain, Live(steps, (_, _) => { }));
            Assert.Equal(plain, Live(steps, (pool, _) => pool.First()));
            Assert.Equal(plain, Live(steps, (pool, step) => { if (step % 7 == 0) { pool.Recover(); } }));
        }, iter: 100);

    [Fact]
    public void A_day_of_having_everything_is_paid_back_and_meanwhile_half_a_share_is_left()
    {
        Cluster cluster = new(gpus: 8, minutes: 10);
        cluster.Run(["heavy"], TimeSpan.FromDays(3));
        Assert.Equal(8, cluster.Pool.Held("heavy", "gpu"));

        cluster.Run(["heavy", "light"], TimeSpan.FromHours(12));
        Assert.Equal((2, 6), (cluster.Pool.Held("heavy", "gpu"), cluster.Pool.Held("light", "gpu")));
        Assert.Equal(2, cluster.FewestOf("heavy"));

        cluster.Run(["heavy", "light"], TimeSpan.FromDays(6));
        Assert.Equal((4, 4), (cluster.Pool.Held("heavy", "gpu"), cluster.Pool.Held("light", "gpu")));
        Assert.Equal(cluster.Pool.Past("heavy", "gpu"), cluster.Pool.Past("light", "gpu"), 0.03);
        Assert.Equal(2, cluster.FewestOf("heavy"));
    }

    [Fact]
    public void Among_many_who_had_everything_yesterday_is_not_starved_today()
    {
        Cluster cluster = new(gpus: 40, minutes: 10);
        cluster.Run(["heavy"], TimeSpan.FromDays(3));

        cluster.Run(["heavy", .. Enumerable.Range(0, 19).Select(i => $"t{i}")], TimeSpan.FromDays(2));

        // Its share is two of forty.
        Assert.InRange(cluster.FewestOf("heavy"), 1, 2);
    }

    [Fact]
    public void In_the_long_run_shares_are_as_the_weights()
    {
        Cluster cluster = new(gpus: 12, minutes: 10);
        cluster.Pool.Weighing("three", 3).Weighing("two", 2);

        cluster.Run(["three", "two", "one"], TimeSpan.FromDays(5));

        Assert.Equal(0.5, cluster.Pool.Past("three", "gpu"), 0.02);
        Assert.Equal(0.333, cluster.Pool.Past("two", "gpu"), 0.02);
        Assert.Equal(0.167, cluster.Pool.Past("one", "gpu"), 0.02);
    }

    private static FairNodeState[] WithoutTurns(FairScene pool) => [.. pool.Tree.Keep().Nodes.Select(n => n with { Turn = 0 })];

    private static FairTreeState Live(List<(int, int, int, int)> steps, Action<FairScene, int> between)
    {
        string[] owners = ["a", "a/x", "a/x/1", "b", "b/y", "c"];
        FairScene pool = new([new Supply("gpu", Scene.Amount(20)), new Supply(Tokens, Scene.Amount(100), Scene.Amount(100), TimeSpan.FromMinutes(1))]);
        List<Waiter> running = [];
        int taken = 0;
        foreach ((int deed, int who, int amount, int seconds) in steps)
        {
            switch (deed)
            {
                case 0 or 1:
                    pool.Wait(owners[who], ("gpu", amount), (Tokens, amount));
                    break;
                case 2 or 3 when pool.Waiting.Count > 0:
                    running.Add(pool.Waiting[amount % pool.Waiting.Count]);
                    pool.Start(running[^1]);
                    break;
                case 4 when running.Count > 0:
                    pool.Tree.Release(running[0].Owner, running[0].Needs, pool.Now);
                    pool.Tree.Settle(running[0].Owner, Tokens, running[0].Needs[Tokens].Thousandths, amount * 700, pool.Now);
                    running.RemoveAt(0);
                    break;
                default:
                    pool.Advance(TimeSpan.FromSeconds(seconds));
                    break;
            }

            between(pool, ++taken);
        }

        return pool.Tree.Keep();
    }

    /// <summary>A bucket at which everybody always has two requests waiting: the head of the queue is served, whatever it needs.</summary>
    private sealed class Service(FairScene tokens, int[] sizes, int[] waits)
    {
        private readonly Dictionary<string, double> _served = [];
        private readonly Dictionary<(string, string), (double Least, double Most)> _differences = [];
        private int _asked;

        public Func<string, double> WeightOf { get; init; } = _ => 1;

        public void Serve(string[] owners, int times, Func<string, string>? alike = null)
        {
            alike ??= o => o;
            foreach (string owner in owners)
            {
                _served[alike(owner)] = 0;
                Ask(owner);
                Ask(owner);
            }

            for (int i = 0; i < times; i++)
            {
                tokens.Advance(TimeSpan.FromSeconds(waits[i % waits.Length]));
                Waiter next = tokens.First()!;
                Ask(next.Owner.ToString());
                tokens.Start(next);
                string owner = alike(next.Owner.ToString());
                _served[owner] += (double)next.Needs[Tokens].Units / WeightOf(owner);
                Note();
            }

            foreach (Waiter left in tokens.Waiting.ToArray())
            {
                tokens.Leave(left);
            }
        }

        /// <summary>By how much the one was served more than the other, or less, between any two moments.</summary>
        public double MostDifference(string f, string g) =>
            _differences.TryGetValue((f, g), out (double Least, double Most) d) || _differences.TryGetValue((g, f), out d) ? d.Most - d.Least : 0;

        private void Ask(string owner) => tokens.Wait(owner, (Tokens, sizes[_asked++ % sizes.Length]));

        private void Note()
        {
            foreach ((string f, double a) in _served)
            {
                foreach ((string g, double b) in _served)
                {
                    (double least, double most) = _differences.GetValueOrDefault((f, g));
                    _differences[(f, g)] = (Math.Min(least, a - b), Math.Max(most, a - b));
                }
            }
        }
    }

    /// <summary>A pool of GPUs on which everybody always has a job waiting; each takes one GPU for the same time.</summary>
    private sealed class Cluster(int gpus, int minutes)
    {
        private readonly Queue<(long Ends, Waiter Job)> _running = [];
        private readonly Dictionary<string, double> _fewest = [];

        public FairScene Pool { get; } = FairScene.Pool(("gpu", gpus));

        /// <summary>The fewest that somebody held since the first job of a run had time to end.</summary>
        public double FewestOf(string owner) => _fewest[owner];

        public void Run(string[] owners, TimeSpan span)
        {
            long until = Pool.Now + (long)span.TotalMilliseconds;
            long settled = Pool.Now + (2 * minutes * 60_000);
            foreach (string owner in owners.Where(o => !Pool.Waiting.Exists(w => w.Owner.ToString() == o)))
            {
                Pool.Wait(owner, ("gpu", 1));
            }

            // Jobs end one after the other, so that each is followed by whoever is first just then.
            for (int i = 0; Pool.Now < until; i++)
            {
                while (_running.TryPeek(out (long Ends, Waiter Job) first) && first.Ends <= Pool.Now)
                {
                    _running.Dequeue();
                    Pool.Tree.Release(first.Job.Owner, first.Job.Needs, Pool.Now);
                }

                if (_running.Count < gpus)
                {
                    Waiter next = Pool.First()!;
                    Pool.Start(next);
                    _running.Enqueue((Pool.Now + (minutes * 60_000), next));
                    Pool.Wait(next.Owner, next.Needs, 500);
                }

                foreach (string owner in Pool.Now >= settled ? owners : [])
                {
                    _fewest[owner] = Math.Min(_fewest.GetValueOrDefault(owner, double.MaxValue), _running.Count(r => r.Job.Owner.ToString() == owner));
                }

                Pool.Advance(TimeSpan.FromMilliseconds(minutes * 60_000.0 / gpus));
            }
        }
    }
}
