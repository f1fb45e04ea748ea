using AngleSharp.Dom;
using Bunit;
using Nexus.Dashboard.Features.Queue;
using Nexus.Dashboard.Gallery;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Request = Nexus.Engine.Scheduling.Request;

namespace Nexus.Dashboard.Tests.Dashboard.Queue;

public sealed class WhyDrawerTests : ComponentTest
{
    private static readonly Request Waiting = Story.Told.Find("triage-44");
    private static readonly Reason NotEnough = Waiting.Reason!;

    [Fact]
    public void It_begins_with_the_sentence() =>
        Assert.StartsWith("Pool gpu-h100 has 0 gpu free; 4 needed.", Draw(Stopped(Waiting)).Find(".say").TextContent, StringComparison.Ordinal);

    [Theory]
    [InlineData(PoolChoiceRule.Cheapest, "1.2", "Why here Cheapest of 3 that could serve it: $1.20 here, $2.50 in dear, no price in odd, at present prices; spot not used, as it does not tolerate interruption.")]
    [InlineData(PoolChoiceRule.Cheapest, "3", "Why here Placed by cost, of 3 that could serve it: $3.00 here, $2.50 in dear, no price in odd, at present prices. What costs less had no room then, cost more, or is interrupted too often; spot not used, as it does not tolerate interruption.")]
    [InlineData(PoolChoiceRule.ClosestFit, null, "Why here Closest fit: of 3 pools that could serve it, here had room with least left over; spot not used, as it does not tolerate interruption.")]
    [InlineData(PoolChoiceRule.AsNamed, null, "Why here It names its pools: here was the first of 3 with room.")]
    public void A_grant_says_why_it_is_in_its_pool(PoolChoiceRule rule, string? cost, string said)
    {
        PoolChoice placement = new("here", rule, [new("dear", rule == PoolChoiceRule.Cheapest ? Money.Parse("2.5") : null), new("odd", null)], cost is null ? null : Money.Parse(cost), rule == PoolChoiceRule.AsNamed ? [] : ["spot"]);

        Assert.Equal(said, Draw(Stopped(Story.Told.Find("train-81")) with { PoolChoice = placement }).Find("[data-why-here]").TextContent);
    }

    [Fact]
    public void Where_there_was_no_choice_nothing_is_said_of_it() =>
        Assert.Empty(Draw(Stopped(Story.Told.Find("train-81")) with { PoolChoice = new PoolChoice("here", PoolChoiceRule.TheOnlyOne, [], null, []) }).FindAll("[data-why-here]"));

