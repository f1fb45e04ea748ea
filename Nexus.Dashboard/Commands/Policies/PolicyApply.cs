using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Nexus.Dashboard.Commands.Simulate;
using Nexus.Dashboard.Features.Simulator;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary><c>policy apply</c>: makes a system have the policy of a folder, or tries it on what was recorded.</summary>
/// <param name="system">The system.</param>
/// <param name="parsed">The command line.</param>
/// <param name="folder">The folder.</param>
internal sealed class PolicyApply(SystemConnection system, ParseResult parsed, string folder)
{
    private static readonly TimeSpan UsualWindow = TimeSpan.FromDays(7);

    private const string Laid = "Rules that were changed in the course of the window count as they were then; the changed policy is laid over them.";
    private const string Ledgers = "Cost is what was entered into the ledger in the course of the window: what still runs at its end counts as far as it was entered, and of what began before it what was entered after.";

    private TextWriter Output => parsed.InvocationConfiguration.Output;

    private TextWriter Error => parsed.InvocationConfiguration.Error;

    private bool AsJson => parsed.GetValue(CommonOptions.Json);

    /// <summary>Makes the changes.</summary>
    /// <returns>0 where all are made, 1 where one was refused.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        (PolicyContent present, PolicyContent wanted, IReadOnlyList<PolicyChange> changes) = await PlanAsync(cancellation);
        await (AsJson ? Task.CompletedTask : PolicyText.PlanAsync(Output, changes));
        PolicyApplied applied = await new PolicyApplication(system, present, wanted).ApplyAsync(changes, cancellation);
        if (AsJson)
        {
            await PrintAsync(new PolicyApplyAnswer(false, Planned(changes))
            {
                Applied = Planned(applied.Done),
                NotApplied = applied.Reason is null ? null : Planned([.. applied.Failed, .. applied.Left]),
                Error = applied.Reason,
            });
        }

        await PolicyText.AppliedAsync(AsJson ? TextWriter.Null : Output, Error, applied);
        return applied.Reason is null ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Changes nothing: replays what was recorded with the changes and without them.</summary>
    /// <param name="from">From when; null: some days before the end.</param>
    /// <param name="to">Until when; null: now.</param>
    /// <param name="conditions">What must not be worse.</param>
    /// <param name="report">Where the report goes; null: nowhere.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>0, or 1 where a condition does not hold.</returns>
    public async Task<int> TryAsync(DateTimeOffset? from, DateTimeOffset? to, IReadOnlyList<Condition> conditions, string? report, CancellationToken cancellation)
    {
        DateTimeOffset end = to ?? TimeProvider.System.GetUtcNow();
        if (from >= end)
        {
            throw CommandException.BadInput("--from must be before --to");
        }

        (_, PolicyContent wanted, IReadOnlyList<PolicyChange> changes) = await PlanAsync(cancellation);
        await (AsJson ? Task.CompletedTask : PolicyText.PlanAsync(Output, changes));
        if (changes.Count == 0)
        {
            await (report is null ? Task.CompletedTask : new PolicyReport(changes, [], ["Nothing: the system has this policy."], []).WriteAsync(report, cancellation));
            await (AsJson ? PrintAsync(new PolicyApplyAnswer(true, []) { Failed = [] }) : Task.CompletedTask);
            return ExitCode.Done;
        }

        SimulationAnswer replay = await new PolicyReplay(system, Error).RunAsync(wanted, changes, from ?? end - UsualWindow, end, from is null, cancellation);
        PolicyComparison comparison = PolicyComparison.Of(replay.Variants[0], replay.Variants[1], conditions);
        string[] failed = [.. comparison.Broken];
        foreach (string sentence in failed)
        {
            await Error.WriteLineAsync(sentence);
        }

        if (report is not null)
        {
            await new PolicyReport(changes, [comparison], [.. Replayed(replay)], [replay.NotModelled, Laid, Ledgers]).WriteAsync(report, cancellation);
        }

        await (AsJson
            ? PrintAsync(new PolicyApplyAnswer(true, Planned(changes)) { Window = WindowOf(replay), Variants = replay.Variants, Failed = failed })
            : WriteAsync(replay, comparison));
        return failed.Length > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private async Task<(PolicyContent Present, PolicyContent Wanted, IReadOnlyList<PolicyChange> Changes)> PlanAsync(CancellationToken cancellation)
    {
        PolicyContent present = await PolicyContent.ReadAsync(system, cancellation);
        PolicyContent wanted = PolicyContent.ReadFolder(folder, present.Currency, Error.WriteLine);
        return (present, wanted, PolicyCheck.Order(present, PolicyPlan.Of(present, wanted), folder, TimeProvider.System));
    }

    private async Task WriteAsync(SimulationAnswer replay, PolicyComparison comparison)
    {
        await Output.WriteLineAsync();
        foreach (string sentence in Replayed(replay))
        {
            await Output.WriteLineAsync(sentence.Replace("`", "", StringComparison.Ordinal));
        }

        await Output.WriteLineAsync();
        await SimulateText.WriteAsync(Output, replay.Variants);
        await PolicyText.OwnersAsync(Output, comparison.Owners());
    }

    private static IEnumerable<string> Replayed(SimulationAnswer replay)
    {
        (SimulationReport present, SimulationReport changed) = (replay.Variants[0], replay.Variants[1]);
        ReplayedWindow? window = WindowOf(replay);
        yield return string.Create(CultureInfo.InvariantCulture, $"What was recorded from {window?.From:yyyy-MM-dd HH:mm:ss} to {window?.To:yyyy-MM-dd HH:mm:ss} UTC: {present.Requests:#,0} requests.");
        yield return present.AsRecorded == true
            ? string.Create(CultureInfo.InvariantCulture, $"Under the present policy all {present.Events:#,0} decisions came out as they were recorded, SHA-256 `{present.Hash}`.")
            : string.Create(CultureInfo.InvariantCulture, $"Under the present policy not all of {present.Events:#,0} decisions came out as they were recorded: take what follows with care. SHA-256 `{present.Hash}`.");
        yield return string.Create(CultureInfo.InvariantCulture, $"Under the changed policy {changed.Events:#,0} decisions, SHA-256 `{changed.Hash}`.");
        if (changed.NotApplied > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{changed.NotApplied:#,0} recorded inputs meant nothing under the changed policy, such as changes of what is not there then.");
        }
    }

    private static ReplayedWindow? WindowOf(SimulationAnswer replay) => replay.Window is { From: { } from, To: { } to } ? new ReplayedWindow(from.ToUniversalTime(), to.ToUniversalTime()) : null;

    private static PlannedChange[] Planned(IEnumerable<PolicyChange> changes) => [.. changes.Select(PlannedChange.Of)];

    private Task PrintAsync(PolicyApplyAnswer answer) => Output.WriteLineAsync(JsonSerializer.Serialize(answer, PolicyJson.Default.PolicyApplyAnswer));
}
