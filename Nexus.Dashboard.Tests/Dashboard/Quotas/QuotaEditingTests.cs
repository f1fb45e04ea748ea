using Microsoft.Extensions.Time.Testing;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Gallery;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Tests.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Quotas;

/// <summary>What is typed on the page, over a real engine with a limit of 4 GPUs for acme.</summary>
public sealed class QuotaEditingTests : IAsyncLifetime
{
    private static readonly Caller Operator = LiveEngine.Person("operator");
    private static readonly OwnerPath Acme = OwnerPath.Parse("acme");

    private RunningEngine _engine = null!;
    private QuotasPageService _quotas = null!;
    private QuotaEditing _edits = null!;

    public async ValueTask InitializeAsync()
    {
        _engine = await RunningEngine.WithPoolAsync("gpus", ("gpu", 8));
        _quotas = new QuotasPageService(_engine.Host, new QuotaService(_engine.Host));
        _edits = new QuotaEditing(_quotas, new FakeTimeProvider(Story.Noted));
        await LimitAsync(4);
        Read();
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public void What_is_typed_may_be_applied_once_what_it_would_do_is_known()
    {
        Type("6");

        Assert.Equal(("acme gpu limit 4 → 6", Story.Noted, true), (Assert.Single(_edits.Changes.Fields).Line, _edits.PreviewedAt, _edits.MayApply));

        Type("a lot");

        Assert.Equal(("acme limit: must be a number, or none", null, false), (Assert.Single(_edits.Effects!).What, _edits.PreviewedAt, _edits.MayApply));
    }

    [Fact]
    public async Task What_somebody_else_changes_meanwhile_is_said_once_and_what_was_typed_stays()
    {
        Type("6");
        Assert.False(Read());

        await LimitAsync(5);

        Assert.True(Read());
        Assert.Equal(("It was changed by somebody else meanwhile", "acme gpu limit 5 → 6"), (_edits.Effects![0].What, Assert.Single(_edits.Changes.Fields).Line));
        Assert.False(Read());
    }

    [Fact]
    public void The_form_of_a_rule_begins_with_what_is_typed_into_its_cells_and_leaves_the_table_as_it_was()
    {
        Type("6");

        Assert.True(_edits.TryBegin(Acme, "gpu"));
        Assert.False(_edits.TryBegin(Acme, "memory"));
        Assert.Equal(("acme", "6", false), (_edits.Entry.Owner, _edits.Entry.Amount, _edits.IsTyped));

        _edits.Entry.Amount = "";
        _edits.Typed(Operator);
        Assert.Equal((Signal.Info, false), (_edits.Effects![0].State, _edits.MayApply));

        _edits.LeaveForm(Operator);
        Assert.Equal(("acme gpu limit 4 → 6", true), (Assert.Single(_edits.Changes.Fields).Line, _edits.MayApply));
    }

    [Fact]
    public void A_file_is_read_said_to_be_wrong_or_to_change_nothing_and_left()
    {
        _edits.Read(Operator, "{");
        Assert.StartsWith("It cannot be read", _edits.WrongFile, StringComparison.Ordinal);

        _edits.Read(Operator, """{"acme": {"rules": [{"resource": "gpu", "limit": 4}]}}""");
        Assert.Equal("Nothing differs from what is set.", _edits.WrongFile);

        _edits.Read(Operator, """{"acme": {"rules": [{"resource": "gpu", "limit": 7}]}}""");
        Assert.Equal((null, "acme gpu limit 4 → 7"), (_edits.WrongFile, Assert.Single(_edits.Changes.Fields).Line));

        _edits.LeaveFile(Operator);
        Assert.Empty(_edits.Changes.Fields);
    }

    [Fact]
    public void What_was_refused_stands_before_what_it_would_do_and_all_goes_when_it_is_discarded()
    {
        Type("6");

        _edits.Fail(Operator, new Nexus.Dashboard.Shared.Changes.Effect(Signal.Bad, "somebody was faster"));
        Assert.Equal("somebody was faster", _edits.Effects![0].What);

        _edits.Clear();
        Assert.Equal((true, 0, null, false), (_edits.IsEmpty, _edits.Changes.Fields.Count, _edits.Effects, _edits.MayApply));
    }

    private void Type(string limit) => _edits.Edit(Operator, new QuotaEdit(new QuotaPlace(Acme, "gpu", QuotaField.Limit), limit), "4");

    private bool Read() => _edits.Follow(Operator, _quotas.Get(Operator, Operator, "gpu", OwnerPath.Root).Value);

    private async Task LimitAsync(decimal limit) =>
        Assert.Null((await new QuotaService(_engine.Host).PutAsync(Operator, Acme, new QuotaBody { Rules = [new QuotaRuleBody { Resource = "gpu", Limit = new Amount(limit) }] }, null, CancellationToken.None)).Problem);
}
