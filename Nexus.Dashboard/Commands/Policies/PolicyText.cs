using System.Globalization;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>Plans and outcomes for people at a terminal.</summary>
internal static class PolicyText
{
    private const int MostOwners = 5;

    /// <summary>What differs between a system and its files.</summary>
    public static async Task PlanAsync(TextWriter output, IReadOnlyList<PolicyChange> changes)
    {
        if (changes.Count == 0)
        {
            await output.WriteLineAsync("Nothing changes: the system has this policy.");
            return;
        }

        foreach (PolicyChange change in changes)
        {
            await output.WriteLineAsync($"{Sign(change)} {change.Title}{(change.Before?.IsDraining == true ? " (drains)" : "")}");
            foreach (FieldChange field in change.Fields)
            {
                await output.WriteLineAsync($"    {field.Line}");
            }
        }

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{changes.Count(c => c.Kind == PolicyChangeKind.Added)} added, {changes.Count(c => c.Kind == PolicyChangeKind.Changed)} changed, {changes.Count(c => c.Kind == PolicyChangeKind.Removed)} removed"));
    }

    /// <summary>What was made of it.</summary>
    public static async Task AppliedAsync(TextWriter output, TextWriter error, PolicyApplied applied)
    {
        if (applied.Reason is null)
        {
            await (applied.Done.Count == 0 ? Task.CompletedTask : output.WriteLineAsync("All of it is applied."));
            return;
        }

        await error.WriteLineAsync($"error: {applied.Failed[0].Part.File}, {string.Join(", ", applied.Failed.Select(c => c.Title))}: {applied.Reason}");
        await error.WriteLineAsync(applied.Done.Count == 0 ? "Nothing was applied." : $"Applied: {string.Join(", ", applied.Done.Select(c => c.Title))}.");
        if (applied.Left.Count > 0)
        {
            await error.WriteLineAsync($"Not tried: {string.Join(", ", applied.Left.Select(c => c.Title))}.");
        }
    }

    /// <summary>Who gains and who loses.</summary>
    public static async Task OwnersAsync(TextWriter output, IReadOnlyList<OwnerOutcome> owners)
    {
        await ListAsync(output, "loses", [.. owners.Where(o => o.Loses)]);
        await ListAsync(output, "gains", [.. owners.Where(o => o.Gains).Reverse()]);
    }

    private static async Task ListAsync(TextWriter output, string what, IReadOnlyList<OwnerOutcome> owners)
    {
        foreach (OwnerOutcome owner in owners.Take(MostOwners))
        {
            await output.WriteLineAsync($"{what} {owner.Owner}: p95 wait {Wait(owner.Before)} → {Wait(owner.After)}, refused {owner.Before?.Rejected ?? 0} → {owner.After?.Rejected ?? 0}");
        }

        await (owners.Count > MostOwners ? output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{what}: {owners.Count - MostOwners} more")) : Task.CompletedTask);
    }

    private static string Wait(OwnerReport? owner) => owner is null ? "–" : Numbers.Duration(TimeSpan.FromSeconds(owner.P95WaitSeconds));

    private static char Sign(PolicyChange change) => change.Kind switch { PolicyChangeKind.Added => '+', PolicyChangeKind.Removed => '-', _ => '~' };
}
