using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Hubs;

namespace Nexus.Dashboard.Tests.Dashboard.Access;

/// <summary>Default deny: every way into the program is in the table, and each is tried as nobody, with every scope and as every role, at the root and below it.</summary>
public sealed class WhoMayTests(WhoMayTests.Everybody everybody) : IClassFixture<WhoMayTests.Everybody>
{
    public static TheoryData<string> Rows { get; } = [.. WhoMay.Table.Select(r => r.ToString())];

    [Fact]
    public void The_table_holds_every_way_into_the_program_and_no_other()
    {
        HashSet<Entrance> known = Known(WhoMay.Table.Where(r => !r.InDevelopmentAlone));

        Assert.Equal(Sorted(known), Sorted(Entrance.Of(everybody.Production.Services.GetRequiredService<EndpointDataSource>())));
        Assert.Equal(Sorted(Known(WhoMay.Table)), Sorted(Entrance.Of(everybody.Development.Services.GetRequiredService<EndpointDataSource>())));

        static HashSet<Entrance> Known(IEnumerable<WhoMay.Row> rows) => [.. rows.Select(r => r.Entrance with { Address = r.Entrance.Method == "HUB" ? r.Entrance.Address.Split('(')[0] : r.Entrance.Address })];
        static IEnumerable<string> Sorted(IEnumerable<Entrance> entrances) => entrances.Select(e => $"{e.Method} {e.Address}").Order(StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Each_lets_in_whom_the_table_names_and_nobody_else(string way)
    {
        WhoMay.Row row = WhoMay.Table.Single(r => r.ToString() == way);
        List<string> otherwise = [];
        foreach ((Visitor visitor, string expected) in everybody.Of(row.InDevelopmentAlone).Zip(Expected(row)))
        {
            string found = await visitor.TryAsync(row);
            if (found != expected)
            {
                otherwise.Add($"{visitor.Name}: {found} instead of {expected}");
            }
        }

        Assert.True(otherwise.Count == 0, $"{way}\n{string.Join('\n', otherwise)}");
    }

    // In the order of the visitors: nobody, the keys and people of the root, those of the path.
    private static IEnumerable<string> Expected(WhoMay.Row row)
    {
        IEnumerable<string> below = [.. row.Keys, .. row.People];
        return [row.Nobody, .. row.Keys, .. row.People, .. row.SameBelow ? below : below.Select(_ => ".")];
    }

    /// <summary>Two servers, and one of everybody who may stand before them.</summary>
    public sealed class Everybody : IAsyncLifetime
    {
        private readonly Dictionary<bool, List<Visitor>> _visitors = [];

        public NexusServer Production { get; } = new("Production");

        public NexusServer Development { get; } = new("Development");

        internal IReadOnlyList<Visitor> Of(bool development) => _visitors[development];

        public async ValueTask InitializeAsync()
        {
            await Production.InitializeAsync();
            await Development.InitializeAsync();
            _visitors[false] = [Nobody(Production), .. await VisitorsAsync(Production)];
            _visitors[true] = [Nobody(Development)];
        }

        public async ValueTask DisposeAsync()
        {
            foreach (Visitor visitor in _visitors.Values.SelectMany(v => v))
            {
                visitor.Dispose();
            }

            await Production.DisposeAsync();
            await Development.DisposeAsync();
        }

        private static Visitor Nobody(NexusServer server) => new("nobody", server.Address, isKnown: false, null, new CookieContainer());

        private static async Task<List<Visitor>> VisitorsAsync(NexusServer server)
        {
            using Browser administrator = await server.AdministratorAsync();
            (await administrator.SendAsync(HttpMethod.Put, "/api/v1/pools/open", new { resources = new { gpu = 100 } })).EnsureSuccessStatusCode();
            List<Visitor> visitors = [];
            foreach (string owner in (string[])["/", "acme"])
            {
                foreach (string scope in WhoMay.Scopes)
                {
                    HttpResponseMessage created = await administrator.SendAsync(HttpMethod.Post, "/api/v1/keys", new { owner, scopes = new[] { scope } });
                    string key = (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
                    visitors.Add(new Visitor($"key {scope} at {owner}", server.Address, isKnown: true, key, new CookieContainer()));
                }

                foreach (string role in WhoMay.Roles)
                {
                    string name = $"{role}-{owner.Length}";
                    (await administrator.SendAsync(HttpMethod.Put, $"/api/v1/users/{name}", new { role, owner, password = NexusServer.Password })).EnsureSuccessStatusCode();
                    using Browser person = server.Browser();
                    await person.SignInAsync(name, NexusServer.Password);
                    visitors.Add(new Visitor($"{role} at {owner}", server.Address, isKnown: true, null, person.Cookies));
                }
            }

            return visitors;
        }
    }

    /// <summary>Somebody who tries.</summary>
    internal sealed class Visitor(string name, Uri address, bool isKnown, string? key, CookieContainer cookies) : IDisposable
    {
        private readonly HttpClient _http = new(new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = address };

        public string Name => name;

        public void Dispose() => _http.Dispose();

        /// <summary>Tries, and says in the table's words what came of it.</summary>
        public async Task<string> TryAsync(WhoMay.Row row)
        {
            if (row.Entrance.Method == "HUB")
            {
                return await SubscribeAsync(row.Entrance.Address.Split('(', ')')[1]);
            }

            using HttpRequestMessage request = new(MethodOf(row.Entrance), AddressOf(row.Entrance));
            if (key is not null)
            {
                request.Headers.Authorization = new("Bearer", key);
            }

            bool isForm = request.Method == HttpMethod.Post && !request.RequestUri!.OriginalString.StartsWith("/api", StringComparison.Ordinal);
            request.Content = row.Body is { } body ? new StringContent(body, Encoding.UTF8, "application/json") : isForm ? new FormUrlEncodedContent([]) : null;
            using HttpResponseMessage answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            return Said(answer, isForm);
        }

        private string Said(HttpResponseMessage answer, bool isForm)
        {
            string? to = answer.Headers.Location?.OriginalString;
            return (int)answer.StatusCode switch
            {
                401 => isKnown ? "." : "401",
                403 when answer.Content.Headers.ContentType?.MediaType is "application/problem+json" or "application/json" => ".",
                302 when to!.Contains("/sign-in?returnUrl=", StringComparison.Ordinal) => isKnown ? "." : "door",
                302 when to == "/sign-in" => "link",
                302 when to == "/" => ".",
                403 or 410 => "link",
                400 when isForm => "form",
                < 500 => isKnown ? "x" : "in",
                _ => $"{(int)answer.StatusCode} {to}",
            };
        }

        private async Task<string> SubscribeAsync(string topic)
        {
            await using HubConnection hub = new HubConnectionBuilder().WithUrl(new Uri(address, EngineHub.Path), options =>
            {
                options.Transports = HttpTransportType.WebSockets;
                options.Cookies = cookies;
                if (key is not null)
                {
                    options.Headers["Authorization"] = $"Bearer {key}";
                }
            }).Build();
            try
            {
                await hub.StartAsync();
                await foreach (object _ in hub.StreamAsync<object>("Subscribe", topic))
                {
                    return "x";
                }

                return "the stream ended";
            }
            catch (HttpRequestException refused)
            {
                return ((int?)refused.StatusCode)?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? refused.Message;
            }
            catch (HubException refused) when (refused.Message.Contains("scope 'read'", StringComparison.Ordinal))
            {
                return ".";
            }
        }

        private static HttpMethod MethodOf(Entrance entrance) => entrance switch
        {
            { Method: "ANY", Address: var at } => at.EndsWith("/negotiate", StringComparison.Ordinal) || at.EndsWith("/disconnect", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get,
            { Method: var method } => new HttpMethod(method),
        };

        private static string AddressOf(Entrance entrance) => entrance == Entrance.Files ? "/favicon.svg" : entrance.Address
            .Replace("{**path:file}", "no-such-file.txt", StringComparison.Ordinal)
            .Replace("{**path}", "acme/ada", StringComparison.Ordinal)
            .Replace("{documentName?}", "", StringComparison.Ordinal).Replace("{documentName}", "v1", StringComparison.Ordinal)
            .Replace("{tenant}", "acme", StringComparison.Ordinal).Replace("{month}", "2026-01", StringComparison.Ordinal).Replace("{name}", "tried", StringComparison.Ordinal).Replace("{Name}", "open", StringComparison.Ordinal).Replace("{id}", "tried", StringComparison.Ordinal);
    }
}
