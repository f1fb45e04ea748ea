using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Nexus.Dashboard.Features.Pools;
using Nexus.Engine.Resources;
using Nexus.Engine.Simulation;
using Nexus.Engine.Simulation.Traces;

namespace Nexus.Dashboard.Commands.Simulate;

/// <summary><c>simulate</c>: a workload trace under one or several policies, by the engine under a virtual clock.</summary>
internal sealed class SimulateCommand
{
    private const string AsConfigured = "as-configured";
    private const string Changed = "changed";

    private readonly Argument<string> _trace = new("TRACE")
    {
        Description = "CSV with a header: time,id,owner,priority,duration,deadline,preemptible,<kind>…, an Azure LLM trace, or an Alibaba GPU trace.",
    };

    private readonly Option<string?> _pools = new("--pools")
    {
        Description = "Pools as JSON, keyed by name, each as PUT /pools/{name} takes it.", HelpName = "FILE",
    };

    private readonly Option<string?> _quotas = new("--quotas")
    {
        Description = "Quotas as JSON, keyed by owner path, each as PUT /quotas/{path} takes it.", HelpName = "FILE",
    };

    private readonly Option<string[]> _strategies = new("--strategy")
    {
        Description = "The strategy of all pools; given again, another variant. Without it each pool follows its own.", HelpName = "NAME",
    };

    private readonly Option<string?> _record = new("--record") { Description = "Writes each variant's decisions to DIR/VARIANT.jsonl, as journal export does.", HelpName = "DIR" };

    private readonly Option<string?> _against = new("--against")
    {
        Description = "A changed policy, as a folder with pools.json and quotas.json: each variant is simulated under it too.", HelpName = "DIR",
    };

    private readonly Option<string[]> _failIf = new("--fail-if")
    {
        Description = "Ends with exit code 1 when a figure under the changed policy is worse: 'waitSeconds.p95 > +5%', 'deadlinesMet < -10'.", HelpName = "CONDITION",
    };

    private readonly Option<int?> _owners = new("--owners")
    {
        Description = "Spreads requests whose trace names no owner over N tenants, in turn.", HelpName = "N",
    };

    private readonly Option<decimal> _tokensPerSecond = new("--tokens-per-second")
    {
        Description = "How fast a model answers: calls of a model are held for their output tokens ÷ N seconds.", HelpName = "N", DefaultValueFactory = _ => 50,
    };

    private readonly Option<DateTimeOffset?> _start = new("--start")
    {
        Description = "When virtual time starts, RFC 3339; 2026-01-01T00:00Z unless given.", HelpName = "TIME",
    };

    public Command Build()
    {
        DocumentedCommand simulate = new("simulate", "Simulates a workload trace under one or several policies, by the same engine under a virtual clock: no server, no waiting.")
        {
            Examples =
            [
                "simulate openb_pod_list_default.csv --pools pools.json",
                "simulate day.csv --pools pools.json --json | jq '.variants[0].waitSeconds'",
                "simulate day.csv --pools pools.json --against changed --fail-if 'waitSeconds.p95 > +5%' --fail-if 'deadlinesMet < 0'",
            ],
        };
        simulate.Arguments.Add(_trace);
        foreach (Option option in (Option[])[_pools, _quotas, _strategies, _owners, _tokensPerSecond, _start, _record, _against, _failIf])
        {
            simulate.Options.Add(option);
        }

        _owners.Require(value => value is null or (>= 1 and <= 100_000), "1 to 100,000");
        _tokensPerSecond.Require(value => value is > 0 and <= 1_000_000_000, "above 0");
        _failIf.Require(value => value is null || value.All(text => Condition.TryParse(text, out _)), "FIGURE > +N, FIGURE > +N%, FIGURE < -N or FIGURE < -N%, for example 'waitSeconds.p95 > +5%'");
        _strategies.Validators.Add(result =>
        {
            foreach (string name in result.GetValueOrDefault<string[]>() ?? [])
            {
                if (PoolBody.FaultOfStrategy(name) is { } fault)
                {
                    result.AddError($"--strategy '{name}': it {fault}.");
                }
            }
        });
        simulate.Validators.Add(result =>
        {
            if (result.GetValue(_failIf) is { Length: > 0 } && result.GetValue(_against) is null)
            {
                result.AddError("--fail-if compares with a changed policy: give its folder with --against.");
            }
        });
        simulate.SetAction(SimulateAsync);
        return simulate;
    }

