namespace Nexus.Dashboard.Commands;

/// <summary>Separates settings of the host (<c>--Nexus:Data=/srv/nexus</c>, <c>--environment=Staging</c>) from a command's own arguments, so that the latter stay strictly checked.</summary>
/// <param name="Settings">Overrides of appsettings.json, as the host's command-line configuration reads them.</param>
/// <param name="Rest">What is parsed as a command.</param>
internal sealed record ConfigurationArguments(string[] Settings, string[] Rest)
{
    private static readonly string[] HostSettings = ["environment", "contentRoot", "applicationName"];

    public static ConfigurationArguments Split(string[] args)
    {
        ILookup<bool, string> parts = args.ToLookup(IsSetting);
        return new([.. parts[true]], [.. parts[false]]);
    }

    private static bool IsSetting(string argument)
    {
        int equals = argument.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || !argument.StartsWith("--", StringComparison.Ordinal))
        {
            return false;
        }

        string key = argument[2..equals];
        return key.Contains(':', StringComparison.Ordinal) || HostSettings.Contains(key, StringComparer.OrdinalIgnoreCase);
    }
}
