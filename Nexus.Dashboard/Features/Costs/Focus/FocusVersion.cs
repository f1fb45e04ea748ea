namespace Nexus.Dashboard.Features.Costs.Focus;

/// <summary>Versions of the FinOps Open Cost and Usage Specification that are written.</summary>
[Flags]
internal enum FocusVersion
{
    /// <summary>1.2, for tools that lag.</summary>
    OnePointTwo = 1,

    /// <summary>1.4.</summary>
    OnePointFour = 2,

    /// <summary>Every one, for a column that all of them have.</summary>
    All = OnePointTwo | OnePointFour,
}

/// <summary>How a version is written.</summary>
internal static class FocusVersions
{
    /// <summary>The versions, for people.</summary>
    public const string Known = "1.4 or 1.2";

    /// <summary>Reads a version; nothing is the newest.</summary>
    /// <returns>False where it is none that is known.</returns>
    public static bool TryParse(string? text, out FocusVersion version)
    {
        version = text == "1.2" ? FocusVersion.OnePointTwo : FocusVersion.OnePointFour;
        return text is null or "1.4" or "1.2";
    }

    /// <summary>As it is written.</summary>
    public static string NameOf(FocusVersion version) => version == FocusVersion.OnePointTwo ? "1.2" : "1.4";
}
