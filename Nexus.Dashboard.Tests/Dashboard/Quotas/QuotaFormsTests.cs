using Bunit;
using Microsoft.AspNetCore.Components;
using Nexus.Dashboard.Features.Quotas;

namespace Nexus.Dashboard.Tests.Dashboard.Quotas;

public sealed class QuotaFormsTests : ComponentTest
{
    [Fact]
    public void Hours_are_added_typed_and_removed_and_each_change_is_told()
    {
        List<QuotaHours> hours = [];
        int told = 0;
        IRenderedComponent<QuotaHoursForm> form = Render<QuotaHoursForm>(p => p.Add(f => f.Hours, hours).Add(f => f.OnChange, EventCallback.Factory.Create(this, () => told++)));

        form.Find("button.btn").Click();
        form.Find("input[type=checkbox]").Change(true);
        form.Find("[id$=-from]").Change("20:00");
        form.Find("[id$=-amount]").Input("24");

        Assert.Equal(("20:00", "08:00", "24", "mon", 4), (hours[0].From, hours[0].To, hours[0].Amount, Assert.Single(hours[0].Days), told));
        Assert.Equal("Hours 1: mon 20:00 to 08:00", form.Find("[role=img]").GetAttribute("aria-label"));

        form.Find("[aria-label='Remove hours 1']").Click();
        Assert.Empty(hours);
    }

    [Fact]
    public void A_rate_has_nothing_to_lend_at_any_hour()
    {
        IRenderedComponent<QuotaHoursForm> form = Render<QuotaHoursForm>(p => p.Add(f => f.Hours, [new QuotaHours()]).Add(f => f.IsRate, true));

        Assert.Empty(form.FindAll("[id$=-borrow], [id$=-lend]"));
    }

    [Fact]
    public void Of_a_rule_that_is_set_the_node_the_kind_and_the_period_stay()
    {
        QuotaEntry entry = QuotaEntry.Of(Nexus.Engine.Resources.OwnerPath.Parse("acme"), new QuotaRuleBody { Resource = "gpu", Limit = new(8), Period = "month", TimeZone = "Europe/Berlin" });
        IRenderedComponent<QuotaRuleForm> form = Render<QuotaRuleForm>(p => p.Add(f => f.Entry, entry).Add(f => f.Kinds, ["cpu", "gpu"]));

        Assert.Equal(["owner", "kind", "period", "zone"], form.FindAll("input:disabled, select:disabled").Select(e => e.Id!.Split('-')[^1]));

        form.Find("[id$=-reclaim]").Change("lowerPriority");
        Assert.Equal("lowerPriority", entry.Reclaim);
    }

    [Fact]
    public void A_rule_is_changed_removed_and_kept_by_its_key()
    {
        List<string> told = [];
        IRenderedComponent<QuotaDetail> detail = Render<QuotaDetail>(p => p
            .Add(d => d.Choice, new QuotaChoice("gpu", Nexus.Engine.Quotas.QuotaPeriod.None))
            .Add(d => d.Row, new QuotaRow { Owner = Nexus.Engine.Resources.OwnerPath.Parse("acme"), Level = 1 })
            .Add(d => d.Rules, [new QuotaRuleText("gpu", "gpu", "limit 8"), new QuotaRuleText("cpu", "cpu", "limit 8", Removed: true)])
            .Add(d => d.OnChange, EventCallback.Factory.Create<string>(this, key => told.Add($"change {key}")))
            .Add(d => d.OnRemove, EventCallback.Factory.Create<string>(this, key => told.Add($"remove {key}"))));

        detail.Find("[aria-label='Change the rule for gpu']").Click();
        detail.Find("[aria-label='Remove the rule for gpu']").Click();
        detail.Find("[aria-label='Keep the rule for cpu']").Click();

        Assert.Equal(["change gpu", "remove gpu", "remove cpu"], told);
        Assert.True(detail.Find("[aria-label='Change the rule for cpu']").HasAttribute("disabled"));
    }
}
