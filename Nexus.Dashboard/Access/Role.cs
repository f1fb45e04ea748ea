namespace Nexus.Dashboard.Access;

/// <summary>What a person is here for.</summary>
internal enum Role
{
    /// <summary>Looks.</summary>
    Viewer,

    /// <summary>Runs the system: requests, pools, kinds, classes, owners.</summary>
    Operator,

    /// <summary>Watches the money: budgets, prices, periods, invoices.</summary>
    Finance,

    /// <summary>Asks for resources and runs benchmarks.</summary>
    Engineer,

    /// <summary>Everything, people and keys included.</summary>
    Admin,
}

internal static class Roles
{
    /// <summary>The scopes that a role has within its path.</summary>
    public static Scope Scopes(this Role role) => role switch
    {
        Role.Operator => Scope.Read | Scope.Requests | Scope.Configure,
        Role.Finance => Scope.Read | Scope.Money,
        Role.Engineer => Scope.Read | Scope.Requests | Scope.Benchmarks,
        Role.Admin => Scope.Admin,
        _ => Scope.Read,
    };

    /// <summary>As it is written on the command line and in the API.</summary>
    public static string Name(this Role role) => role.ToString().ToLowerInvariant();

    /// <summary>Reads a role as it is written.</summary>
    public static bool TryParse(string? name, out Role role) => Enum.TryParse(name, ignoreCase: true, out role) && Enum.IsDefined(role) && !char.IsAsciiDigit(name![0]);

    /// <summary>What a key's scopes let it do: who may configure may do so with money too, which of people only some roles may.</summary>
    public static Scope OfKey(this Scope scopes) => scopes.HasFlag(Scope.Configure) ? scopes | Scope.Money : scopes;

    /// <summary>Reads a list of scopes as they are written.</summary>
    public static bool TryParse(IEnumerable<string> names, out Scope scopes, out string? unknown)
    {
        scopes = Scope.None;
        unknown = null;
        foreach (string name in names)
        {
            if (!Enum.TryParse(name, ignoreCase: true, out Scope scope) || scope is Scope.None or Scope.Money || char.IsAsciiDigit(name[0]) || name.Contains(',', StringComparison.Ordinal))
            {
                unknown = name;
                return false;
            }

            scopes |= scope;
        }

        return scopes != Scope.None;
    }

    /// <summary>The scopes' names.</summary>
    public static string[] Names(this Scope scopes) =>
        [.. Enum.GetValues<Scope>().Where(s => s != Scope.None && scopes.HasFlag(s)).Select(s => s.ToString().ToLowerInvariant())];
}
