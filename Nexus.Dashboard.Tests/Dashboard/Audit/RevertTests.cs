using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Audit;
using Nexus.Dashboard.Tests.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Tests.Dashboard.Audit;

/// <summary>Setting things back to what the audit says they were, as its page does.</summary>
public sealed class RevertTests(ApiServer server)
{
    private AuditPageService Audit => server.Services.GetRequiredService<AuditPageService>();

    [Fact]
    public async Task A_changed_pool_is_set_back_whole()
    {
        string pool = server.Fresh("revert");
        await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":8,"llm.calls":{"rate":600,"per":"PT1M","burst":20}},"labels":{"zone":"b"},"purchaseOption":"spot","allow":["acme"]}""");
        await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":4}}""");

        Assert.Null(await RevertAsync("changePool", pool));

        ApiAnswer now = await server.Admin.GetAsync($"/api/v1/pools/{pool}");
        Assert.Equal(("8", "600", "PT1M", "20", "b", "spot", "acme"), (now["resources.gpu"], now.Json["resources"]!["llm.calls"]!["rate"]!.ToString(), now.Json["resources"]!["llm.calls"]!["per"]!.ToString(), now.Json["resources"]!["llm.calls"]!["burst"]!.ToString(), now["labels.zone"], now["purchaseOption"], now["allow.0"]));
    }

    [Fact]
    public async Task A_deleted_pool_comes_back()
    {
        string pool = server.Fresh("revert");
        await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":8}}""");
        await server.Admin.PostAsync($"/api/v1/pools/{pool}/drain");
        (await server.Admin.DeleteAsync($"/api/v1/pools/{pool}")).Is(204);

        Assert.Null(await RevertAsync("deletePool", pool));

        Assert.Equal("8", (await server.Admin.GetAsync($"/api/v1/pools/{pool}")).Is(200)["resources.gpu"]);
    }

    [Fact]
    public async Task A_class_a_kind_and_an_owner_are_set_back()
    {
        (string priority, string kind, string owner) = (server.Fresh("class"), server.Fresh("kind"), server.Fresh("owner"));
        await server.Admin.PutAsync($"/api/v1/priorities/{priority}", """{"value":40}""");
        await server.Admin.PutAsync($"/api/v1/priorities/{priority}", """{"value":45}""");
        await server.Admin.PutAsync($"/api/v1/kinds/{kind}", """{"unit":"seats","behaviour":"held"}""");
        (await server.Admin.DeleteAsync($"/api/v1/kinds/{kind}")).Is(204);
        await server.Admin.PutAsync($"/api/v1/owners/{owner}", """{"labels":{"team":"a"},"priority":{"max":"high"}}""");
        await server.Admin.PutAsync($"/api/v1/owners/{owner}", """{"labels":{"team":"b"}}""");

        Assert.Null(await RevertAsync("changePriority", priority));
        Assert.Null(await RevertAsync("deleteKind", kind));
        Assert.Null(await RevertAsync("changeOwner", owner, after: "b"));

        Assert.Equal("40", (await server.Admin.GetAsync($"/api/v1/priorities/{priority}"))["value"]);
        Assert.Equal("seats", (await server.Admin.GetAsync($"/api/v1/kinds/{kind}"))["unit"]);
        ApiAnswer set = await server.Admin.GetAsync($"/api/v1/owners/{owner}");
        Assert.Equal(("a", "high"), (set["labels.team"], set["priority.max"]));
    }

    [Fact]
    public async Task A_revert_can_be_undone()
    {
        string pool = server.Fresh("revert");
        await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":8}}""");
        await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":4}}""");
        AuditEntry entry = await EntryAsync("changePool", pool, null);
        Func<Task<Problem?>> undo = Audit.Undo(Caller(Scope.Admin), entry);
        Assert.Null(await Audit.RevertAsync(Caller(Scope.Admin), entry, CancellationToken.None));

        Assert.Null(await undo());

        Assert.Equal("4", (await server.Admin.GetAsync($"/api/v1/pools/{pool}"))["resources.gpu"]);
    }

    [Fact]
    public async Task Undoing_the_return_of_what_was_deleted_deletes_it_again()
    {
        string priority = server.Fresh("class");
        await server.Admin.PutAsync($"/api/v1/priorities/{priority}", """{"value":40}""");
        await server.Admin.DeleteAsync($"/api/v1/priorities/{priority}");
        AuditEntry entry = await EntryAsync("deletePriority", priority, null);
        Func<Task<Problem?>> undo = Audit.Undo(Caller(Scope.Admin), entry);
        Assert.Null(await Audit.RevertAsync(Caller(Scope.Admin), entry, CancellationToken.None));

        Assert.Null(await undo());

        (await server.Admin.GetAsync($"/api/v1/priorities/{priority}")).Is(404);
    }

    [Fact]
    public async Task What_a_revert_would_let_start_is_said_before()
    {
        string pool = server.Fresh("revert");
        await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":8}}""");
        await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":1}}""");
        for (int i = 0; i < 2; i++)
        {
            await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"{{pool}}-{{i}}","owner":"{{pool}}/a","pools":["{{pool}}"],"resources":{"gpu":1},"queue":true}""");
        }

        Assert.Equal("1 waiting starts now", Audit.Preview(Caller(Scope.Admin), await EntryAsync("changePool", pool, null)).Value![0].What);
    }

    [Fact]
    public async Task Who_may_not_change_it_may_not_set_it_back_either()
    {
        string pool = server.Fresh("revert");
        await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":8}}""");
        await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":4}}""");
        AuditEntry entry = await EntryAsync("changePool", pool, null);

        Problem? problem = await Audit.RevertAsync(Caller(Scope.Read), entry, CancellationToken.None);

        Assert.Equal("missing-scope", problem?.Type);
        Assert.Equal("4", (await server.Admin.GetAsync($"/api/v1/pools/{pool}"))["resources.gpu"]);
    }

    [Fact]
    public async Task The_journal_is_verified_beside_the_running_engine()
    {
        await server.Admin.PutAsync($"/api/v1/pools/{server.Fresh("verified")}", """{"resources":{"gpu":8}}""");

        Result<VerifyResult> result = await Audit.VerifyAsync(Caller(Scope.Read), new Progress<(long, long)>(), CancellationToken.None);

        Assert.True(result.Value?.Ok, result.Value?.Problem);
        Assert.True(result.Value!.Events > 0);
    }

    private static Caller Caller(Scope scopes) => new(ActorKind.Person, "dana", OwnerPath.Root, scopes, null, "page", null);

    private async Task<AuditEntry> EntryAsync(string action, string subject, string? after) =>
        (await Audit.GetAsync(Caller(Scope.Admin), new AuditQuery(null, action, subject, null, null, 0, 0), CancellationToken.None)).Value!.Items
            .First(e => after is null || e.After!.ToJsonString().Contains($"\"{after}\"", StringComparison.Ordinal));

    private async Task<Problem?> RevertAsync(string action, string subject, string? after = null) =>
        await Audit.RevertAsync(Caller(Scope.Admin), await EntryAsync(action, subject, after), CancellationToken.None);
}
