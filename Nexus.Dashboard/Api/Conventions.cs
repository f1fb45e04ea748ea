using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;
using Nexus.Engine.Core;

namespace Nexus.Dashboard.Api;

/// <summary>What all endpoints share: how an answer is written, and how waiting, paging and versions are asked for.</summary>
internal static class Conventions
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    /// <summary>Writes an answer as JSON.</summary>
    public static Task WriteAsync<T>(this HttpContext http, T answer, JsonTypeInfo<T> type, int status = 200)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        JsonOutput.Write(http.Response, answer, type);
        return Task.CompletedTask;
    }

    /// <summary>How long the caller waits for news; zero when not at all.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static Problem? WaitOf(this HttpContext http, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (http.Request.Query["wait"].FirstOrDefault() is not { Length: > 0 } text)
        {
            return null;
        }

        Duration asked = Duration.Parse(text);
        if (asked.Fault is not null || asked.Value < TimeSpan.Zero || asked.Value > MaxWait)
        {
            return Problem.Field("invalid-value", 422, "wait", asked.Fault ?? "must be between PT0S and PT60S");
        }

        wait = asked.Value;
        return null;
    }

    /// <summary>What stands behind the beginning of an address as the client wrote it, decoded once; null where it begins otherwise.</summary>
    /// <remarks>The framework's own path has dots resolved and leaves an encoded slash as it is: <c>acme%2Falice</c> would be another owner than <c>acme/alice</c>, and <c>acme/../globex</c> one that nobody wrote.</remarks>
    public static string? Written(this HttpContext http, string beginning)
    {
        string target = http.Features.Get<IHttpRequestFeature>()?.RawTarget.Split('?')[0] ?? "";
        return target.StartsWith(beginning, StringComparison.OrdinalIgnoreCase) ? Uri.UnescapeDataString(target[beginning.Length..]) : null;
    }

    /// <summary>A switch in the query: on when it stands there alone or as <c>true</c>.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static Problem? FlagOf(this HttpContext http, string name, out bool on)
    {
        string? text = http.Request.Query.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values) ? values.ToString() : null;
        on = text is "" || string.Equals(text, "true", StringComparison.OrdinalIgnoreCase);
        return on || text is null || string.Equals(text, "false", StringComparison.OrdinalIgnoreCase) ? null : Problem.Field("invalid-value", 422, name, "must be true or false");
    }

    /// <summary>How many items a page holds.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static Problem? LimitOf(this HttpContext http, out int limit)
    {
        limit = DefaultLimit;
        return http.Request.Query["limit"].FirstOrDefault() is { } text && (!int.TryParse(text, out limit) || limit is < 1 or > MaxLimit)
            ? Problem.Field("invalid-value", 422, "limit", "must be 1 to 1,000")
            : null;
    }

    /// <summary>A page of a list that is short enough to be taken whole.</summary>
    /// <param name="http">The request, which says where the page begins and how long it is.</param>
    /// <param name="all">The list.</param>
    /// <param name="place">An item's place: unique, and in ordinal order the list's order.</param>
    /// <param name="page">The page.</param>
    /// <returns>What is wrong with the request, or null.</returns>
    public static Problem? PageOf<T>(this HttpContext http, IEnumerable<T> all, Func<T, string> place, out Page<T> page)
    {
        page = new Page<T>([], null);
        string? after = null;
        if (http.Request.Query["cursor"].FirstOrDefault() is { } cursor)
        {
            byte[] bytes = new byte[cursor.Length];
            if (!Base64Url.IsValid(cursor) || !Base64Url.TryDecodeFromChars(cursor, bytes, out int count))
            {
                return Problem.Field("invalid-value", 422, "cursor", "must be the 'next' of an earlier answer");
            }

            after = Encoding.UTF8.GetString(bytes, 0, count);
        }

        if (http.LimitOf(out int limit) is { } problem)
        {
            return problem;
        }

        T[] items = [.. all.Where(i => after is null || string.CompareOrdinal(place(i), after) > 0).OrderBy(place, StringComparer.Ordinal).Take(limit + 1)];
        page = items.Length <= limit ? new Page<T>(items, null) : new Page<T>(items[..limit], Base64Url.EncodeToString(Encoding.UTF8.GetBytes(place(items[limit - 1]))));
        return null;
    }

    /// <summary>A time in the query; null when it is not given.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static Problem? TimeOf(this HttpContext http, string name, out DateTimeOffset? time)
    {
        time = null;
        if (http.Request.Query[name].FirstOrDefault() is not { Length: > 0 } text)
        {
            return null;
        }

        if (!Moment.TryParse(text, out DateTimeOffset read))
        {
            return Problem.Field("invalid-value", 422, name, Moment.Wanted);
        }

        time = read;
        return null;
    }

    /// <summary>What the caller expects of what it changes, from <c>If-Match</c> and <c>If-None-Match</c>: a version, or one of <see cref="Expected"/>; null when it does not matter.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static Problem? VersionOf(this HttpContext http, out long? version)
    {
        version = null;
        if (http.Request.Headers.IfNoneMatch == "*")
        {
            version = Expected.NotToExist;
            return null;
        }

        string? text = http.Request.Headers.IfMatch.FirstOrDefault();
        if (text is null or "*")
        {
            version = text is null ? null : Expected.ToExist;
            return null;
        }

        if (!long.TryParse(text.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out long seen))
        {
            return Problem.Field("invalid-value", 400, "If-Match", "must be the 'version' of an earlier answer");
        }

        version = seen;
        return null;
    }
}
