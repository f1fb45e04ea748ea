using System.Text.Json;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Demo;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Dashboard.Demo;

public sealed class DemoPlanTests
{
    [Fact]
    public void The_same_seed_gives_the_same_story()
    {
        Assert.Equal(Told(7), Told(7));
        Assert.NotEqual(Told(7), Told(8));

        static string[] Told(int seed) => [.. DemoPlan.Arrivals(seed).Take(2_000).Select(a => $"{a.At} {a.Agent.Owner} {a.Number} {string.Join(",", a.Ask.Resources)} {a.Ask.Works} {a.Ask.Fate}")];
    }

    [Fact]
    public void Arrivals_come_in_order_from_three_tenants_at_a_moderate_rate()
    {
        DemoArrival[] hour = [.. DemoPlan.Arrivals(DemoWorkload.Seed).TakeWhile(a => a.At < TimeSpan.FromHours(1))];

        Assert.Equal(hour.Select(a => a.At).Order(), hour.Select(a => a.At));
        Assert.Equal(["acme", "globex", "initech"], hour.Select(a => a.Agent.Tenant).Distinct().Order());
        Assert.InRange(hour.Length / 3600.0, 1, 5);
    }

    [Fact]
    public void Days_are_busier_than_nights_and_bursts_busier_than_both()
    {
        DemoAgent agent = DemoAgents.All[0];

        Assert.Equal(0.3, DemoPlan.Rhythm(agent, DemoPlan.Day + TimeSpan.FromSeconds(30)), 1);
        Assert.True(DemoPlan.Rhythm(agent, DemoPlan.Day / 2) > 0.95);
        Assert.True(DemoPlan.Rhythm(agent, TimeSpan.Zero) > 1);
    }

    [Fact]
    public void Within_two_seconds_a_pool_is_asked_for_more_than_it_has_something_never_fits_and_a_client_dies()
    {
        DemoArrival[] opening = [.. DemoPlan.Arrivals(DemoWorkload.Seed).TakeWhile(a => a.At < TimeSpan.FromSeconds(2))];

        Assert.True(opening.Where(a => a.Ask.PoolLabels?["model"] == "H100").Sum(a => a.Ask.Resources["gpu"]) > 8);
        Assert.Contains(opening, a => a.Ask.Resources.GetValueOrDefault("gpu") == 64);
        Assert.Contains(opening, a => a is { Ask.Fate: DemoFate.Dies, Ask.LeaseSeconds: 2 });
        Assert.Contains(opening, a => a.Agent.Tenant == "initech" && a.Ask.Priority == "critical");
    }

    [Fact]
    public void Work_that_may_end_for_others_is_met_by_a_higher_class_and_by_an_owner_who_lends()
    {
        DemoArrival[] day = [.. DemoPlan.Arrivals(DemoWorkload.Seed).TakeWhile(a => a.At < DemoPlan.Day)];

        foreach ((string model, string tenant) in new[] { ("A10", "initech"), ("H100", "globex") })
        {
            DemoArrival[] there = [.. day.Where(a => a.Ask.PoolLabels?["model"] == model)];
            Assert.All(there.Where(a => a.Agent.Tenant == tenant), a => Assert.True(a.Ask.Preemptible && a.Ask.Queue));
            Assert.Contains(there, a => a.Agent.Tenant == "acme" && a.Ask is { Preemptible: false, Queue: true });
        }
    }

