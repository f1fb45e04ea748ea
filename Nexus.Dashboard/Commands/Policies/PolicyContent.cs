using System.Text.Json.Serialization.Metadata;
using Nexus.Dashboard.Commands.Access;
using Nexus.Dashboard.Features.Costs;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>A policy, of a system or of a folder.</summary>
/// <param name="Parts">What it says; of a folder without the parts that have no file there.</param>
/// <param name="Currency">The installation's currency.</param>
internal sealed record PolicyContent(IReadOnlyList<PolicyPartContent> Parts, string Currency)
{
    /// <summary>What it says of one sort of thing; null where it says nothing.</summary>
    public PolicyPartContent? Of(PolicyPart part) => Parts.FirstOrDefault(p => p.Part == part);

    /// <summary>What a system has. It takes a caller for all of it: a part of a policy would be taken for the whole.</summary>
    /// <exception cref="CommandException">It cannot be read.</exception>
    public static async Task<PolicyContent> ReadAsync(SystemConnection system, CancellationToken cancellation)
    {
        // Whoever may see the installation's simulations sees all of the installation.
        if ((await system.SendAsync(HttpMethod.Get, "simulations", null, PolicyJson.Default.JsonObject, cancellation)).Problem is { } problem)
        {
            throw CommandException.Failed(problem.Status == 403 ? $"A policy is that of the whole installation: use a key with the scopes read and configure, and with owner /. {problem.Detail}" : problem.Detail);
        }

        // Amounts are in the one currency of the installation, which sums of nothing have too.
        JsonTypeInfo<CostsAnswer> type = (JsonTypeInfo<CostsAnswer>)PolicyJson.Lenient.GetTypeInfo(typeof(CostsAnswer))!;
        CostsAnswer costs = (await system.SendAsync(HttpMethod.Get, "costs?from=2000-01-01T00:00:00Z&to=2000-01-02T00:00:00Z", null, type, cancellation)).OrFail();
        List<PolicyPartContent> parts = [];
        foreach (PolicyPart part in PolicyParts.All)
        {
            parts.Add(await part.ReadAsync(system, costs.Total.Currency, cancellation));
        }

        return new PolicyContent(parts, costs.Total.Currency);
    }

    /// <summary>What a folder says: the parts that have a file there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="currency">The installation's currency.</param>
    /// <param name="note">Told of what files say and nothing is made of.</param>
    /// <exception cref="CommandException">There is no file of a policy in it, or what one says is wrong; the message names file, name and field.</exception>
    public static PolicyContent ReadFolder(string folder, string currency, Action<string> note)
    {
        PolicyPart[] there = [.. PolicyParts.All.Where(part => File.Exists(Path.Combine(folder, part.File)))];
        if (there.Length == 0)
        {
            throw CommandException.BadInput($"{folder} holds no policy: there is none of {string.Join(", ", PolicyParts.All.Select(part => part.File))} in it; policy export writes them.");
        }

        PolicyFiles.NoteUnused(folder, note);
        return new PolicyContent([.. there.Select(part => part.ReadFile(Path.Combine(folder, part.File), currency, note))], currency);
    }
}
