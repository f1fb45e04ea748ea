using Nexus.Dashboard.Api;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Access;

/// <summary>HTTP to <see cref="AccessService"/>: people and keys.</summary>
internal static class AccessEndpoints
{
    public static void MapAccess(this WebApplication app)
    {
        RouteGroupBuilder api = app.MapGroup("/api/v1").AllowAnonymous();
        api.MapGet("/users", UsersAsync).WithName("listUsers").WithSummary("The people who may sign in").Gives<Page<UserAnswer>>(200).Fails(401, 403);
        api.MapPut("/users/{name}", PutUserAsync).WithName("putUser").WithSummary("Create a person, or change role and path").Takes<UserBody>().Gives<UserAnswer>(200).Fails(400, 401, 403, 409, 415, 422);
        api.MapDelete("/users/{name}", async (HttpContext http, string name, Caller caller, AccessService access) =>
            await DoneAsync(http, await access.RemovePersonAsync(caller, name, http.RequestAborted)))
            .WithName("deleteUser").WithSummary("Remove a person").Produces(204).Fails(401, 403, 404, 409);
        api.MapGet("/keys", KeysAsync).WithName("listKeys").WithSummary("The API keys, without the keys themselves").Gives<Page<KeyAnswer>>(200).Fails(401, 403);
        api.MapPost("/keys", CreateKeyAsync).WithName("createKey").WithSummary("Create a key; it is shown once").Takes<KeyBody>().Gives<KeyAnswer>(201).Fails(400, 401, 403, 409, 415, 422).Idempotent();
        api.MapDelete("/keys/{id}", async (HttpContext http, string id, Caller caller, AccessService access) =>
            await DoneAsync(http, await access.RevokeKeyAsync(caller, id, http.RequestAborted)))
            .WithName("revokeKey").WithSummary("Revoke a key").Produces(204).Fails(401, 403, 404);
    }

    private static async Task UsersAsync(HttpContext http, Caller caller, AccessService access)
    {
        Result<IReadOnlyList<Person>> people = await access.PeopleAsync(caller, http.RequestAborted);
        Page<UserAnswer> page = new([], null);
        Problem? problem = people.Problem ?? http.PageOf(people.Value!.Select(p => UserAnswer.Of(p, null)), static p => p.Name, out page);
        await (problem?.WriteAsync(http) ?? http.WriteAsync(page, AccessJson.Default.PageUserAnswer));
    }

    private static async Task PutUserAsync(HttpContext http, string name, Caller caller, AccessService access)
    {
        Result<UserBody> body = await Body.ReadAsync(http, AccessJson.Default.UserBody);
        if (body.Problem is { } malformed)
        {
            await malformed.WriteAsync(http);
            return;
        }

        if (!Roles.TryParse(body.Value!.Role, out Role role) || !OwnerPath.TryParseOrRoot(body.Value.Owner ?? "/", out OwnerPath? path, out _))
        {
            await Problem.Field("invalid-value", 422, "$.role", "must be viewer, operator, finance, engineer or admin, and owner a path").WriteAsync(http);
            return;
        }

        Result<IReadOnlyList<Person>> people = await access.PeopleAsync(caller, http.RequestAborted);
        if (people.Value?.Any(p => p.UserName == name) == true)
        {
            Result<Person> changed = await access.SetPersonAsync(caller, name, role, path, body.Value.Password, http.RequestAborted);
            await (changed.Problem?.WriteAsync(http) ?? http.WriteAsync(UserAnswer.Of(changed.Value!, null), AccessJson.Default.UserAnswer));
            return;
        }

        Result<NewPerson> added = await access.AddPersonAsync(caller, name, role, path, body.Value.Password, http.RequestAborted);
        await (added.Problem?.WriteAsync(http)
            ?? http.WriteAsync(UserAnswer.Of(added.Value!.Person, body.Value.Password is null ? added.Value.Password : null), AccessJson.Default.UserAnswer, 201));
    }

    private static async Task KeysAsync(HttpContext http, Caller caller, AccessService access)
    {
        Result<IReadOnlyList<ApiKey>> keys = await access.KeysAsync(caller, http.RequestAborted);
        Page<KeyAnswer> page = new([], null);
        Problem? problem = keys.Problem ?? http.PageOf(keys.Value!.Select(k => KeyAnswer.Of(k, null)), static k => k.Id, out page);
        await (problem?.WriteAsync(http) ?? http.WriteAsync(page, AccessJson.Default.PageKeyAnswer));
    }

    private static async Task CreateKeyAsync(HttpContext http, Caller caller, AccessService access)
    {
        Result<KeyBody> body = await Body.ReadAsync(http, AccessJson.Default.KeyBody);
        if (body.Problem is { } malformed)
        {
            await malformed.WriteAsync(http);
            return;
        }

        if (!OwnerPath.TryParseOrRoot(body.Value!.Owner, out OwnerPath? path, out string? reason))
        {
            await Problem.Field("invalid-value", 422, "$.owner", reason).WriteAsync(http);
            return;
        }

        if (!Roles.TryParse(body.Value.Scopes, out Scope scopes, out string? unknown))
        {
            await Problem.Field("invalid-value", 422, "$.scopes", $"'{unknown}' is not a scope; there are requests, usage, read, configure, benchmarks, admin").WriteAsync(http);
            return;
        }

        Result<NewKey> created = await access.CreateKeyAsync(caller, body.Value.Name, path, scopes, body.Value.MaxPriority, body.Value.ExpiresAt, http.RequestAborted);
        await (created.Problem?.WriteAsync(http) ?? http.WriteAsync(KeyAnswer.Of(created.Value!.Stored, created.Value.Key), AccessJson.Default.KeyAnswer, 201));
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