    [Fact]
    public void A_pool_fails_for_a_while_is_probed_and_recovers()
    {
        const string Store = "vector-store";
        PoolBody body = JsonSerializer.Deserialize(JsonSerializer.Serialize(DemoPools.All[Store]), ApiJson.Default.PoolBody)!;
        Scene scene = Given.Nothing().Pool(body.ToDefinition(Store).Value!);
        PriorityQueue<(string Id, DemoFate Fate), TimeSpan> working = new();
        TimeSpan at = TimeSpan.Zero;
        foreach (DemoArrival arrival in DemoPlan.Arrivals(DemoWorkload.Seed).TakeWhile(a => a.At < DemoPlan.Day).Where(a => a.Ask.Pools?[0] == Store))
        {
            while (working.TryPeek(out (string Id, DemoFate Fate) done, out TimeSpan ends) && ends <= arrival.At)
            {
                working.Dequeue();
                PassTo(ends);
                Outcome outcome = done.Fate == DemoFate.Fails ? Outcome.Failed : Outcome.Succeeded;
                scene.Send(new Release(new RequestKey("acme", done.Id), scene.Request(done.Id).Lease!.Number, ResourceVector.Empty, Labels.None, outcome) { Actor = Scene.Somebody });
            }

            PassTo(arrival.At);
            string id = $"r{arrival.Number}";
            if (scene.Submit(Scene.Spec(id, [("vector.operations", (double)arrival.Ask.Resources["vector.operations"])], owner: arrival.Agent.Owner)).Status == RequestStatus.Allocated)
            {
                working.Enqueue((id, arrival.Ask.Fate), arrival.At + arrival.Ask.Works);
            }
        }

        Instant began = scene.Now - at;
        PoolHealthChanged[] became = [.. scene.Events.OfType<PoolHealthChanged>()];
        PoolHealthChanged opened = became.First(e => e.To == PoolHealthStatus.Open);
        PoolHealthChanged recovered = became.First(e => e.To == PoolHealthStatus.Healthy);

        // Who has just started it sees that.
        Assert.InRange(opened.At - began, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(90));
        Assert.InRange(recovered.At - began, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(150));
        Assert.InRange(became.Count(e => e.To == PoolHealthStatus.Healthy), 2, 8);
        Assert.Equal(PoolHealthStatus.Healthy, became[^1].To);

        void PassTo(TimeSpan moment)
        {
            scene.Advance(moment - at);
            at = moment;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(23)]
    public void Whatever_the_hour_one_of_two_that_may_wait_is_held_back_for_a_lower_price_within_seconds(int hour)
    {
        Scene scene = Given.Nothing();
        scene.Advance(TimeSpan.FromHours(hour) + TimeSpan.FromMinutes(20));
        foreach (string model in (string[])["llm-frontier", "llm-small"])
        {
            scene.Pool(JsonSerializer.Deserialize(JsonSerializer.Serialize(DemoPools.All[model]), ApiJson.Default.PoolBody)!.ToDefinition(model).Value!);
        }

        scene.Prices([.. JsonSerializer.Deserialize(JsonSerializer.Serialize(DemoPrices.Book), ApiJson.Default.PricesBody)!.ToSkus().Value!]);
        Request[] asked =
        [
            .. DemoPlan.Arrivals(DemoWorkload.Seed).TakeWhile(a => a.At < TimeSpan.FromSeconds(2)).Where(a => a.Ask.MaxDelay is not null).Select(a => scene.Submit(
                Scene.Spec(a.Agent.Name, [.. a.Ask.Resources.Select(r => (r.Key, (double)r.Value))], owner: a.Agent.Owner, pools: [.. a.Ask.Pools!]) with
                {
                    MaxDelay = System.Xml.XmlConvert.ToTimeSpan(a.Ask.MaxDelay!), Queue = true, Labels = Labels.Of(a.Ask.Labels),
                })),
        ];

        Request held = Assert.Single(asked, r => r.Status == RequestStatus.Queued);
        Assert.Equal(2, asked.Length);
        Assert.Equal((ReasonCode.CheaperLater, TimeSpan.FromMinutes(40)), (held.Reason!.Code, held.Reason.Earliest!.Value - scene.Now));
        Assert.True(held.Reason.Delay!.Saving.Picos * 3 > held.Reason.Delay.Now.Picos);
    }

    [Fact]
    public void Some_work_fails_and_some_clients_die()
    {
        DemoFate[] fates = [.. DemoPlan.Arrivals(DemoWorkload.Seed).Take(2_000).Select(a => a.Ask.Fate)];

        Assert.InRange(fates.Count(f => f == DemoFate.Fails), 20, 200);
        Assert.InRange(fates.Count(f => f == DemoFate.Dies), 5, 100);
    }
}
