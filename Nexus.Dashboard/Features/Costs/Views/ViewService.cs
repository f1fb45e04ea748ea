using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Costs.Views;

/// <summary>Saved views of costs: each caller's own. The page and the API call the same.</summary>
internal sealed class ViewService(ViewStore store, EngineHost host, TimeProvider time)
{
    /// <summary>How many views one may keep.</summary>
    public const int Most = 100;

    /// <summary>The longest name.</summary>
    public const int MostName = 64;

    private const int MostQuery = 2_000;
    private static readonly string[] Known = ["from", "to", "groupBy", "filter", "interval", "idle", "compare"];

    /// <summary>The caller's views, by name.</summary>
    public async Task<Result<IReadOnlyList<SavedView>>> ListAsync(Caller caller, CancellationToken cancellation) =>
        CostsService.Refused(caller) is { } problem ? problem : new Result<IReadOnlyList<SavedView>>(await store.AllAsync(caller.Kind.ToString(), caller.Id, cancellation));

    /// <summary>One of them.</summary>
    public async Task<Result<SavedView>> GetAsync(Caller caller, string name, CancellationToken cancellation)
    {
        Result<IReadOnlyList<SavedView>> all = await ListAsync(caller, cancellation);
        return all.Problem is { } problem ? problem : all.Value!.FirstOrDefault(v => v.Name == name) is { } view ? view : Missing(name);
    }

    /// <summary>Keeps one, in place of what was kept under its name.</summary>
    public async Task<Result<SavedView>> PutAsync(Caller caller, string name, string query, CancellationToken cancellation)
    {
        if (CostsService.Refused(caller) is { } problem)
        {
            return problem;
        }

        name = name.Trim();
        Faults faults = new();
        faults.When(name.Length is 0 or > MostName || name.Any(c => char.IsControl(c) || c == '/'), "name", $"must have 1 to {MostName} characters, none of them a slash or a control character");
        string kept = "";
        if ((faults.Problem ?? Wrong(query, out kept)) is { } wrong)
        {
            return wrong;
        }

        SavedView view = new() { OwnerKind = caller.Kind.ToString(), OwnerId = caller.Id, Name = name, Query = kept, SavedAt = time.GetUtcNow() };
        return await store.PutAsync(view, Most, cancellation) ? view : Problem.Field("invalid-value", 422, "name", $"is one too many: there may be {Most} views, delete one first");
    }

    /// <summary>Forgets one.</summary>
    public async Task<Problem?> DeleteAsync(Caller caller, string name, CancellationToken cancellation) =>
        CostsService.Refused(caller) ?? (await store.DeleteAsync(caller.Kind.ToString(), caller.Id, name, cancellation) ? null : Missing(name));

    // Only what the page can show is kept, so that a view leads nowhere else.
    private Problem? Wrong(string query, out string kept)
    {
        kept = "";
        if (query.Length > MostQuery)
        {
            return Problem.Field("invalid-value", 422, "$.query", $"must have at most {MostQuery:#,0} characters");
        }

        Dictionary<string, StringValues> parameters = QueryHelpers.ParseQuery("?" + query.TrimStart('?'));
        if (parameters.Keys.FirstOrDefault(k => !Known.Contains(k, StringComparer.Ordinal)) is { } unknown)
        {
            return Problem.Field("invalid-value", 422, "$.query", $"'{unknown}' is none of {string.Join(", ", Known)}");
        }

        string? One(string name) => parameters.GetValueOrDefault(name).ToString();
        CostsAddress address = new()
        {
            From = One("from"), To = One("to"), GroupBy = One("groupBy"), Filters = [.. parameters.GetValueOrDefault("filter").OfType<string>()],
            Interval = One("interval"), Idle = One("idle"), Compare = One("compare"),
        };
        if (CostsAsked.Read(address, host.Now, null).Problem is { Errors: var errors })
        {
            return Problem.Field("invalid-value", 422, "$.query", string.Join("; ", (errors ?? []).Select(e => $"{e.Key}: {string.Join(", ", e.Value)}")));
        }

        kept = QueryString.Create(Known.SelectMany(k => parameters.GetValueOrDefault(k).OfType<string>().Where(v => v.Length > 0).Select(v => new KeyValuePair<string, string?>(k, v)))).Value?.TrimStart('?') ?? "";
        return null;
    }

    private static Problem Missing(string name) => Problem.NotFound($"You keep no view '{name}'.");
}
