using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Nexus.Dashboard.Features.Months;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Dashboard.Tests.Engine.Hosting;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Months;

/// <summary>Months close by themselves, as many days after their end as is set, or never.</summary>
public sealed class MonthClosingTests
{
    private static readonly BillingMonth January = new((2026 * 12) + 0);

    [Fact]
    public async Task A_month_closes_by_itself_five_days_after_its_end_and_the_one_that_runs_does_not()
    {
        await using RunningEngine nexus = await UsedAsync();
        await nexus.AdvanceAsync(TimeSpan.FromDays(31 + 5));
        using Rerater rerater = new(nexus.Host);
        using MonthClosing closing = Closing(nexus, rerater, new MonthOptions());

        await closing.StartAsync(TestContext.Current.CancellationToken);
        await nexus.UntilAsync(() => nexus.Read.Configuration.Months.Has(January));
        await closing.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal((January, Actor.Engine), (Assert.Single(nexus.Read.Configuration.Months.All).Month, nexus.Read.Configuration.Months.All[0].By));
    }

    [Fact]
    public async Task It_is_looked_at_again_as_time_goes_on()
    {
        await using RunningEngine nexus = await UsedAsync();
        await nexus.AdvanceAsync(TimeSpan.FromDays(31));
        using Rerater rerater = new(nexus.Host);
        using MonthClosing closing = Closing(nexus, rerater, new MonthOptions { CloseMonthsAfterDays = 1 });

        await closing.StartAsync(TestContext.Current.CancellationToken);
        await nexus.UntilAsync(() => nexus.Read.Configuration.Months.Has(January), TimeSpan.FromMinutes(20));
        await closing.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task By_command_alone_none_closes_by_itself()
    {
        await using RunningEngine nexus = await UsedAsync();
        await nexus.AdvanceAsync(TimeSpan.FromDays(60));
        using Rerater rerater = new(nexus.Host);
        using MonthClosing closing = Closing(nexus, rerater, new MonthOptions { CloseMonthsAfterDays = -1 });

        await closing.StartAsync(TestContext.Current.CancellationToken);
        await closing.ExecuteTask!;

        Assert.Empty(nexus.Read.Configuration.Months.All);
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(61)]
    public void Other_numbers_of_days_are_refused(int days) => Assert.False(new MonthOptions { CloseMonthsAfterDays = days }.IsValid);

    private static async Task<RunningEngine> UsedAsync()
    {
        RunningEngine nexus = await RunningEngine.StartAsync();
        await nexus.SendAsync(new RecordUsage([new UsageRecord("u", nexus.Host.Now, OwnerPath.Parse("acme"), "tokens.input", Quantity.Of(3))]) { Actor = Scene.Somebody });
        return nexus;
    }

    private static MonthClosing Closing(RunningEngine nexus, Rerater rerater, MonthOptions options) =>
        new(nexus.Host, new MonthCloser(nexus.Host, rerater), Options.Create(options), nexus.Clock, NullLogger<MonthClosing>.Instance);
}
