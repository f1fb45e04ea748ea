namespace Nexus.Dashboard.Demo;

/// <summary>What the demo's tenants may use: the whole of the GPUs is shared out, and globex has less than it likes, so that it borrows.</summary>
internal static class DemoQuotas
{
    public static IReadOnlyDictionary<string, object> All { get; } = new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["~"] = new { rules = new object[] { new { resource = "gpu", limit = 36 } } },
        ["acme"] = new
        {
            weight = 2,
            rules = new object[]
            {
                new { resource = "gpu", limit = 16 },
                new { resource = "tokens.input", limit = 60_000_000, period = "day", timeZone = "Europe/Berlin", mode = "soft" },
            },
        },
        ["acme/alice"] = new { rules = new object[] { new { resource = "gpu", limit = 6, borrow = 10, lendTo = "all" } } },
        ["acme/bob"] = new { weight = 2, rules = new object[] { new { resource = "gpu", limit = 12, borrow = 4, lendTo = "all" } } },
        ["globex"] = new { rules = new object[] { new { resource = "gpu", limit = 5, borrow = 5 } } },
        ["globex/research"] = new { rules = new object[] { new { resource = "gpu", limit = 5, borrow = 5 } } },
        ["initech"] = new { rules = new object[] { new { resource = "gpu", limit = 15, lend = 8 }, new { resource = "llm.calls", limit = 60, period = "rate:PT1M" } } },
    };
}
