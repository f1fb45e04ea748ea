using System.CommandLine;
using System.Globalization;
using Nexus.Dashboard.Commands.Policies;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Simulation.Traces;

namespace Nexus.Dashboard.Commands.Simulate;

/// <summary>The policies that a trace is simulated under: the present one by its folder or its files, and where there is one the changed one by its folder.</summary>
/// <param name="settings">The configuration given on the command line.</param>
internal sealed class SimulatedPolicies(string[] settings)
{
    private readonly Option<string?> _pools = new("--pools")
    {
        Description = "Pools as JSON, keyed by name, each as PUT /pools/{name} takes it.", HelpName = "FILE",
    };

    private readonly Option<string?> _quotas = new("--quotas")
    {
        Description = "Quotas as JSON, keyed by owner path, each as PUT /quotas/{path} takes it.", HelpName = "FILE",
    };

    private readonly Option<string?> _budgets = new("--budgets")
    {
        Description = "Budgets as JSON, keyed by id, each as PUT /budgets/{id} takes it.", HelpName = "FILE",
    };

    private readonly Option<string?> _prices = new("--prices")
    {
        Description = "Prices as JSON, as PUT /prices takes them, or LiteLLM's price table.", HelpName = "FILE",
    };

    private readonly Option<string?> _policy = new("--policy")
    {
        Description = "The present policy as a folder, as policy export writes it; the files given beside it are taken in place of its own.", HelpName = "DIR",
    };

    private readonly Option<string?> _against = new("--against")
    {
        Description = "A changed policy, as a folder such as policy export writes: each variant is simulated under it too.", HelpName = "DIR",
    };

    /// <summary>The options.</summary>
    public IEnumerable<Option> Options => [_policy, _pools, _quotas, _budgets, _prices, _against];

    /// <summary>True where there is a changed policy.</summary>
    public bool HasChanged(System.CommandLine.Parsing.CommandResult result) => result.GetValue(_against) is not null;

    /// <summary>The folder of the changed policy, or null.</summary>
    public string? Against(ParseResult parsed) => parsed.GetValue(_against);

    /// <summary>The currency of all amounts: that of the budgets, else the configured one.</summary>
    public string Currency(ParseResult parsed)
    {
        string?[] budgets = [parsed.GetValue(_budgets), .. new[] { parsed.GetValue(_policy), parsed.GetValue(_against) }.Select(folder => folder is null ? null : Path.Combine(folder, PolicyFiles.Budgets))];
        return budgets.Where(File.Exists).Select(file => PolicyFiles.CurrencyOf(file!)).FirstOrDefault(stated => stated is not null)
            ?? CommandConfiguration.Load(settings).Values[$"{EngineOptions.Section}:{nameof(EngineOptions.Currency)}"] ?? new EngineOptions().Currency;
    }

    /// <summary>Reads them.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="trace">The trace, by which the pools may be known.</param>
    /// <param name="start">When virtual time starts.</param>
    /// <exception cref="CommandException">They cannot be read, or what they say is wrong.</exception>
    public (Policy Present, Policy? Changed) Read(ParseResult parsed, TraceFile trace, Instant start)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        string currency = Currency(parsed);
        Policy? folder = parsed.GetValue(_policy) is { } policy ? Policy.ReadFolder(policy, currency, error.WriteLine) : null;
        Policy present = new(
            parsed.GetValue(_pools) is { } path ? PolicyFiles.ReadSomePools(path) : folder?.Pools ?? DefaultPools(trace),
            parsed.GetValue(_quotas) is { } quotas ? PolicyFiles.ReadQuotas(quotas) : folder?.Quotas ?? [])
        {
            Kinds = folder?.Kinds ?? [],
            Classes = folder?.Classes ?? [],
            Owners = folder?.Owners ?? [],
            Budgets = parsed.GetValue(_budgets) is { } budgets ? PolicyFiles.ReadBudgets(budgets, currency) : folder?.Budgets ?? [],
            Prices = parsed.GetValue(_prices) is { } prices ? PolicyFiles.ReadPrices(prices, error.WriteLine) : folder?.Prices ?? [],
        };
        Policy? changed = parsed.GetValue(_against) is { } against ? Policy.ReadFolder(against, currency, error.WriteLine) : null;
        if (changed is not null && !File.Exists(Path.Combine(parsed.GetValue(_against)!, PolicyFiles.Prices)))
        {
            // Two policies are compared by the same prices unless one says otherwise.
            changed = changed with { Prices = present.Prices };
        }

        int late = present.Prices.Concat(changed?.Prices ?? []).Where(sku => sku.EffectiveFrom > start).Select(sku => sku.Key).Distinct().Count();
        if (late > 0)
        {
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{late} {(late == 1 ? "price holds" : "prices hold")} only after virtual time starts, {start.ToDateTimeOffset():yyyy-MM-ddTHH:mm:ssK}: --start chooses another time"));
        }

        return (present, changed);
    }

    private static IReadOnlyList<PoolDefinition> DefaultPools(TraceFile trace)
    {
        if (!trace.CanReadAgain || !trace.IsAlibabaGpu)
        {
            throw CommandException.BadInput("give the pools with --pools FILE, for example {\"gpu-a\": {\"resources\": {\"gpu\": 8}}}; only for the Alibaba GPU trace are they known without.");
        }

        string nodes = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(trace.Name)) ?? "", AlibabaNodes.FileName);
        try
        {
            using StreamReader text = File.OpenText(nodes);
            return AlibabaNodes.Read(text, nodes);
        }
        catch (IOException fault)
        {
            throw CommandException.BadInput($"give the pools with --pools FILE, or put the trace's list of nodes beside it: {fault.Message}", fault);
        }
    }
}