    [Theory]
    [InlineData("train-80", "Shared Shares the grant of train-80 (lease-7): the minimum of calls is paid once in the hour, saves $0.30; the minimum of gpu-hour is paid once, saves $0.50 an hour.")]
    [InlineData(null, "Shared Shares the grant of lease-7: the minimum of calls is paid once in the hour, saves $0.30; the minimum of gpu-hour is paid once, saves $0.50 an hour.")]
    public void A_grant_that_is_shared_says_whose_it_is_and_what_that_saves(string? with, string said)
    {
        Request request = Story.Told.Find("train-81") is var runs ? runs with { Spec = runs.Spec with { Mergeable = true } } : null!;
        SharedGrant shared = new(7, with, [new("calls", Money.Parse("0.3"), false), new("gpu-hour", Money.Parse("0.5"), true)]);

        IRenderedComponent<WhyDrawer> drawer = Draw(Stopped(request) with { Shares = shared, Timeline = [new RequestStarted(request.Owner, request.Spec.Id, request.Lease! with { MergedWith = 7 }).Stamp(9, Story.Told.Now, Actor.Engine)] });

        Assert.Equal(said, drawer.Find("[data-shares]").TextContent);
        Assert.Contains("Mergeable yes", drawer.FindAll(".facts div").Select(d => d.TextContent));
        Assert.Contains(drawer.FindAll(".hist > span").Select(h => h.TextContent), h => h.StartsWith("started in ", StringComparison.Ordinal) && h.EndsWith(", sharing the grant lease-7", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_one_that_is_alone_in_it_by_now_it_says_that_it_pays_and_of_whose_path_is_another_not_whose_it_is()
    {
        SharedGrant shared = new(7, "train-80", [new("calls", Money.Parse("0.3"), false), new("gpu-hour", Money.Parse("0.5"), true)]);

        Assert.Equal("Shared Began in the grant of train-80 (lease-7); alone in it now, it pays the minimum of calls and gpu-hour.", Said(shared with { IsAlone = true }));
        Assert.Equal("Shared Began in a grant of others; alone in it now.", Said(new SharedGrant(null, null, []) { IsAlone = true }));
        Assert.Equal("Shared Shares a grant of others.", Said(new SharedGrant(null, null, [])));

        string Said(SharedGrant of) => Draw(Stopped(Story.Told.Find("train-81")) with { Shares = of }).Find("[data-shares]").TextContent;
    }

    [Fact]
    public void Where_nothing_is_saved_it_says_whose_grant_it_is_alone_and_of_one_of_its_own_nothing()
    {
        Assert.Equal("Shared Shares the grant of lease-7.", Draw(Stopped(Story.Told.Find("train-81")) with { Shares = new SharedGrant(7, null, []) }).Find("[data-shares]").TextContent);
        Assert.Empty(Draw(Stopped(Story.Told.Find("train-81"))).FindAll("[data-shares]"));
    }

    [Fact]
    public void Each_gate_says_how_far_the_request_came()
    {
        IElement[] gates = [.. Draw(Stopped(Waiting)).FindAll(".gates li")];

        Assert.Equal(["Access passed", "Capacity needs 4, 0 there"], gates.Select(Text));
        Assert.Equal(["", "fail"], gates.Select(g => g.ClassName ?? ""));
        Assert.Equal(["Passed", "Stopped"], gates.Select(g => g.QuerySelector("[role=img]")!.GetAttribute("aria-label")));
    }

    [Fact]
    public void Of_a_learned_size_it_says_what_is_reserved_of_which_maximum_what_that_rests_on_and_that_it_must_stop()
    {
        string[] facts = [.. Draw(Stopped(Story.Told.Find("chat-9"))).FindAll(".facts div").Select(d => d.TextContent)];

        Assert.Contains(facts, f => f.StartsWith("Reserved 40", StringComparison.Ordinal) && f.EndsWith("of at most 4,000 tokens.output", StringComparison.Ordinal));
        Assert.Contains(facts, f => f.StartsWith("Rests on Learned from 60 ended ones of acme/alice/chat, model gpt-4o: 40", StringComparison.Ordinal) && f.EndsWith("It asked for more, did not get it, and was told to stop.", StringComparison.Ordinal));
        Assert.Contains("Max cost $1.00", facts);
    }

    [Fact]
    public void Behind_the_gate_that_stops_it_none_was_reached()
    {
        Request refused = Story.Told.Find("sneak-1");
        Explanation why = Stopped(refused) with { Gates = [new(Gate.Access, GateOutcome.Stopped, refused.Reason), new(Gate.Capacity, GateOutcome.NotReached, null)] };

        IElement[] gates = [.. Draw(why).FindAll(".gates li")];

        Assert.Equal("fail", gates[0].ClassName);
        Assert.Equal("Access stopped here", Text(gates[0]));
        Assert.Equal("Capacity not reached", Text(gates[1]));
    }

    [Fact]
    public void Who_holds_what_it_lacks_is_named_as_far_as_the_reader_may_see()
    {
        Holder committed = new(OwnerPath.Parse("acme/research"), "train-81", 3, "gpu-h100", "gpu", Quantity.Of(6), "medium", Story.Told.Now, Story.Told.Now + TimeSpan.FromMinutes(60), Story.Told.Now + TimeSpan.FromMinutes(28));
        Holder open = committed with { Id = "report", EndsAt = null, Amount = Quantity.Of(1), Priority = "low", Preemptible = true };

        string[] rows = [.. Draw(Stopped(Waiting) with { Holders = [committed, open], Others = new HeldByOthers(3, Quantity.Of(1)) }).FindAll("table.hold tbody tr").Select(Text)];

        Assert.Equal(["acme/researchmedium 6 gpu 15:00:07", "acme/researchlow, preemptible 1 gpu 15:32:07 unless renewed", "3 others 1"], rows);
    }

    [Fact]
    public void How_often_such_intervals_came_true_stands_beside_what_was_promised()
    {
        Instant start = Story.Told.Now + TimeSpan.FromMinutes(5);
        Explanation why = Stopped(Waiting) with { EstimatedStart = start, EstimateFrom = EstimateBasis.Refill, StartsBetween = new(start, start + TimeSpan.FromMinutes(1)), HitRate = new(787, 1_000) };

        Assert.EndsWith("Promised 80 %, kept 79 % of the last 1000.", Draw(why).Find(".say").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_chosen_of_what_was_left_open_is_said_with_the_reason_and_later_choices_stand_in_the_history()
    {
        MoldableWork work = new([new AmountRange("gpu", Quantity.Of(1), Quantity.Of(8), Quantity.Of(7200))]);
        RequestSpec spec = (Waiting.Spec with { Deadline = Story.Told.Now + TimeSpan.FromHours(1), Resources = ResourceVector.Empty }).With(work).Sized(ResourceVector.Of([new("gpu", Quantity.Of(2))]), TimeSpan.FromHours(1));
        Explanation why = Stopped(Waiting with { Spec = spec, Needs = spec.Resources }) with { Timeline = [new AmountChosen(spec.Owner, spec.Id, spec.Resources, TimeSpan.FromHours(1)).Stamp(9, Story.Told.Now, Actor.Engine)] };

        IRenderedComponent<WhyDrawer> drawer = Draw(why);

        Assert.Contains("Chosen 2 gpu of 1–8: the least with which it can still end by its deadline.", drawer.FindAll(".facts div").Select(d => d.TextContent));
        Assert.Contains("2 gpu chosen, for 1 h 00 m", drawer.FindAll(".hist > span").Select(h => h.TextContent.Replace('\u00A0', ' ')));
    }

    [Fact]
    public void Which_configuration_it_stands_in_line_for_is_said_with_what_stops_the_others_and_the_choice_stands_in_the_history()
    {
        RequestSpec spec = Waiting.Spec.Or(new Alternative(ResourceVector.Of([new("gpu", Quantity.Of(2))]), ["gpu-l40s"], Labels.None, TimeSpan.FromHours(2)));
        Explanation why = Stopped(Waiting with { Spec = spec }) with
        {
            OtherConfigurations = [new(1, new Reason(ReasonCode.NotEnoughFree, "gpu-l40s", "gpu", Quantity.Of(2), Quantity.Of(1)))],
            Timeline = [new AlternativeChosen(spec.Owner, spec.Id, 1, ResourceVector.Of([new("gpu", Quantity.Of(2))]), TimeSpan.FromHours(2)).Stamp(9, Story.Told.Now, Actor.Engine)],
        };

        IRenderedComponent<WhyDrawer> drawer = Draw(why);

        string[] facts = [.. drawer.FindAll(".facts div").Select(d => d.TextContent)];
        Assert.Contains("Chosen It stands in line for its main configuration, and starts in whichever of its 2 configurations can first.", facts);
        Assert.Contains("Otherwise Alternative 1: Pool gpu-l40s has 1 gpu free; 2 needed.", facts);
        Assert.Contains("alternative 1 chosen: 2 gpu for 2 h 00 m", drawer.FindAll(".hist > span").Select(h => h.TextContent.Replace('\u00A0', ' ')));
    }

    [Fact]
    public void What_it_asked_for_is_said_where_it_gave_way_by_whose_rules_and_why_and_stands_in_the_history()
    {
        Request runs = Story.Told.Find("train-81");
        RequestSpec less = runs.Spec with
        {
            Degraded = new Degraded(ResourceVector.Of([new("gpu", Quantity.Of(12))]), runs.Spec.Pools, false, null, null, OwnerPath.Parse("acme/research"), [DegradeKind.Amount], new Reason(ReasonCode.ExceedsPools, "gpu-h100", "gpu", Quantity.Of(12), Quantity.Of(8))),
        };
        Explanation why = Stopped(runs with { Spec = less }) with { Timeline = [new RequestSubmitted(less, "medium", Labels.None, RequestStatus.Allocated, runs.Lease, null).Stamp(9, Story.Told.Now, Actor.Engine)] };

        IRenderedComponent<WhyDrawer> drawer = Draw(why);

        Assert.Equal(
            "Gave way Asked for 12 gpu, gets 6 gpu: acme/research gives way before a refusal. As it was asked it would have been refused: 12 gpu is more than any accepted pool can ever give: at most 8 (pool gpu-h100).",
            drawer.Find("[data-gave-way]").TextContent.Replace('\u00A0', ' '));
        Assert.Contains("submitted and gave way (asked for 12 gpu, gets 6 gpu), running", drawer.FindAll(".hist > span").Select(h => h.TextContent.Replace('\u00A0', ' ')));
        Assert.Empty(Draw(Stopped(runs)).FindAll("[data-gave-way]"));
    }

    [Fact]
    public void What_would_start_it_is_said_with_when()
    {
        Explanation why = Stopped(Waiting) with
        {
            Counterfactuals = [new(CounterfactualKind.AcceptPool, Pool: "gpu-l40s", StartsNow: true), new(CounterfactualKind.WaitUntil, StartsAt: Story.Told.Now + TimeSpan.FromMinutes(28))],
        };

        Assert.Equal(["Accept gpu-l40s: it starts now. now", "Wait: it starts by itself as things stand. 15:00:07"], Draw(why).FindAll(".opts li").Select(Text));
    }

    [Fact]
    public void Its_history_is_told_in_order() =>
        Assert.Equal(
            ["14:22:07", "submitted, waiting: Pool gpu-h100 has 0 gpu free; 4 needed.", "14:24:07", "priority medium → high by dana"],
            Draw(Stopped(Waiting)).FindAll(".hist > *").Select(e => e.TextContent).Take(4));

    [Fact]
    public void Whoever_may_act_changes_its_priority_or_cancels_it()
    {
        string? priority = null;
        int cancelled = 0;
        IRenderedComponent<WhyDrawer> drawer = Render<WhyDrawer>(p => p
            .Add(d => d.Of, Stopped(Waiting)).Add(d => d.MayAct, true).Add(d => d.Classes, ["high", "medium", "low"])
            .Add(d => d.OnPriority, chosen => priority = chosen).Add(d => d.OnCancel, () => cancelled++));

        drawer.Find("select").Change("low");
        drawer.Find("button.bad").Click();

        Assert.Equal(("low", 1), (priority, cancelled));
    }

    [Fact]
    public void Whoever_may_only_look_reads_what_is_missing()
    {
        IRenderedComponent<WhyDrawer> drawer = Draw(Stopped(Waiting));

        Assert.True(drawer.Find("select").HasAttribute("disabled"));
        Assert.Equal("Needs the scope 'requests'", drawer.Find("button.bad").GetAttribute("title"));
    }

    [Fact]
    public void What_waits_is_held_back_and_what_is_held_back_let_go()
    {
        List<bool> asked = [];
        foreach (string id in (string[])["triage-44", "nightly-2"])
        {
            IRenderedComponent<WhyDrawer> drawer = Render<WhyDrawer>(p => p.Add(d => d.Of, Stopped(Story.Told.Find(id))).Add(d => d.MayAct, true).Add(d => d.OnHold, held => asked.Add(held)));
            drawer.FindAll(".df button").Single(b => b.TextContent is "Hold back" or "Let go").Click();
        }

        Assert.Equal([true, false], asked);
    }

    [Theory]
    [InlineData(999, false)]
    [InlineData(1_000, true)]
    public void An_interval_is_named_where_its_ends_can_be_told_apart(int milliseconds, bool named)
    {
        Instant start = Story.Told.Now + TimeSpan.FromMinutes(5);
        Explanation why = Stopped(Waiting) with { EstimatedStart = start, EstimateFrom = EstimateBasis.Plan, StartsBetween = new(start, start + TimeSpan.FromMilliseconds(milliseconds)) };

        Assert.Equal(named, Draw(why).Find(".say").TextContent.Contains("between", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_booked_says_when_and_where_it_starts_and_can_be_held_back()
    {
        Request booked = Waiting with { Status = RequestStatus.Reserved, Booking = new Booking(Story.Told.Now + TimeSpan.FromMinutes(3), ["gpu-h100", "gpu-h100"]) };

        IRenderedComponent<WhyDrawer> drawer = Draw(Stopped(booked));

        Assert.EndsWith("It is booked: it starts at 14:35:07 in gpu-h100.", drawer.Find(".say").TextContent, StringComparison.Ordinal);
        Assert.Equal(["Hold back", "Cancel request"], drawer.FindAll(".df button").Select(b => b.TextContent));
    }

    [Fact]
    public void A_grant_that_was_told_to_end_says_when_and_for_whom()
    {
        IRenderedComponent<WhyDrawer> drawer = Draw(Of(Story.Told.Find("nightly-1")));

        Assert.Equal("It was told to end, and runs on until then: a request of a higher class, acme:answer-7, needs what it holds.", drawer.Find(".say").TextContent);
        Assert.Contains(drawer.FindAll(".hist > span"), h => h.TextContent.StartsWith("told to end for acme:answer-7 at ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_request_for_which_others_end_names_them()
    {
        IRenderedComponent<WhyDrawer> drawer = Draw(Of(Story.Told.Find("answer-7")));

        Assert.Equal(["northwind:nightly-1"], drawer.FindAll(".opts li").Select(l => l.TextContent));
        Assert.Contains(drawer.FindAll(".hist > span"), h => h.TextContent.StartsWith("1 grant was told to end for it by ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("report-12", "Released")]
    [InlineData("eval-07", "Expired")]
    [InlineData("batch-3", "Cancelled")]
    [InlineData("render-9", "Why it was refused")]
    public void What_has_ended_can_only_be_put_back(string id, string title)
    {
        IRenderedComponent<WhyDrawer> drawer = Draw(Stopped(Story.Told.Find(id)));

        Assert.Equal(title, drawer.Find("h2").TextContent);
        Assert.Equal(["Put back"], drawer.FindAll(".df button").Select(b => b.TextContent));
        Assert.DoesNotContain(drawer.FindAll(".facts i"), i => i.TextContent == "Ends");
    }

    private IRenderedComponent<WhyDrawer> Draw(Explanation why) => Render<WhyDrawer>(p => p.Add(d => d.Of, why));

    private static Explanation Of(Request request) => Stopped(request) with { StoppedBy = request.Status == RequestStatus.Queued ? request.Reason : null };

    private static Explanation Stopped(Request request) => new(
        request, request.Reason, request.Status == RequestStatus.Queued ? NotEnough : null, [new(Gate.Access, GateOutcome.Passed, null), new(Gate.Capacity, GateOutcome.Stopped, NotEnough)],
        [], null, 0, 0, null, EstimateBasis.Unknown, [], Story.Told.EventsOf(request.Spec.Id), Story.Told.Now, Story.Told.Sequence);

    private static string Text(IElement element) => string.Join(' ', element.QuerySelectorAll("*").Where(e => e.ChildElementCount == 0 && e.LocalName is not ("path" or "circle")).Select(e => e.TextContent.Trim())
        .Where(t => t.Length > 0) is var leaves && element.LocalName == "tr" ? element.Children.Select(c => c.TextContent.Trim()).Where(t => t.Length > 0) : leaves).Replace('\u00A0', ' ');
}
