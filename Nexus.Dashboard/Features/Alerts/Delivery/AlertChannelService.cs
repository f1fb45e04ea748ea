using System.Diagnostics;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Outbound;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Alerts.Delivery;

/// <summary>Channels of alerting: authorises the caller, then asks the book of channels. The page and the API call the same.</summary>
internal sealed class AlertChannelService(AlertChannels channels, Courier courier, OutboundHttp outbound, AlertStore store, TimeProvider time)
{
    /// <summary>The channels within the caller's path, by id.</summary>
    public async Task<Result<IReadOnlyList<AlertChannel>>> ListAsync(Caller caller, CancellationToken cancellation) => !caller.Allows(Scope.Read) ? Problem.MissingScope(Scope.Read, caller)
        : (await channels.AllAsync(cancellation)).Where(c => caller.MayActFor(c.Within)).ToArray();

    /// <summary>One of them.</summary>
    public async Task<Result<AlertChannel>> GetAsync(Caller caller, string id, CancellationToken cancellation)
    {
        Result<IReadOnlyList<AlertChannel>> all = await ListAsync(caller, cancellation);
        return all.Problem is { } problem ? problem : all.Value!.FirstOrDefault(c => c.Id == id) is { } channel ? channel : NoChannel(id);
    }

    /// <summary>A channel as the caller may see it.</summary>
    public static AlertChannelAnswer Answer(Caller caller, AlertChannel channel) => AlertChannelAnswer.Of(channel, whole: caller.Allows(Scope.Configure));

    /// <summary>Creates or replaces one.</summary>
    public async Task<Result<AlertChannel>> PutAsync(Caller caller, string id, AlertChannelBody body, long? ifVersion, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Configure))
        {
            return Problem.MissingScope(Scope.Configure, caller);
        }

        Result<AlertChannel> wanted = body.ToChannel(id, caller, outbound);
        return wanted.Value is not { } channel ? wanted
            : !caller.MayActFor(channel.Within) ? Problem.OutsidePath(QuotaAnswer.PathOf(channel.Within), caller)
            : (await channels.AllAsync(cancellation)).FirstOrDefault(c => c.Id == id) is { } before && !caller.MayActFor(before.Within)
                ? new Problem("exists", "It exists already", 409, $"There is a channel '{id}' already: choose another name.")
            : await channels.PutAsync(caller, channel, ifVersion, cancellation);
    }

    /// <summary>Deletes one that no rule names.</summary>
    public async Task<Problem?> DeleteAsync(Caller caller, string id, long? ifVersion, CancellationToken cancellation) =>
        (await ForChangeAsync(caller, id, cancellation)).Problem ?? await channels.DeleteAsync(caller, id, ifVersion, cancellation);

    /// <summary>Sends a test, now and once.</summary>
    /// <returns>What the other side said.</returns>
    public async Task<Result<ChannelTestAnswer>> TestAsync(Caller caller, string id, CancellationToken cancellation)
    {
        Result<AlertChannel> found = await ForChangeAsync(caller, id, cancellation);
        if (found.Value is not { } channel)
        {
            return found.Problem!;
        }

        await store.WriteAsync(
            database =>
            {
                database.Changes.Add(AlertAudit.Entry(caller, time.GetUtcNow(), "testAlertChannel", id));
                return Task.FromResult(true);
            },
            cancellation);
        long began = time.GetTimestamp();
        SendOutcome outcome = await courier.TestAsync(channel, caller.Id, cancellation);
        return new ChannelTestAnswer(outcome.Taken, outcome.Result, time.GetElapsedTime(began));
    }

    private async Task<Result<AlertChannel>> ForChangeAsync(Caller caller, string id, CancellationToken cancellation) => !caller.Allows(Scope.Configure) ? Problem.MissingScope(Scope.Configure, caller)
        : (await channels.AllAsync(cancellation)).FirstOrDefault(c => c.Id == id && caller.MayActFor(c.Within)) is { } channel ? channel : NoChannel(id);

    private static Problem NoChannel(string id) => Problem.NotFound($"There is no channel '{id}' that you may see.");
}

/// <summary>What became of a test.</summary>
/// <param name="Taken">True where the other side took it.</param>
/// <param name="Result">What it said, or why it was not reached.</param>
/// <param name="Took">How long that took.</param>
internal sealed record ChannelTestAnswer(bool Taken, string Result, Duration Took);
