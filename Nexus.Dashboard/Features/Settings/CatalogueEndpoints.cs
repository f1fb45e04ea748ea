using System.Text.Json.Serialization.Metadata;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Settings;

/// <summary>HTTP to <see cref="CatalogueService"/>, and nothing else.</summary>
internal static class CatalogueEndpoints
{
    public static void MapCatalogue(this IEndpointRouteBuilder api)
    {
        api.MapGet("/kinds", (HttpContext http, Caller caller, CatalogueService catalogue) => ReadAsync(http, catalogue.Get(caller), c =>
            PageAsync(http, c.Kinds.Select(k => KindAnswer.Of(k, c)), static k => k.Name, ApiJson.Default.PageKindAnswer)))
            .WithName("listKinds").WithSummary("The resource kinds").Gives<Page<KindAnswer>>(200).Fails(401, 403).Pages();
        api.MapGet("/kinds/{name}", (HttpContext http, string name, Caller caller, CatalogueService catalogue) => ReadAsync(http, catalogue.Get(caller), c => KindAsync(http, name, c)))
            .WithName("getKind").WithSummary("One resource kind").Gives<KindAnswer>(200).Fails(401, 403, 404);
        api.MapPut("/kinds/{name}", PutKindAsync).WithName("putKind").WithSummary("Create or replace an own kind").Takes<KindBody>().Gives<KindAnswer>(200).Fails(401, 403, 409, 503).With("in-use").Versioned();
        api.MapDelete("/kinds/{name}", async (HttpContext http, string name, Caller caller, CatalogueService catalogue) =>
            await DoneAsync(http, http.VersionOf(out long? version) ?? await catalogue.DeleteKindAsync(caller, name, version, http.RequestAborted)))
            .WithName("deleteKind").WithSummary("Remove an own kind that nothing uses").Produces(204).Fails(401, 403, 404, 409, 422, 503).With("in-use").Versioned();

        api.MapGet("/priorities", (HttpContext http, Caller caller, CatalogueService catalogue) => ReadAsync(http, catalogue.Get(caller), c =>
            PageAsync(http, c.Classes.Select(p => ClassAnswer.Of(p, c)), static p => $"{2_000_000 - p.Value:D7} {p.Name}", ApiJson.Default.PageClassAnswer)))
            .WithName("listPriorities").WithSummary("The priority classes, highest first").Gives<Page<ClassAnswer>>(200).Fails(401, 403).Pages();
        api.MapGet("/priorities/{name}", (HttpContext http, string name, Caller caller, CatalogueService catalogue) => ReadAsync(http, catalogue.Get(caller), c => ClassAsync(http, name, c)))
            .WithName("getPriority").WithSummary("One priority class").Gives<ClassAnswer>(200).Fails(401, 403, 404);
        api.MapPut("/priorities/{name}", PutClassAsync).WithName("putPriority").WithSummary("Create a class, or change its value").Takes<ClassBody>().Gives<ClassAnswer>(200).Fails(401, 403, 503).Versioned();
        api.MapDelete("/priorities/{name}", async (HttpContext http, string name, Caller caller, CatalogueService catalogue) =>
            await DoneAsync(http, http.VersionOf(out long? version) ?? await catalogue.DeleteClassAsync(caller, name, version, http.RequestAborted)))
            .WithName("deletePriority").WithSummary("Remove an own class that nothing uses").Produces(204).Fails(401, 403, 404, 409, 422, 503).With("in-use").Versioned();

        api.MapGet("/owners", (HttpContext http, Caller caller, CatalogueService catalogue) => ReadAsync(http, catalogue.Get(caller), c =>
            PageAsync(http, c.Owners.Where(o => caller.MayActFor(o.Path)).Select(o => OwnerAnswer.Of(o.Path, c, pool => catalogue.Sees(caller, pool))), static o => o.Path, ApiJson.Default.PageOwnerAnswer)))
            .WithName("listOwners").WithSummary("The owners for which something is set").Gives<Page<OwnerAnswer>>(200).Fails(401, 403).Pages();
        api.MapGet("/owners/{**path}", (HttpContext http, string path, Caller caller, CatalogueService catalogue) => ReadAsync(http, catalogue.Get(caller), c => OwnerAsync(http, caller, path, c, catalogue)))
            .WithName("getOwner").WithSummary("What is set for an owner, and what it inherits").Gives<OwnerAnswer>(200).Fails(401, 403, 404, 422);
        api.MapPut("/owners/{**path}", PutOwnerAsync).WithName("putOwner").WithSummary("Replace what is set for an owner").Takes<OwnerBody>().Gives<OwnerAnswer>(200).Fails(401, 403, 503).With("missing-scope", "outside-path", "invalid-value", "unknown-name").Versioned();
    }

