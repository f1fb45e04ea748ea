namespace Nexus.Dashboard.Demo;

/// <summary>What the demo's tenants may spend: one budget for everything that only tells, a team that is paced at nine tenths of its day, and a small owner that is stopped.</summary>
internal static class DemoBudgets
{
    public static IReadOnlyDictionary<string, object> All { get; } = new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["all-spending"] = new { amount = new { amount = "5000" }, period = "month", thresholds = new object[] { new { at = 0.5, action = "alert" }, new { at = 0.8, action = "alert" }, new { at = 1, action = "alert" } } },
        ["acme"] = new { scope = new { owner = "acme" }, amount = new { amount = "120" }, period = "day", timeZone = "Europe/Berlin", thresholds = new object[] { new { at = 0.8, action = "alert" }, new { at = 0.9, action = "throttle" } } },
        ["globex-research"] = new { scope = new { owner = "globex/research" }, amount = new { amount = "10" }, period = "day", thresholds = new object[] { new { at = 0.8, action = "alert" }, new { at = 1, action = "halt" } } },
    };
}
