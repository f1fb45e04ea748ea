using System.Net;
using System.Text.RegularExpressions;

namespace Nexus.Bench.Running;

/// <summary>Somebody who signs in as people do, by the form.</summary>
internal static partial class Person
{
    /// <summary>Signs in.</summary>
    /// <returns>A client with the session's cookie.</returns>
    public static async Task<HttpClient> SignInAsync(Uri url, string name, string password) =>
        new(new SocketsHttpHandler { CookieContainer = await SessionAsync(url, name, password) }) { BaseAddress = url };

    /// <summary>Signs in.</summary>
    /// <returns>The session's cookie.</returns>
    public static async Task<CookieContainer> SessionAsync(Uri url, string name, string password)
    {
        CookieContainer cookies = new();
        using HttpClient http = new(new SocketsHttpHandler { CookieContainer = cookies }) { BaseAddress = url };
        string form = await http.GetStringAsync("/sign-in");
        Dictionary<string, string> fields = Hidden().Matches(form).ToDictionary(m => m.Groups["name"].Value, m => WebUtility.HtmlDecode(m.Groups["value"].Value), StringComparer.Ordinal);
        (fields["username"], fields["password"]) = (name, password);
        using FormUrlEncodedContent content = new(fields);
        using HttpResponseMessage answer = await http.PostAsync("/sign-in", content);
        return answer.IsSuccessStatusCode && answer.RequestMessage!.RequestUri!.AbsolutePath == "/"
            ? cookies
            : throw new InvalidOperationException($"nobody could sign in: {(int)answer.StatusCode} at {answer.RequestMessage?.RequestUri}");
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hidden();
}