    private async Task<int> SimulateAsync(ParseResult parsed, CancellationToken cancellation)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        using TraceFile trace = new(parsed.GetRequiredValue(_trace), parsed.GetValue(_owners));
        try
        {
            (Variant[] variants, PoolDefinition[] pools) = Variants(parsed, trace);
            TraceRequest[]? held = trace.CanReadAgain || variants.Length == 1 ? null : [.. trace.Read()];
            Workload workload = TraceWorkload.Of(
                () => held ?? trace.Read(), pools, parsed.GetValue(_tokensPerSecond), parsed.GetValue(_start) is { } start ? Instant.From(start) : TraceWorkload.DefaultStart);
            using DecisionFiles? files = parsed.GetValue(_record) is { } folder ? new DecisionFiles(folder, variants) : null;
            IReadOnlyList<SimulationReport> reports = await RunAsync(error, trace, workload, variants, files, cancellation);
            return await PrintAsync(parsed, reports);
        }
        catch (TraceFormatException fault)
        {
            throw CommandException.BadInput(fault.Message, fault);
        }
        catch (SimulationException fault)
        {
            throw CommandException.BadInput(fault.Message, fault);
        }
    }

    // One for each strategy under the present policy; then the same under the changed one.
    private (Variant[] Variants, PoolDefinition[] Pools) Variants(ParseResult parsed, TraceFile trace)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        Policy present = new(
            parsed.GetValue(_pools) is { } path ? PolicyFiles.ReadPools(path, error.WriteLine) : DefaultPools(trace),
            parsed.GetValue(_quotas) is { } quotas ? PolicyFiles.ReadQuotas(quotas) : []);
        Policy? changed = parsed.GetValue(_against) is { } folder ? Folder(folder, error) : null;
        string?[] strategies = parsed.GetValue(_strategies) is { Length: > 0 } named ? [.. named.Distinct(StringComparer.Ordinal)] : [null];
        return (
            [
                .. strategies.Select(s => present.As(s ?? AsConfigured, s)),
                .. changed is null ? [] : strategies.Select(s => changed.As(s is null ? Changed : $"{s}-{Changed}", s)),
            ],
            [.. present.Pools.Concat(changed?.Pools ?? []).DistinctBy(p => p.Name, StringComparer.Ordinal)]);
    }

    private static Policy Folder(string folder, TextWriter error)
    {
        string quotas = Path.Combine(folder, PolicyFiles.Quotas);
        return new(PolicyFiles.ReadPools(Path.Combine(folder, PolicyFiles.Pools), error.WriteLine), File.Exists(quotas) ? PolicyFiles.ReadQuotas(quotas) : []);
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

    private static async Task<IReadOnlyList<SimulationReport>> RunAsync(
        TextWriter error, TraceFile trace, Workload workload, Variant[] variants, DecisionFiles? files, CancellationToken cancellation)
    {
        SimulationProgress at = default;
        Lock guard = new();
        long began = Stopwatch.GetTimestamp();
        IReadOnlyList<SimulationReport> reports = await CommandProgress.ShowAsync(
            error,
            () =>
            {
                lock (guard)
                {
                    return new(
                        (at.Variant + trace.Share) / variants.Length,
                        string.Create(CultureInfo.InvariantCulture, $"{variants[at.Variant].Name}: {at.Requests:N0} requests, virtual time {at.At.ToDateTimeOffset():yyyy-MM-dd HH:mm:ss}"));
                }
            },
            () => Task.Run(
                () => Simulator.Compare(
                    workload,
                    variants,
                    files is null ? null : files.Write,
                    progress =>
                    {
                        lock (guard)
                        {
                            at = progress;
                        }
                    },
                    cancellation),
                CancellationToken.None));
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await error.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{reports.Sum(r => r.Requests):N0} requests simulated in {seconds:N1} s, {reports.Sum(r => r.Requests) / seconds:N0} a second"));
        return reports;
    }

    private async Task<int> PrintAsync(ParseResult parsed, IReadOnlyList<SimulationReport> reports)
    {
        string[]? failed = parsed.GetValue(_against) is null ? null : [.. Broken(parsed.GetValue(_failIf) ?? [], reports)];
        foreach (string sentence in failed ?? [])
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(sentence);
        }

        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(CommonOptions.Json))
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(new SimulateReport(reports, failed), SimulateJson.Default.SimulateReport));
        }
        else
        {
            await SimulateText.WriteAsync(output, reports);
        }

        return failed is { Length: > 0 } ? ExitCode.Failed : ExitCode.Done;
    }

    private static IEnumerable<string> Broken(string[] conditions, IReadOnlyList<SimulationReport> reports)
    {
        JsonElement[] figures = [.. reports.Select(r => JsonSerializer.SerializeToElement(r, SimulateJson.Default.SimulationReport))];
        int half = reports.Count / 2;
        for (int i = 0; i < half; i++)
        {
            foreach (string text in conditions)
            {
                if (Condition.TryParse(text, out Condition? condition) && condition.Broken(reports[i].Name, figures[i], figures[half + i]) is { } sentence)
                {
                    yield return sentence;
                }
            }
        }
    }
}
