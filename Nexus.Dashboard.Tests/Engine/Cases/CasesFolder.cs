namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>Where published cases lie: in the folder that a variable names, else in <c>shared/cases</c> beside the project.</summary>
internal static class CasesFolder
{
    /// <summary>The folder; null where there is none.</summary>
    /// <exception cref="DirectoryNotFoundException">The variable names one that is not there.</exception>
    public static string? Of(string variable, string below = "") =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named
            ? Directory.Exists(named) ? named : throw new DirectoryNotFoundException($"{variable} names {named}, which is not there")
            : Beside(new DirectoryInfo(AppContext.BaseDirectory), below);

    private static string? Beside(DirectoryInfo? folder, string below)
    {
        for (; folder is not null; folder = folder.Parent)
        {
            string cases = Path.Combine(folder.FullName, "shared", "cases", below);
            if (Directory.Exists(cases))
            {
                return cases;
            }
        }

        return null;
    }
}
