using System.Text.Json;
using Nexus.Dashboard.Commands;
using Nexus.Dashboard.Commands.Policies;

namespace Nexus.Dashboard.Tests.Dashboard.Commands.Policies;

public sealed class ConditionTests
{
    private const string Present = """{"waitSeconds": {"p95": 10}, "deadlinesMet": 100, "cost": {"amount": "8.000000000001", "currency": "USD"}, "utilization": {"a.b": {"tokens.input": 0.5}}}""";

    [Theory]
    [InlineData("waitSeconds.p95 > +5%", """{"waitSeconds": {"p95": 10.5}}""", true)]
    [InlineData("waitSeconds.p95 > +5%", """{"waitSeconds": {"p95": 10.6}}""", false)]
    [InlineData("waitSeconds.p95 > +1", """{"waitSeconds": {"p95": 11}}""", true)]
    [InlineData("deadlinesMet < -2%", """{"deadlinesMet": 97}""", false)]
    [InlineData("deadlinesMet < 0", """{"deadlinesMet": 101}""", true)]
    [InlineData("utilization.a.b.tokens.input < -10%", """{"utilization": {"a.b": {"tokens.input": 0.4}}}""", false)]
    [InlineData("cost > +0", """{"cost": {"amount": "8.000000000002", "currency": "USD"}}""", false)]
    [InlineData("cost > +0", """{"cost": {"amount": "8.000000000001", "currency": "USD"}}""", true)]
    [InlineData("cost.amount > +5%", """{"cost": {"amount": "8.5", "currency": "USD"}}""", false)]
    [InlineData("cost > +5%", """{"waitSeconds": {"p95": 1}}""", true)]
    public void It_holds_up_to_what_it_states(string text, string changed, bool holds) =>
        Assert.Equal(holds, Condition.Of([text])[0].Check("it", JsonElement.Parse(Present), JsonElement.Parse(changed)).Holds);

    [Fact]
    public void What_costs_something_only_under_the_changed_policy_costs_more() =>
        Assert.Equal(
            "it: cost is 3 under the changed policy, 0 under the present one: more by more than 5 %",
            Condition.Of(["cost > +5%"])[0].Check("it", JsonElement.Parse("{}"), JsonElement.Parse("""{"cost": {"amount": "3", "currency": "USD"}}""")).Broken);

    [Fact]
    public void Where_nothing_has_a_price_that_is_said()
    {
        CommandException fault = Assert.Throws<CommandException>(() => Condition.Of(["cost > +5%"])[0].Check("it", JsonElement.Parse("{}"), JsonElement.Parse("{}")));

        Assert.Contains("nothing has a price", fault.Message, StringComparison.Ordinal);
        Assert.Equal(2, fault.ExitCode);
    }

    [Theory]
    [InlineData("waitSeconds.p95>5%", "waitSeconds.p95 > +5%")]
    [InlineData(" deadlinesMet < -0.5% ", "deadlinesMet < -0.5%")]
    [InlineData("preemptions > +10", "preemptions > +10")]
    public void It_is_written_as_it_is_meant(string given, string written) => Assert.Equal(written, Condition.Of([given])[0].ToString());
}
