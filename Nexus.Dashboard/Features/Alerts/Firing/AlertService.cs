using System.Globalization;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Alerts.Metrics;

namespace Nexus.Dashboard.Features.Alerts.Firing;

/// <summary>Alerts: authorises the caller, then asks the desk. The page and the API call the same.</summary>
internal sealed class AlertService(AlertDesk desk, AlertSources sources, TimeProvider time)
{
    /// <summary>How many alerts that have ended are looked through.</summary>
    public const int MostEnded = 1_000;

    /// <summary>The alerts within the caller's path, the newest first.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="state">Those that stand so; null: those that have not ended.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Result<IReadOnlyList<AlertShown>>> ListAsync(Caller caller, AlertState? state, CancellationToken cancellation) =>
        !caller.Allows(Scope.Read) ? Problem.MissingScope(Scope.Read, caller)
        : state == AlertState.Resolved ? (await desk.EndedAsync(MostEnded, cancellation)).Where(a => caller.MayActFor(a.Within)).Select(static a => new AlertShown(a, null, [], null)).ToArray()
        : desk.Open.Where(a => (state is null || a.Alert.State == state) && caller.MayActFor(a.Alert.Within)).ToArray();

    /// <summary>How many within a path somebody should look at, and the most urgent of them; costs no look at the disk.</summary>
    public (int Count, AlertSeverity Most) Needing(Caller caller)
    {
        AlertShown[] needing = caller.Allows(Scope.Read) ? [.. desk.Open.Where(a => a.NeedsSomebody && caller.MayActFor(a.Alert.Within))] : [];
        return (needing.Length, needing.Length == 0 ? AlertSeverity.Info : needing.Max(a => a.Alert.Severity));
    }

    /// <summary>An alert as readers see it.</summary>
    public AlertAnswer Answer(AlertShown shown) => AlertAnswer.Of(shown, sources.Find(shown.Alert.Metric));

    /// <summary>Takes an alert, or gives it back.</summary>
    public async Task<Result<AlertShown>> AcknowledgeAsync(Caller caller, string id, AcknowledgeBody body, CancellationToken cancellation)
    {
        Result<AlertShown> found = await FindAsync(caller, id, cancellation);
        if (found.Value is null || body.Fault(time.GetUtcNow()) is not null)
        {
            return found.Problem ?? body.Fault(time.GetUtcNow())!;
        }

        Result<Alert> done = await desk.AcknowledgeAsync(caller, found.Value.Alert.Id, body, cancellation);
        return done.Problem is { } problem ? problem : Present(done.Value!);
    }

    /// <summary>Silences an alert and those like it, or ends that.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="id">The alert's number.</param>
    /// <param name="body">How long and how far.</param>
    /// <param name="dryRun">True to learn what it would cover, and change nothing.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Result<SilenceAnswer>> SilenceAsync(Caller caller, string id, SilenceBody body, bool dryRun, CancellationToken cancellation)
    {
        Result<AlertShown> found = await FindAsync(caller, id, cancellation);
        if (found.Value is not { Alert: var alert })
        {
            return found.Problem!;
        }

        DateTimeOffset now = time.GetUtcNow();
        if (body.Withdraw == true)
        {
            if (!dryRun)
            {
                await desk.UnsilenceAsync(caller, alert, cancellation);
            }

            return new SilenceAnswer(0, [], null);
        }

        Result<AlertSilence> silence = body.ToSilence(alert, caller, now);
        if (silence.Problem is { } wrong)
        {
            return wrong;
        }

        string[] covered = [.. desk.Open.Where(a => a.Alert.State == AlertState.Firing && silence.Value!.Covers(a.Alert, now)).Select(a => a.Alert.Id.ToString(CultureInfo.InvariantCulture))];
        if (!dryRun)
        {
            await desk.SilenceAsync(caller, silence.Value!, $"{(body.Match ?? SilenceReach.Alert).ToString().ToLowerInvariant()} of {alert.Rule} {alert.Sentence}", cancellation);
        }

        return new SilenceAnswer(covered.Length, covered, silence.Value!.Until);
    }

    /// <summary>An alert that the caller may see, for whoever may change it.</summary>
    private async Task<Result<AlertShown>> FindAsync(Caller caller, string id, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Configure))
        {
            return Problem.MissingScope(Scope.Configure, caller);
        }

        if (long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            if (desk.Open.FirstOrDefault(a => a.Alert.Id == number && caller.MayActFor(a.Alert.Within)) is { } open)
            {
                return open;
            }

            if ((await desk.EndedAsync(MostEnded, cancellation)).Exists(a => a.Id == number && caller.MayActFor(a.Within)))
            {
                return new Problem("ended", "It has ended", 409, $"The alert {id} has ended: there is nothing to look after any more.");
            }
        }

        return Problem.NotFound($"There is no alert '{id}' that you may see.");
    }

    private AlertShown Present(Alert alert) => desk.Open.FirstOrDefault(a => a.Alert.Id == alert.Id) ?? new AlertShown(alert, null, [], null);
}
