using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Features.Simulator;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Simulator;

/// <summary>What is put together on the page, as the simulator takes it.</summary>
public sealed class VariantFieldsTests
{
    private static readonly PoolDefinition Pool = new("gpus", [new Supply("gpu", Quantity.Of(8)), new Supply("llm.calls", Quantity.Of(60), Quantity.Of(60), TimeSpan.FromMinutes(1))], Labels.None, PurchaseOption.OnDemand, null);

    private static readonly QuotaDefinition Quota =
        new QuotaBody { Rules = [new QuotaRuleBody { Resource = "gpu", Limit = new Amount(4) }, new QuotaRuleBody { Resource = "cpu", Limit = new Amount(9) }] }.ToDefinition(OwnerPath.Parse("acme")).Value!;

    private static readonly VariantFields Fields = new([Pool], [Quota]);

    [Fact]
    public void Pools_and_quotas_can_differ_in_what_they_have_and_it_says_what_that_is_now()
    {
        Assert.Equal(["pools", "pool gpus", "quota acme"], Fields.Targets.Select(t => t.Of));
        Assert.Equal(
            [("strategy", "priority"), ("resources/gpu", "8"), ("resources/llm.calls/rate", "60"), ("resources/llm.calls/burst", "60"), ("agingInterval", "PT10S"), ("preemption/grace", "PT10S"), ("preemption/minimumRuntime", "PT0S"), ("halfLife", "P1D"), ("preemption/betweenBorrowers", "never")],
            Fields.Targets[1].Fields.Select(f => (f.Name, f.Now)));
        Assert.Equal(
            [("limit/gpu", "4"), ("borrow/gpu", "0"), ("lend/gpu", "all"), ("limit/cpu", "9"), ("borrow/cpu", "0"), ("lend/cpu", "all"), ("weight", "1")],
            Fields.Targets[2].Fields.Select(f => (f.Name, f.Now)));
    }

    [Fact]
    public void A_pools_differences_are_one_patch_on_it()
    {
        (VariantBody body, IReadOnlyDictionary<VariantDifference, string> faults) = Fields.Read(new VariantDraft(" roomier ",
        [
            new("pools", "strategy", "fairShare"), new("pool gpus", "resources/gpu", "1,600"), new("pool gpus", "resources/llm.calls/rate", "90"), new("pool gpus", "preemption/grace", "PT1M"),
        ]));

        Assert.Empty(faults);
        Assert.Equal(("roomier", "fairShare"), (body.Name, body.Strategy));
        Assert.Equal("""{"resources":{"gpu":1600,"llm.calls":{"rate":90}},"preemption":{"grace":"PT1M"}}""", body.Pools!["gpus"].GetRawText());
        Assert.Null(body.Quotas);
    }

    [Fact]
    public void A_quotas_differences_leave_its_other_rules()
    {
        (VariantBody body, IReadOnlyDictionary<VariantDifference, string> faults) = Fields.Read(new VariantDraft("x", [new("quota acme", "limit/gpu", "6"), new("quota acme", "borrow/gpu", "unlimited"), new("quota acme", "weight", "2")]));

        Assert.Empty(faults);
        string patch = body.Quotas!["acme"].GetRawText();
        Assert.Contains("\"weight\":2", patch, StringComparison.Ordinal);
        Assert.Contains("\"resource\":\"gpu\",\"limit\":6,\"borrow\":\"unlimited\"", patch, StringComparison.Ordinal);
        Assert.Contains("\"resource\":\"cpu\",\"limit\":9", patch, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pool gpus", "resources/gpu", "plenty", "must be a number")]
    [InlineData("pool gpus", "agingInterval", "soon", "duration")]
    [InlineData("pools", "strategy", "luck", "must be one of")]
    [InlineData("quota acme", "limit/gpu", "plenty", "must be a number, or none")]
    [InlineData("pool gone", "resources/gpu", "4", "there is no such thing any more")]
    public void What_cannot_be_is_said_by_its_difference(string of, string field, string value, string fault)
    {
        VariantDifference wrong = new(of, field, value), right = new("pool gpus", "resources/gpu", "9");

        IReadOnlyDictionary<VariantDifference, string> faults = Fields.Read(new VariantDraft("x", [right, wrong])).Faults;

        Assert.Contains(fault, Assert.Contains(wrong, faults), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(right, faults);
    }

    [Fact]
    public void Variants_keep_in_the_address()
    {
        VariantDraft[] drafts = [new("roomier", [new("pool gpus", "resources/gpu", "16"), new("pools", "strategy", "fairShare")]), new("\"odd\" & ,", [])];

        IReadOnlyList<VariantDraft> read = VariantDraft.Read(VariantDraft.Write(drafts));

        Assert.Equal(drafts.Select(d => d.Name), read.Select(d => d.Name));
        Assert.Equal(drafts.SelectMany(d => d.Differences), read.SelectMany(d => d.Differences));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("roomier")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("""[["x",1]]""")]
    public void What_the_address_cannot_mean_begins_anew(string? text) => Assert.Same(VariantDraft.Begin, VariantDraft.Read(text));

    [Fact]
    public void One_more_gets_a_name_that_no_other_has() =>
        Assert.Equal("variant 2", VariantDraft.NextName([new("variant 1", []), new("variant 3", [])]));
}
