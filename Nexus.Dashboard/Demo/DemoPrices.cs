namespace Nexus.Dashboard.Demo;

/// <summary>What the demo's capacity and models cost: list prices of the kind that providers publish, so that every kind that its agents use has one. What goes to a model by its batch lane has off-peak hours.</summary>
internal static class DemoPrices
{
    private const string Frontier = "frontier-2";
    private const string Small = "small-3";
    private const string Maker = "aurora";

    /// <summary>The price book, as the API takes it. Prices are per unit, of what is held per unit and hour; memory and storage of machines come with their devices and cores.</summary>
    public static object Book { get; } = new
    {
        items = (object[])
        [
            Held("gpu-h100-hour", "gpu", "3.90", "gpu-h100"),
            Held("gpu-l40s-hour", "gpu", "1.15", "gpu-l40s"),
            Held("gpu-spot-hour", "gpu", "0.38", "gpu-spot"),
            Held("cpu-hour", "cpu", "0.042", null),
            Held("memory-hour", "memory", "0.0045", null),
            Held("memory-with-gpu", "memory", "0", "gpu-h100"),
            Held("memory-with-l40s", "memory", "0", "gpu-l40s"),
            Held("memory-with-spot", "memory", "0", "gpu-spot"),
            Held("storage-hour", "storage", "0.00012", null),
            Token("frontier-input", "tokens.input", Frontier, "0.000003"),
            Token("frontier-output", "tokens.output", Frontier, "0.000015"),
            Token("frontier-call", "llm.calls", Frontier, "0"),
            Token("small-input", "tokens.input", Small, "0.00000015"),
            Token("small-output", "tokens.output", Small, "0.0000006"),
            Token("small-call", "llm.calls", Small, "0"),
            Batch("frontier-batch-input", "tokens.input", Frontier, even: "0.000002", odd: "0.0000012"),
            Batch("frontier-batch-output", "tokens.output", Frontier, even: "0.00001", odd: "0.000006"),
            Batch("small-batch-input", "tokens.input", Small, even: "0.00000006", odd: "0.0000001"),
            Batch("small-batch-output", "tokens.output", Small, even: "0.00000024", odd: "0.0000004"),
            new { sku = "vector-operation", resource = "vector.operations", unitPrice = "0.0000004" },
        ],
    };

    private static object Held(string sku, string resource, string unitPrice, string? pool) => pool is null ? new { sku, resource, unitPrice } : new { sku, resource, pool, unitPrice };

    // Cheaper still in every other hour, of one model in the odd and of the other in the even ones: whenever the demo is looked at, one of them costs less later.
    private static object Batch(string sku, string resource, string model, string even, string odd) =>
        new { sku, resource, model, provider = Maker, lane = "batch", formula = $"quantity * (hour - 2 * floor(hour / 2) == 0 ? {even} : {odd})" };

    private static object Token(string sku, string resource, string model, string unitPrice) => new { sku, resource, model, provider = Maker, unitPrice };
}
