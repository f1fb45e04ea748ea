namespace Nexus.Dashboard.Access;

/// <summary>The headers of answers that no browser shows as a page: nothing in them may load, run, or be framed. They are the same for every call, so that none computes a policy or a nonce.</summary>
internal static class MachineHeaders
{
    public const string Policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static Task SetAsync(HttpContext http, RequestDelegate next)
    {
        IHeaderDictionary headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        return next(http);
    }
}
