using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Commands;
using Nexus.Dashboard.Features.Pools;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Simulation.Traces;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>What if: authorises the caller, then has it simulated. What it shows is the whole installation's, and so it takes a caller for all of it.</summary>
internal sealed class SimulationService(
    EngineHost host, SimulationRuns runs, DataDirectory data, IOptions<EngineOptions> engine, IOptions<SimulatorOptions> options, TimeProvider time)
{
    private const int MostVariants = 6;
    private const int MaxNameLength = 64;
    private const decimal DefaultTokensPerSecond = 50;

    /// <summary>The simulations that are known, the newest first.</summary>
    public Result<IReadOnlyList<Simulation>> List(Caller caller) => MaySee(caller) is { } problem ? problem : new Result<IReadOnlyList<Simulation>>(runs.All);

    /// <summary>One simulation.</summary>
    public Result<Simulation> Get(Caller caller, string id) =>
        MaySee(caller) is { } problem ? problem : runs.Find(id) is { } found ? found : NoSimulation(id);

    /// <summary>Waits until it stands elsewhere.</summary>
    public async Task<Simulation> WaitAsync(Simulation simulation, TimeSpan wait, CancellationToken cancellation)
    {
        Task news = simulation.News;
        if (!simulation.State.HasEnded)
        {
            await Task.WhenAny(news, Task.Delay(wait, time, cancellation));
        }

        return simulation;
    }

    /// <summary>Stops one; of one that has ended nothing changes.</summary>
    public Result<Simulation> Cancel(Caller caller, string id)
    {
        if (Refused(caller) is { } problem)
        {
            return problem;
        }

        if (runs.Find(id) is not { } found)
        {
            return NoSimulation(id);
        }

        found.Cancel();
        runs.Look();
        return found;
    }

    /// <summary>Begins one.</summary>
    public async Task<Result<Simulation>> StartAsync(Caller caller, SimulationBody body, CancellationToken cancellation)
    {
        if (Refused(caller) is { } refused)
        {
            return refused;
        }

        PresentRules now = PresentRules.Of(host);
        WhatIf[] variants = [.. (body.Variants ?? []).Where(v => v is not null).Select(v => new WhatIf(v, now.Catalogue.Currency))];
        if (Fault(body, variants, now) is { } fault)
        {
            return fault;
        }

        Action<Simulation> work;
        if (body.Window is { } window)
        {
            (Instant from, Instant to) = (Instant.From(window.From!.Value), Instant.From(window.To!.Value));

            // What was due until now is then decided and on disk, so that the end of the window is whole.
            Instant until = host.Now;
            await host.SendAsync(new Tick { Actor = Actor.Engine }, cancellation);
            to = to < until ? to : until;
            work = simulation => SimulationWork.OfWindow(simulation, data.Path, engine.Value.Limits, options.Value.MaxEvents, from, to, variants, host.Read.SpentBefore, time);
        }
        else
        {
            Result<TraceRequest[]> trace = Trace(body);
            if (trace.Problem is { } bad)
            {
                return bad;
            }

            work = simulation => SimulationWork.OfTrace(simulation, trace.Value!, now, variants, body.TokensPerSecond ?? DefaultTokensPerSecond, time);
        }

        Simulation begun = new($"sim-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}", caller, time.GetUtcNow(), work) { Asked = body with { Trace = null } };
        return runs.TryAdd(begun) ? begun
            : new Problem("too-many-simulations", "Too many simulations", 429, "As many simulations wait as may: wait until one has ended, or cancel one.");
    }

    private static Problem? Fault(SimulationBody body, WhatIf[] variants, PresentRules now)
    {
        Faults faults = new();
        faults.When((body.Window is null) == (body.Trace is null), "$", "give a window or a trace: one of them");
        faults.When(body.Window is { From: null }, "$.window.from", "must be given");
        faults.When(body.Window is { To: null }, "$.window.to", "must be given");
        faults.When(body.Window is { From: { } from, To: { } to } && from >= to, "$.window.to", "must be later than from");
        faults.When(body.Owners is < 1 or > 100_000, "$.owners", "must be 1 to 100,000");
        faults.When(body.TokensPerSecond is <= 0 or > 1_000_000_000, "$.tokensPerSecond", "must be above 0");
        faults.When(body.Window is not null && (body.Owners ?? body.TokensPerSecond) is not null, "$.window", "owners and tokensPerSecond are for traces");
        faults.When(body.Variants is not { Count: > 0 and <= MostVariants } || body.Variants.Contains(null!), "$.variants", $"must be 1 to {MostVariants} variants");
        for (int i = 0; i < body.Variants?.Count && body.Variants[i] is { } variant; i++)
        {
            string path = $"$.variants[{i}]";
            faults.When(variant.Name is not { Length: > 0 and <= MaxNameLength } name || name.Any(char.IsControl), $"{path}.name", $"must have 1 to {MaxNameLength} characters");
            faults.When(body.Variants.Take(i).Any(v => v?.Name == variant.Name), $"{path}.name", "stands twice: a variant is known by its name");
            faults.When(variant.Strategy is { } strategy && PoolBody.FaultOfStrategy(strategy) is not null, $"{path}.strategy", variant.Strategy is { } named ? PoolBody.FaultOfStrategy(named) ?? "" : "");
        }

        return faults.Problem ?? variants.Select((v, i) => v.Fault(now, $"$.variants[{i}]")).FirstOrDefault(p => p is not null);
    }

    private static Result<TraceRequest[]> Trace(SimulationBody body)
    {
        try
        {
            using StringReader text = new(body.Trace!);
            return TraceReader.Read(text, "trace", body.Owners).ToArray();
        }
        catch (TraceFormatException fault)
        {
            return Problem.Field("invalid-value", 422, "$.trace", fault.Message.TrimEnd('.'));
        }
    }

    private static Problem? MaySee(Caller caller) =>
        caller.AllowsEverywhere(Scope.Read | Scope.Configure | Scope.Benchmarks) ? null : Problem.MissingScope(Scope.Read, caller);

    /// <summary>Why the caller may begin none; null where it may.</summary>
    public static Problem? Refused(Caller caller) =>
        caller.AllowsEverywhere(Scope.Configure | Scope.Benchmarks) ? null : Problem.MissingScope(Scope.Benchmarks, caller);

    private static Problem NoSimulation(string id) => Problem.NotFound($"There is no simulation '{id}', or not any more: only the newest are kept, and none beyond a restart.");
}
