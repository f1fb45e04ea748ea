using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Costs;

/// <summary>Reported use: authorises the caller, then has the engine take it.</summary>
internal sealed class UsageService(EngineHost host)
{
    /// <summary>Takes records, each for itself: what is wrong with one is said of it alone.</summary>
    public async Task<Result<UsageAnswer>> RecordAsync(Caller caller, IReadOnlyList<UsageBody> records, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Usage))
        {
            return Problem.MissingScope(Scope.Usage, caller);
        }

        UsageItem[] items = new UsageItem[records.Count];
        List<int> places = new(records.Count);
        List<UsageRecord> sound = new(records.Count);
        for (int i = 0; i < items.Length; i++)
        {
            Result<UsageRecord> read = records[i].ToRecord();
            if (read.Problem is { } wrong)
            {
                items[i] = new UsageItem(records[i].Id, UsageStatus.Error, Sentence(wrong));
            }
            else if (!caller.MayActFor(read.Value!.Owner))
            {
                items[i] = new UsageItem(records[i].Id, UsageStatus.Error, $"owner: '{read.Value.Owner}' lies outside '{caller.Path}', within which you may act");
            }
            else
            {
                places.Add(i);
                sound.Add(read.Value.Lease is { } lease && host.Read.FindByLease(lease) is { } request ? read.Value with { Request = request.Spec.Id } : read.Value);
            }
        }

        if (sound.Count > 0)
        {
            UsageReply reply = (UsageReply)await host.SendAsync(new RecordUsage(sound) { Actor = caller.Actor }, cancellation);
            for (int i = 0; i < places.Count; i++)
            {
                UsageOutcome outcome = reply.Outcomes[i];
                items[places[i]] = new UsageItem(sound[i].Id, outcome.Status, outcome.Fault is { } fault ? $"{fault.Field}: {fault.Detail}" : null);
            }
        }

        return new UsageAnswer(items);
    }

    private static string Sentence(Problem wrong) => wrong.Errors is { Count: > 0 } errors ? string.Join("; ", errors.Select(e => $"{e.Key}: {string.Join(", ", e.Value)}")) : wrong.Detail;
}
