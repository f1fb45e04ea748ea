namespace Nexus.Dashboard.Access;

/// <summary>Where somebody goes after the sign-in: a path of this site and nothing else.</summary>
internal static class LocalUrl
{
    private const int MaxLength = 2_000;

    /// <summary>The path, or <c>/</c> for all that leads elsewhere: no scheme, no host, no <c>//</c> or <c>/\</c> that browsers read as one.</summary>
    public static string Of(string? url) =>
        url is { Length: > 0 and <= MaxLength } && url[0] == '/' && (url.Length == 1 || (url[1] != '/' && url[1] != '\\')) && !url.Any(char.IsControl) ? url : "/";
}
