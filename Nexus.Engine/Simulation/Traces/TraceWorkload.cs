using System.Globalization;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Simulation.Traces;

/// <summary>Makes a workload of a trace: each request is submitted when it is due, willing to wait, held for its time, and released with what it used.</summary>
/// <remarks>
/// A lease is made longer than its request runs, so that none expires by itself and none need be renewed. A run time is rounded up to a millisecond.
/// A request without a duration is held while its output tokens are generated, and commits to no end.
/// </remarks>
public sealed class TraceWorkload
{
    private const string ModelLabel = "model";
    private const int EndedInMemory = 1_000;

    private static readonly Actor Client = new(ActorKind.Key, "trace", "simulation");

    private readonly Func<IEnumerable<TraceRequest>> _trace;
    private readonly ILookup<string, string> _poolsByModel;
    private readonly decimal _tokensPerSecond;
    private readonly Instant _start;
    private readonly Configuration? _catalogue;
    private readonly string _currency;

    private TraceWorkload(Func<IEnumerable<TraceRequest>> trace, IEnumerable<PoolDefinition> pools, decimal tokensPerSecond, Instant start, Configuration? catalogue, string currency)
    {
        (_trace, _tokensPerSecond, _start, _catalogue, _currency) = (trace, tokensPerSecond, start, catalogue, currency);
        _poolsByModel = pools.Where(p => p.Labels[ModelLabel] is not null).ToLookup(p => p.Labels[ModelLabel]!, p => p.Name, StringComparer.Ordinal);
    }

    /// <summary>When virtual time starts unless it is said otherwise: 2026-01-01T00:00Z.</summary>
    public static Instant DefaultStart { get; } = Instant.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>The workload of a trace. Its pools are set by each variant.</summary>
    /// <param name="trace">Gives the requests from the first on, in the order of their times; called once for each variant.</param>
    /// <param name="pools">All pools that any variant has: requests that accept several models name those that carry them.</param>
    /// <param name="tokensPerSecond">How fast a model answers, above 0.</param>
    /// <param name="start">The moment of the trace's start.</param>
    /// <param name="catalogue">Kinds, classes and owners beside those that every installation has; null: none.</param>
    /// <param name="currency">The currency of all amounts, by its ISO 4217 code; null: the catalogue's, without one <c>USD</c>.</param>
    public static Workload Of(
        Func<IEnumerable<TraceRequest>> trace, IEnumerable<PoolDefinition> pools, decimal tokensPerSecond, Instant start, Configuration? catalogue = null, string? currency = null)
    {
        TraceWorkload workload = new(trace, pools, tokensPerSecond, start, catalogue, currency ?? (catalogue ?? Configuration.Initial).Currency);
        return new(workload.Begin, workload.Inputs, null, start, null);
    }

    private Core.Engine Begin()
    {
        Core.Engine engine = new(new EngineLimits(EndedInMemory) { Currency = _currency });
        Batch batch = new();
        foreach (Command command in Catalogue())
        {
            if (engine.Handle(command, _start, batch) is Fault fault)
            {
                throw new SimulationException(fault.Detail);
            }

            batch.Clear();
        }

        return engine;
    }

    private IEnumerable<Command> Catalogue() => _catalogue is null ? [] :
    [
        .. _catalogue.Kinds.Where(k => !k.BuiltIn).Select(k => new SetKind(k) { Actor = Client }),
        .. _catalogue.Classes.Select(c => new SetPriorityClass(c) { Actor = Client }),
        .. _catalogue.Owners.Select(o => new SetOwner(o, PoolsMayBeGone: true) { Actor = Client }),
    ];

    private IEnumerable<Input> Inputs()
    {
        foreach (TraceRequest request in _trace())
        {
            TimeSpan runs = RoundedUp(request.RunTime(_tokensPerSecond));

            // What was really used are the amounts of the trace, which are the estimates: a release that states nothing settles at them.
            ReleaseStep release = new(runs, request.Number, Client, ResourceVector.Empty, Labels.None, Outcome.Succeeded);
            yield return new Input(
                _start + request.At,
                long.MaxValue, // whoever ends at that moment ends first
                new Submit(Spec(request, runs)) { Actor = Client },
                Life.Of(runs, release),
                Where(request));
        }
    }

    private RequestSpec Spec(TraceRequest request, TimeSpan runs)
    {
        (IReadOnlyList<string>? pools, Labels labels) = Accepted(request.PoolModels);
        return new RequestSpec(
            request.Id ?? string.Create(CultureInfo.InvariantCulture, $"trace-{request.Number}"),
            request.Owner,
            request.Resources,
            request.Priority,
            pools,
            labels,
            request.Duration is null ? null : runs,
            Queue: true,
            MaxWait: null,
            LeaseLength: runs > RequestSpec.DefaultLeaseLength - TimeSpan.FromSeconds(1) ? runs + TimeSpan.FromSeconds(1) : RequestSpec.DefaultLeaseLength,
            Labels.None)
        {
            Members = request.Members <= RequestSpec.MostMembers ? request.Members
                : throw new SimulationException($"{Where(request)}: a gang has at most {RequestSpec.MostMembers:#,0} members"),
            Deadline = request.Deadline is { } deadline ? _start + deadline : null,
            Preemptible = request.Preemptible,
        };
    }

    private static string Where(TraceRequest request) => string.Create(CultureInfo.InvariantCulture, $"request {request.Number} of the trace");

    // One model is a label; several are the pools that carry them. Where no pool does, the request is refused for the label.
    private (IReadOnlyList<string>? Pools, Labels Labels) Accepted(IReadOnlyList<string> models)
    {
        if (models.Count == 0)
        {
            return (null, Labels.None);
        }

        string[] pools = models.Count == 1 ? [] : [.. models.SelectMany(model => _poolsByModel[model]).Distinct(StringComparer.Ordinal)];
        return pools.Length > 0 ? (pools, Labels.None) : (null, Labels.Of([new(ModelLabel, models[0])]));
    }

    private static TimeSpan RoundedUp(TimeSpan span) =>
        TimeSpan.FromMilliseconds(Math.Max(1, (span.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond));
}
