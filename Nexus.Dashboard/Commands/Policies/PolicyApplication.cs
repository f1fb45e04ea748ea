using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>Makes changes of a policy in a system, one after the other, each only where nobody changed the thing since it was read; the first that is refused ends it.</summary>
/// <param name="system">The system.</param>
/// <param name="present">Its policy as it was read.</param>
/// <param name="wanted">The policy that it is to have.</param>
internal sealed class PolicyApplication(SystemConnection system, PolicyContent present, PolicyContent wanted)
{
    /// <summary>Makes them.</summary>
    /// <param name="changes">In an order in which they can be made.</param>
    /// <param name="cancellation">Ends it before the next one.</param>
    public async Task<PolicyApplied> ApplyAsync(IReadOnlyList<PolicyChange> changes, CancellationToken cancellation)
    {
        List<PolicyChange> done = [];
        while (changes.FirstOrDefault(c => !done.Contains(c)) is { } next)
        {
            // The book is replaced as a whole: its first change takes the others along.
            PolicyChange[] together = next.Part == PolicyParts.Prices ? [.. changes.Where(c => c.Part == next.Part)] : [next];
            if (await RefusedAsync(next, cancellation) is { } reason)
            {
                return new PolicyApplied(done, together, reason, [.. changes.Except(done).Except(together)]);
            }

            done.AddRange(together);
        }

        return new PolicyApplied(done, [], null, []);
    }

    // Why a change is not made; null where it is.
    private async Task<string?> RefusedAsync(PolicyChange change, CancellationToken cancellation)
    {
        try
        {
            Problem? problem = change switch
            {
                _ when change.Part == PolicyParts.Prices => await PutAsync("prices", PolicyParts.Prices.Write(wanted.Of(change.Part)!.Items).ToJsonString(), present.Of(change.Part)!.Version, cancellation),
                { After: { } after } => await PutAsync(change.Part.PathOf(change.Name), after.Body.ToJsonString(), change.Before?.Version, cancellation) ?? await StayDrainingAsync(change, cancellation),
                _ when change.Part == PolicyParts.Owners => await PutAsync(change.Part.PathOf(change.Name), "{}", change.Before!.Version, cancellation),
                _ => await RemoveAsync(change, cancellation),
            };
            return problem switch
            {
                null => null,
                { Status: 412 } => "Somebody changed it since it was read: nothing of theirs is overwritten. Run the command again.",
                _ => problem.Detail,
            };
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return "Stopped while it was being changed: whether it was is not known. Run the command again.";
        }
        catch (CommandException lost)
        {
            return $"{lost.Message} Whether it was changed is not known: run the command again.";
        }
    }

    private async Task<Problem?> PutAsync(string path, string body, long? ifVersion, CancellationToken cancellation)
    {
        using StringContent content = new(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        return await system.ChangeAsync(HttpMethod.Put, path, content, ifVersion, cancellation);
    }

    // To set a pool lets it grant again, and who drained it had a reason.
    private async Task<Problem?> StayDrainingAsync(PolicyChange change, CancellationToken cancellation) =>
        change.Before?.IsDraining == true ? (await DrainAsync(change.Name, cancellation)).Problem : null;

    // A pool of which somebody holds something cannot go: it grants nothing more, and a later run removes it.
    private async Task<Problem?> RemoveAsync(PolicyChange change, CancellationToken cancellation)
    {
        long version = change.Before!.Version;
        if (await system.ChangeAsync(HttpMethod.Delete, change.Part.PathOf(change.Name), null, version, cancellation) is not { } refused)
        {
            return null;
        }

        if (change.Part != PolicyParts.Pools || refused.Type != "in-use" || change.Before.IsDraining)
        {
            return refused;
        }

        Result<JsonObject> drained = await DrainAsync(change.Name, cancellation);
        return drained.Problem ?? refused with { Detail = $"{refused.Detail} It is drained now and grants nothing more: run the command again when nothing of it is held." };
    }

    private Task<Result<JsonObject>> DrainAsync(string pool, CancellationToken cancellation) =>
        system.SendAsync(HttpMethod.Post, $"{PolicyParts.Pools.PathOf(pool)}/drain", null, PolicyJson.Default.JsonObject, cancellation);
}
