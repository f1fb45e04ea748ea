using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Commands;

/// <summary>The API of a system that a command reads or changes: a running one at an address, one that runs on a data directory, or, where none does, this program itself on that directory.</summary>
internal sealed class SystemConnection : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly WebApplication? _own;

    private SystemConnection(HttpClient http, WebApplication? own) => (_http, _own) = (http, own);

    /// <summary>Reaches what <c>--data</c>, else <c>--url</c> and <c>--key</c> name.</summary>
    /// <param name="serve">Opens a directory on which no server runs.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<SystemConnection> OpenAsync(ServeCommand serve, ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(CommonOptions.Data) is null)
        {
            return To(parsed.GetRequiredValue(CommonOptions.Url)!, CommonOptions.KeyOf(parsed));
        }

        DataDirectory data = serve.Data(parsed);
        if (LocalSocket.Find(data) is { } socket && socket.Answers())
        {
            return new SystemConnection(socket.Connect(), null);
        }

        WebApplication own = await serve.OpenAsync(data, cancellation);
        return new SystemConnection(own.Services.GetRequiredService<LocalSocket>().Connect(), own);
    }

    /// <summary>Reaches a running system.</summary>
    /// <param name="url">Its address.</param>
    /// <param name="key">The key to it.</param>
    public static SystemConnection To(Uri url, string key)
    {
        HttpClient client = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), AllowAutoRedirect = false, UseCookies = false, UseProxy = !url.IsLoopback })
        {
            BaseAddress = new Uri(url.AbsoluteUri.TrimEnd('/') + "/"),
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return new SystemConnection(client, null);
    }

    /// <summary>Asks and reads the answer.</summary>
    public async Task<Result<T>> SendAsync<T>(HttpMethod method, string path, HttpContent? content, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        using HttpRequestMessage request = new(method, $"api/v1/{path}") { Content = content };
        try
        {
            using HttpResponseMessage answer = await _http.SendAsync(request, cancellation);
            await using Stream body = await answer.Content.ReadAsStreamAsync(cancellation);
            return answer.IsSuccessStatusCode
                ? (await JsonSerializer.DeserializeAsync(body, type, cancellation))!
                : (await JsonSerializer.DeserializeAsync(body, ApiJson.Default.Problem, cancellation))!;
        }
        catch (HttpRequestException lost)
        {
            throw CommandException.Failed($"{_http.BaseAddress} does not answer: {lost.Message}", lost);
        }
        catch (JsonException foreign)
        {
            throw CommandException.Failed($"{_http.BaseAddress} answers, but not as Nexus does: is it the right address? {foreign.Message}", foreign);
        }
    }

    /// <summary>Changes something that was seen before, and only as it was seen.</summary>
    /// <param name="method">How.</param>
    /// <param name="path">What.</param>
    /// <param name="content">What becomes of it.</param>
    /// <param name="ifVersion">The version that was seen; null: there was none.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Why it is refused; null where it is done.</returns>
    public async Task<Problem?> ChangeAsync(HttpMethod method, string path, HttpContent? content, long? ifVersion, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(method, $"api/v1/{path}") { Content = content };
        if (ifVersion is { } version)
        {
            request.Headers.IfMatch.Add(new EntityTagHeaderValue(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"\"{version}\"")));
        }
        else
        {
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        }

        try
        {
            using HttpResponseMessage answer = await _http.SendAsync(request, cancellation);
            if (answer.IsSuccessStatusCode)
            {
                return null;
            }

            await using Stream body = await answer.Content.ReadAsStreamAsync(cancellation);
            return (await JsonSerializer.DeserializeAsync(body, ApiJson.Default.Problem, cancellation))!;
        }
        catch (HttpRequestException lost)
        {
            throw CommandException.Failed($"{_http.BaseAddress} does not answer: {lost.Message}", lost);
        }
        catch (JsonException foreign)
        {
            throw CommandException.Failed($"{_http.BaseAddress} answers, but not as Nexus does: is it the right address? {foreign.Message}", foreign);
        }
    }

    /// <summary>Asks for a file and writes it as it comes.</summary>
    /// <param name="path">What is asked.</param>
    /// <param name="to">Where to.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Why it is refused; null where it came whole.</returns>
    public async Task<Problem?> DownloadAsync(string path, Stream to, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"api/v1/{path}");
        try
        {
            using HttpResponseMessage answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            await using Stream body = await answer.Content.ReadAsStreamAsync(cancellation);
            if (!answer.IsSuccessStatusCode)
            {
                return await JsonSerializer.DeserializeAsync(body, ApiJson.Default.Problem, cancellation);
            }

            await body.CopyToAsync(to, cancellation);
            return null;
        }
        catch (HttpRequestException lost)
        {
            throw CommandException.Failed($"{_http.BaseAddress} does not answer: {lost.Message}", lost);
        }
        catch (HttpIOException broken)
        {
            throw CommandException.Failed($"{_http.BaseAddress} broke off, and the file is not whole: {broken.Message}", broken);
        }
        catch (JsonException foreign)
        {
            throw CommandException.Failed($"{_http.BaseAddress} answers, but not as Nexus does: is it the right address? {foreign.Message}", foreign);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_own is not null)
        {
            await _own.StopAsync();
            await _own.DisposeAsync();
        }
    }
}
