using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Nexus.Dashboard.Commands.Policies;
using Nexus.Dashboard.Features.Pools;
using Nexus.Engine.Resources;
using Nexus.Engine.Simulation;
using Nexus.Engine.Simulation.Traces;

namespace Nexus.Dashboard.Commands.Simulate;

/// <summary><c>simulate</c>: a workload trace under one or several policies, by the engine under a virtual clock.</summary>
/// <param name="settings">The configuration given on the command line.</param>
internal sealed class SimulateCommand(string[] settings)
{
    private const string AsConfigured = "as-configured";
    private const string Changed = "changed";

    private const string OnTraces =
        "Every request comes when the trace says, is held for its duration and released with the amounts of the trace: retries and changed submissions, which other answers might have caused, are not modelled.";

    private readonly Argument<string> _trace = new("TRACE")
    {
        Description = "CSV with a header: time,id,owner,priority,duration,deadline,preemptible,<kind>…, an Azure LLM trace, or an Alibaba GPU trace.",
    };

    private readonly SimulatedPolicies _policies = new(settings);

    private readonly Option<string[]> _strategies = new("--strategy")
    {
        Description = "The strategy of all pools; given again, another variant. Without it each pool follows its own.", HelpName = "NAME",
    };

    private readonly Option<string?> _record = new("--record") { Description = "Writes each variant's decisions to DIR/VARIANT.jsonl, as journal export does.", HelpName = "DIR" };

    private readonly Option<string[]> _failIf = Condition.Option(
        "Ends with exit code 1 when a figure under the changed policy is worse: 'waitSeconds.p95 > +5%', 'deadlinesMet < -10', 'cost > +5%'.");

    private readonly Option<string?> _report = new("--report") { Description = "Writes what the changed policy does as Markdown, for a pull request.", HelpName = "FILE" };

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
                "simulate day.csv --policy main --against branch --fail-if 'waitSeconds.p95 > +5%' --fail-if 'cost > +2%' --report report.md",
            ],
        };
        simulate.Arguments.Add(_trace);
        foreach (Option option in (Option[])[.. _policies.Options, _strategies, _owners, _tokensPerSecond, _start, _record, _failIf, _report])
        {
            simulate.Options.Add(option);
        }

        _owners.Require(value => value is null or (>= 1 and <= 100_000), "1 to 100,000");
        _tokensPerSecond.Require(value => value is > 0 and <= 1_000_000_000, "above 0");
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
            foreach (string option in (string[])[.. result.GetValue(_failIf) is { Length: > 0 } ? ["--fail-if"] : Array.Empty<string>(), .. result.GetValue(_report) is not null ? ["--report"] : Array.Empty<string>()])
            {
                if (!_policies.HasChanged(result))
                {
                    result.AddError($"{option} compares with a changed policy: give its folder with --against.");
                }
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
            Instant start = parsed.GetValue(_start) is { } given ? Instant.From(given) : TraceWorkload.DefaultStart;
            (Policy present, Policy? changed) = _policies.Read(parsed, trace, start);
            Variant[] variants = Variants(parsed, present, changed);
            TraceRequest[]? held = trace.CanReadAgain || variants.Length == 1 ? null : [.. trace.Read()];
            Workload workload = TraceWorkload.Of(
                () => held ?? trace.Read(), present.Pools.Concat(changed?.Pools ?? []).DistinctBy(p => p.Name, StringComparer.Ordinal).ToArray(), parsed.GetValue(_tokensPerSecond), start,
                currency: _policies.Currency(parsed));
            using DecisionFiles? files = parsed.GetValue(_record) is { } folder ? new DecisionFiles(folder, variants) : null;
            IReadOnlyList<SimulationReport> reports = await RunAsync(error, trace, workload, variants, files, cancellation);
            return await PrintAsync(parsed, reports, present, changed, start, cancellation);
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
    private Variant[] Variants(ParseResult parsed, Policy present, Policy? changed)
    {
        string?[] strategies = parsed.GetValue(_strategies) is { Length: > 0 } named ? [.. named.Distinct(StringComparer.Ordinal)] : [null];
        return
        [
            .. strategies.Select(s => present.As(s ?? AsConfigured, s)),
            .. changed is null ? [] : strategies.Select(s => changed.As(s is null ? Changed : $"{s}-{Changed}", s)),
        ];
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

    private async Task<int> PrintAsync(ParseResult parsed, IReadOnlyList<SimulationReport> reports, Policy present, Policy? changed, Instant start, CancellationToken cancellation)
    {
        PolicyComparison[] comparisons = changed is null ? [] : Comparisons(reports, Condition.Of(parsed.GetValue(_failIf)));
        string[]? failed = changed is null ? null : [.. comparisons.SelectMany(c => c.Broken)];
        foreach (string sentence in failed ?? [])
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(sentence);
        }

        if (parsed.GetValue(_report) is { } file)
        {
            string currency = _policies.Currency(parsed);
            await new PolicyReport(PolicyPlan.Of(present.ToContent(currency), changed!.ToContent(currency)), comparisons, Replayed(parsed, reports, start), [OnTraces]).WriteAsync(file, cancellation);
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

    private static PolicyComparison[] Comparisons(IReadOnlyList<SimulationReport> reports, IReadOnlyList<Condition> conditions)
    {
        int half = reports.Count / 2;
        return [.. Enumerable.Range(0, half).Select(i => PolicyComparison.Of(reports[i], reports[half + i], conditions))];
    }

    private IReadOnlyList<string> Replayed(ParseResult parsed, IReadOnlyList<SimulationReport> reports, Instant start) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"The trace `{Path.GetFileName(parsed.GetRequiredValue(_trace))}`, {reports[0].Requests:#,0} requests, from {start.ToDateTimeOffset():yyyy-MM-dd HH:mm:ss} UTC of virtual time on."),
        .. reports.Select(r => string.Create(CultureInfo.InvariantCulture, $"`{r.Name}`: {r.Events:#,0} decisions, SHA-256 `{r.Hash}`; the same trace under the same policy gives the same.")),
    ];
}
