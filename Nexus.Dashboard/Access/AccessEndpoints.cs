using System.Globalization;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Access;

/// <summary>HTTP to <see cref="AccessService"/>: people and keys.</summary>
internal static class AccessEndpoints
{
    public static void MapAccess(this WebApplication app)
    {
        RouteGroupBuilder api = app.MapGroup("/api/v1").AllowAnonymous().WithTags("People and keys");
        api.MapGet("/users", UsersAsync).WithName("listUsers").WithSummary("The people who may sign in").Gives<Page<UserAnswer>>(200).Fails(401, 403, 422).Pages();
        api.MapGet("/users/{name}", UserAsync).WithName("getUser").WithSummary("One person").Gives<UserAnswer>(200).Fails(401, 403, 404);
        api.MapPut("/users/{name}", PutUserAsync).WithName("putUser").WithSummary("Create a person (If-None-Match: * allows nothing else), or change role, path and password").Takes<UserBody>().Gives<UserAnswer>(201, 200).Fails(400, 401, 403, 409, 412, 415, 422).Creates();
        api.MapDelete("/users/{name}", async (HttpContext http, string name, Caller caller, AccessService access) =>
            await DoneAsync(http, http.VersionOf(out long? version) ?? await access.RemovePersonAsync(caller, name, version, http.RequestAborted)))
            .WithName("deleteUser").WithSummary("Remove a person").Produces(204).Fails(400, 401, 403, 404, 409, 412).Versioned();
        api.MapGet("/keys", KeysAsync).WithName("listKeys").WithSummary("The API keys, without the keys themselves").Gives<Page<KeyAnswer>>(200).Fails(401, 403, 422).Pages();
        api.MapPost("/keys", CreateKeyAsync).WithName("createKey").WithSummary("Create a key; it is shown once").Takes<KeyBody>().Gives<KeyAnswer>(201).Fails(400, 401, 403, 409, 415, 422).Idempotent();
        api.MapPut("/keys/{id}", PutKeyAsync).WithName("putKey").WithSummary("Replace what a key may do; the key itself stays").Takes<KeyBody>().Gives<KeyAnswer>(200).Fails(400, 401, 403, 404, 412, 415, 422).Versioned();
        api.MapDelete("/keys/{id}", async (HttpContext http, string id, Caller caller, AccessService access) =>
            await DoneAsync(http, http.VersionOf(out long? version) ?? await access.RevokeKeyAsync(caller, id, version, http.RequestAborted)))
            .WithName("revokeKey").WithSummary("Revoke a key").Produces(204).Fails(400, 401, 403, 404, 412).Versioned();
    }

    private static async Task UsersAsync(HttpContext http, Caller caller, AccessService access)
    {
        Result<IReadOnlyList<Person>> people = await access.PeopleAsync(caller, http.RequestAborted);
        Page<UserAnswer> page = new([], null);
        Problem? problem = people.Problem ?? http.PageOf(people.Value!.Select(p => UserAnswer.Of(p, null)), static p => p.Name, out page);
        await (problem?.WriteAsync(http) ?? http.WriteAsync(page, AccessJson.Default.PageUserAnswer));
    }

    private static async Task UserAsync(HttpContext http, string name, Caller caller, AccessService access)
    {
        Result<Person> person = await access.PersonAsync(caller, name, http.RequestAborted);
        await (person.Problem?.WriteAsync(http) ?? AnswerAsync(http, person.Value!, null));
    }

    private static async Task PutUserAsync(HttpContext http, string name, Caller caller, AccessService access)
    {
        Result<UserBody> body = await Body.ReadAsync(http, AccessJson.Default.UserBody);
        Result<PersonSettings> settings = body.Problem is { } malformed ? malformed : body.Value!.ToSettings();
        if ((http.VersionOf(out long? version) ?? settings.Problem) is { } problem)
        {
            await problem.WriteAsync(http);
            return;
        }

        Problem? unknown = (await access.PersonAsync(caller, name, http.RequestAborted)).Problem;
        if (unknown is null && version != Expected.NotToExist)
        {
            Result<Person> changed = await access.SetPersonAsync(caller, name, settings.Value!, version, http.RequestAborted);
            await (changed.Problem?.WriteAsync(http) ?? AnswerAsync(http, changed.Value!, null));
            return;
        }

        if (unknown is { Status: StatusCodes.Status404NotFound } && version is not (null or Expected.NotToExist))
        {
            await new Problem("version-mismatch", "It was changed meanwhile", 412, $"There is no person '{name}', or not any more: look at the list.").WriteAsync(http);
            return;
        }

        Result<NewPerson> added = await access.AddPersonAsync(caller, name, settings.Value!, http.RequestAborted);
        await (added.Problem?.WriteAsync(http) ?? AnswerAsync(http, added.Value!.Person, body.Value!.Password is null ? added.Value.Password : null, StatusCodes.Status201Created));
    }

    private static async Task KeysAsync(HttpContext http, Caller caller, AccessService access)
    {
        Result<IReadOnlyList<ApiKey>> keys = await access.KeysAsync(caller, http.RequestAborted);
        Page<KeyAnswer> page = new([], null);
        Problem? problem = keys.Problem ?? http.PageOf(keys.Value!.Select(k => KeyAnswer.Of(k, null)), static k => k.Id, out page);
        await (problem?.WriteAsync(http) ?? http.WriteAsync(page, AccessJson.Default.PageKeyAnswer));
    }

    private static async Task CreateKeyAsync(HttpContext http, Caller caller, AccessService access, EngineHost host)
    {
        Result<KeySettings> settings = await SettingsAsync(http, host);
        Result<NewKey> created = settings.Problem is { } wrong ? wrong : await access.CreateKeyAsync(caller, settings.Value!, http.RequestAborted);
        await (created.Problem?.WriteAsync(http) ?? AnswerAsync(http, created.Value!.Stored, created.Value.Key, StatusCodes.Status201Created));
    }

    private static async Task PutKeyAsync(HttpContext http, string id, Caller caller, AccessService access, EngineHost host)
    {
        Result<KeySettings> settings = await SettingsAsync(http, host);
        Problem? wrong = http.VersionOf(out long? version) ?? settings.Problem;
        Result<ApiKey> changed = wrong is not null ? wrong : await access.SetKeyAsync(caller, id, settings.Value!, version, http.RequestAborted);
        await (changed.Problem?.WriteAsync(http) ?? AnswerAsync(http, changed.Value!, null));
    }

    // A key whose highest class does not exist could ask for nothing at all.
    private static async Task<Result<KeySettings>> SettingsAsync(HttpContext http, EngineHost host)
    {
        Result<KeyBody> body = await Body.ReadAsync(http, AccessJson.Default.KeyBody);
        return body.Problem is { } malformed ? malformed
            : body.Value!.MaxPriority is { } most && host.Read.Configuration.Class(most) is null
                ? Problem.Field("unknown-name", 422, "$.maxPriority", $"'{most}' is not a class; there are {string.Join(", ", host.Read.Configuration.Classes.Select(c => c.Name))}")
            : body.Value.ToSettings();
    }

    // What is shown once must not stay in a cache.
    private static Task AnswerAsync(HttpContext http, Person person, string? password, int status = StatusCodes.Status200OK)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{person.Version}\"");
        return http.WriteAsync(UserAnswer.Of(person, password), AccessJson.Default.UserAnswer, status);
    }

    private static Task AnswerAsync(HttpContext http, ApiKey key, string? secret, int status = StatusCodes.Status200OK)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{key.Version}\"");
        return http.WriteAsync(KeyAnswer.Of(key, secret), AccessJson.Default.KeyAnswer, status);
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
