using System.CommandLine;
using System.CommandLine.Parsing;

namespace Nexus.Dashboard.Commands;

/// <summary>Options that mean the same wherever they appear.</summary>
internal static class CommonOptions
{
    /// <summary>On every command.</summary>
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print the result as one JSON object on standard output; everything else goes to standard error.",
        Recursive = true,
    };

    public static readonly Option<string?> Data = new("--data")
    {
        Description = "The data directory. A server that runs on it is reached through its socket there.",
        HelpName = "DIR",
    };

    public static readonly Option<Uri?> Url = new("--url")
    {
        Description = "Address of a running server (environment: NEXUS_URL).",
        HelpName = "URL",
        CustomParser = result => ReadUrl(result, result.Tokens[0].Value),
        DefaultValueFactory = result => ReadUrl(result, Environment.GetEnvironmentVariable("NEXUS_URL") is { Length: > 0 } url ? url : "http://localhost:5080"),
    };

    public static readonly Option<string?> Key = new("--key")
    {
        Description = "API key for that server, nxs_… (environment: NEXUS_KEY, which keeps it out of the list of processes).",
        HelpName = "KEY",
    };

    /// <summary>The key for <see cref="Url"/>; no default of the option, since help would print it.</summary>
    /// <exception cref="CommandException">None was given.</exception>
    public static string KeyOf(ParseResult parsed) =>
        parsed.GetValue(Key) ?? (Environment.GetEnvironmentVariable("NEXUS_KEY") is { Length: > 0 } key ? key
            : throw CommandException.BadInput("give an API key with --key or NEXUS_KEY; keys create makes one."));

    private static Uri? ReadUrl(ArgumentResult result, string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps))
        {
            return url;
        }

        result.AddError($"--url: '{text}' is not an address such as http://localhost:5080.");
        return null;
    }
}
