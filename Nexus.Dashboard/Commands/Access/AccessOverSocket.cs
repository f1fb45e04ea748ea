using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Commands.Access;

/// <summary>People and keys of a server that runs: what changes holds for it at once.</summary>
internal sealed class AccessOverSocket(HttpClient http) : IAccessAdministration
{
    private const string Users = "api/v1/users";
    private const string Keys = "api/v1/keys";

    public Task<Result<Page<UserAnswer>>> UsersAsync(CancellationToken cancellation) => AllAsync(Users, AccessJson.Default.PageUserAnswer, cancellation);

    public Task<Result<UserAnswer>> UserAsync(string name, CancellationToken cancellation) =>
        SendAsync(new(HttpMethod.Get, One(Users, name)), AccessJson.Default.UserAnswer, cancellation);

    public Task<Result<UserAnswer>> AddUserAsync(string name, UserBody body, CancellationToken cancellation) =>
        SendAsync(new(HttpMethod.Put, One(Users, name)) { Content = Json(body, AccessJson.Default.UserBody), Headers = { IfNoneMatch = { EntityTagHeaderValue.Any } } }, AccessJson.Default.UserAnswer, cancellation);

    public Task<Result<UserAnswer>> SetUserAsync(string name, UserBody body, long version, CancellationToken cancellation) =>
        SendAsync(new(HttpMethod.Put, One(Users, name)) { Content = Json(body, AccessJson.Default.UserBody), Headers = { IfMatch = { new EntityTagHeaderValue($"\"{version}\"") } } }, AccessJson.Default.UserAnswer, cancellation);

    public Task<Problem?> RemoveUserAsync(string name, CancellationToken cancellation) => DeleteAsync(One(Users, name), cancellation);

    public Task<Result<Page<KeyAnswer>>> KeysAsync(CancellationToken cancellation) => AllAsync(Keys, AccessJson.Default.PageKeyAnswer, cancellation);

    public Task<Result<KeyAnswer>> CreateKeyAsync(KeyBody body, CancellationToken cancellation) =>
        SendAsync(new(HttpMethod.Post, Keys) { Content = Json(body, AccessJson.Default.KeyBody) }, AccessJson.Default.KeyAnswer, cancellation);

    public Task<Problem?> RevokeKeyAsync(string id, CancellationToken cancellation) => DeleteAsync(One(Keys, id), cancellation);

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<Result<Page<T>>> AllAsync<T>(string list, JsonTypeInfo<Page<T>> type, CancellationToken cancellation)
    {
        List<T> all = [];
        string? next = null;
        do
        {
            Result<Page<T>> page = await SendAsync(new(HttpMethod.Get, $"{list}?limit=1000{(next is null ? "" : $"&cursor={next}")}"), type, cancellation);
            if (page.Problem is not null)
            {
                return page;
            }

            all.AddRange(page.Value!.Items);
            next = page.Value.Next;
        }
        while (next is not null);
        return new Page<T>(all, null);
    }

    private async Task<Result<T>> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        using HttpRequestMessage sent = request;
        using HttpResponseMessage answer = await AnswerAsync(sent, cancellation);
        await using Stream body = await answer.Content.ReadAsStreamAsync(cancellation);
        return answer.IsSuccessStatusCode
            ? (await JsonSerializer.DeserializeAsync(body, type, cancellation))!
            : (await JsonSerializer.DeserializeAsync(body, ApiJson.Default.Problem, cancellation))!;
    }

    private async Task<Problem?> DeleteAsync(string path, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Delete, path);
        using HttpResponseMessage answer = await AnswerAsync(request, cancellation);
        return answer.IsSuccessStatusCode ? null : await JsonSerializer.DeserializeAsync(await answer.Content.ReadAsStreamAsync(cancellation), ApiJson.Default.Problem, cancellation);
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            return await http.SendAsync(request, cancellation);
        }
        catch (HttpRequestException lost)
        {
            throw CommandException.Failed($"The server on this data directory does not answer: {lost.Message}", lost);
        }
    }

    private static string One(string all, string name) => $"{all}/{Uri.EscapeDataString(name)}";

    private static ByteArrayContent Json<T>(T body, JsonTypeInfo<T> type) =>
        new(JsonSerializer.SerializeToUtf8Bytes(body, type)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