    private static Task PageAsync<T>(HttpContext http, IEnumerable<T> all, Func<T, string> place, JsonTypeInfo<Page<T>> type) =>
        http.PageOf(all, place, out Page<T> page) is { } problem ? problem.WriteAsync(http) : http.WriteAsync(page, type);

    private static async Task PutKindAsync(HttpContext http, string name, Caller caller, CatalogueService catalogue)
    {
        Result<KindBody> body = await Body.ReadAsync(http, ApiJson.Default.KindBody);
        Problem? problem = http.VersionOf(out long? version) ?? body.Problem ?? await catalogue.PutAsync(caller, body.Value!.ToKind(name), version, http.RequestAborted);
        await (problem?.WriteAsync(http) ?? KindAsync(http, name, catalogue.Now));
    }

    private static async Task PutClassAsync(HttpContext http, string name, Caller caller, CatalogueService catalogue)
    {
        Result<ClassBody> body = await Body.ReadAsync(http, ApiJson.Default.ClassBody);
        Problem? problem = http.VersionOf(out long? version) ?? body.Problem ?? await catalogue.PutAsync(caller, body.Value!.ToClass(name), version, http.RequestAborted);
        await (problem?.WriteAsync(http) ?? ClassAsync(http, name, catalogue.Now));
    }

    private static async Task PutOwnerAsync(HttpContext http, string path, Caller caller, CatalogueService catalogue)
    {
        Result<OwnerBody> body = await Body.ReadAsync(http, ApiJson.Default.OwnerBody);
        Result<OwnerPath> owner = Parse(http, path);
        Problem? problem = http.VersionOf(out long? version) ?? owner.Problem ?? body.Problem
            ?? await catalogue.PutAsync(caller, body.Value!.ToSettings(owner.Value!), version, http.RequestAborted);
        await (problem?.WriteAsync(http) ?? OwnerAsync(http, caller, path, catalogue.Now, catalogue));
    }

    private static Task ReadAsync(HttpContext http, Result<Configuration> configuration, Func<Configuration, Task> write) =>
        configuration.Problem is { } problem ? problem.WriteAsync(http) : write(configuration.Value!);

    private static Task KindAsync(HttpContext http, string name, Configuration configuration) => configuration.Kind(name) is { } kind
        ? VersionedAsync(http, configuration.VersionOfKind(name), KindAnswer.Of(kind, configuration), ApiJson.Default.KindAnswer)
        : Problem.NotFound($"There is no kind '{name}'.").WriteAsync(http);

    private static Task ClassAsync(HttpContext http, string name, Configuration configuration) => configuration.Class(name) is { } priority
        ? VersionedAsync(http, configuration.VersionOfClass(name), ClassAnswer.Of(priority, configuration), ApiJson.Default.ClassAnswer)
        : Problem.NotFound($"There is no priority class '{name}'.").WriteAsync(http);

    private static Task OwnerAsync(HttpContext http, Caller caller, string path, Configuration configuration, CatalogueService catalogue)
    {
        Result<OwnerPath> owner = Parse(http, path);
        return owner.Problem is { } problem ? problem.WriteAsync(http)
            : !caller.MayActFor(owner.Value!) ? Problem.NotFound($"There is no owner '{path}' that you may see.").WriteAsync(http)
            : VersionedAsync(http, configuration.VersionOfOwner(owner.Value!), OwnerAnswer.Of(owner.Value!, configuration, pool => catalogue.Sees(caller, pool)), ApiJson.Default.OwnerAnswer);
    }

    private static Result<OwnerPath> Parse(HttpContext http, string path) =>
        OwnerPath.TryParseOrRoot(http.Written("/api/v1/owners/") ?? path, out OwnerPath? owner, out string? reason) ? owner : Problem.Field("invalid-value", 422, "path", reason);

    private static Task VersionedAsync<T>(HttpContext http, long version, T answer, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        http.Response.Headers.ETag = $"\"{version}\"";
        return http.WriteAsync(answer, type);
    }

    private static Task DoneAsync(HttpContext http, Problem? problem)
    {
        if (problem is not null)
        {
            return problem.WriteAsync(http);
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
