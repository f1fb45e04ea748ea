namespace Nexus.Dashboard.Shared;

/// <summary>A page in the navigation.</summary>
/// <param name="Href">Its address.</param>
/// <param name="Title">Its name.</param>
/// <param name="Icon">Its icon.</param>
/// <param name="Group">The job it is for; empty for the top, <c>bottom</c> for the foot.</param>
/// <param name="Key">The key after <c>g</c> that goes there.</param>
internal sealed record NavPage(string Href, string Title, string Icon, string Group, char Key)
{
    /// <summary>The pages that exist, in the order of the navigation.</summary>
    public static IReadOnlyList<NavPage> All { get; } =
    [
        new("/", "Overview", "overview", "", 'o'),
        new("/alerts", "Alerts", "alerts", "", 'a'),
        new("/pools", "Pools", "pools", "Run", 'p'),
        new("/queue", "Queue", "queue", "Run", 'q'),
        new("/quotas", "Quotas", "quotas", "Limit", 't'),
        new("/budgets", "Budgets", "budgets", "Limit", 'b'),
        new("/costs", "Costs", "costs", "Spend", 'c'),
        new("/prices", "Prices", "prices", "Spend", 'e'),
        new("/recommendations", "Recommendations", "recommendations", "Spend", 'r'),
        new("/simulator", "Simulator", "simulator", "Test", 'i'),
        new("/audit", "Audit", "audit", "bottom", 'u'),
        new("/settings", "Settings", "settings", "bottom", ','),
    ];
}
