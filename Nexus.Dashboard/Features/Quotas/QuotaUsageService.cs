using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Past;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>The usage report: authorises the caller, then asks the read model for the present and the journal for the past.</summary>
internal sealed class QuotaUsageService(EngineHost host, PastService past)
{
    /// <summary>What the nodes within a path had and used, as far as the caller may see it.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="under">The path.</param>
    /// <param name="from">From when peaks and refusals count; null: since each rule was set.</param>
    /// <param name="to">The moment of all other figures; null: now.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<Result<QuotaUsageAnswer>> ReportAsync(Caller caller, OwnerPath under, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellation)
    {
        if (PastService.Refused(caller) is { } refused)
        {
            return refused;
        }

        OwnerPath? within = under.IsWithin(caller.Path) ? under : caller.Path.IsWithin(under) ? caller.Path : null;
        if (from is null && to is null)
        {
            ReadModel now = host.Read;
            return new QuotaUsageAnswer(null, now.Now.ToDateTimeOffset(), within is null ? [] : QuotaUsageAnswer.Lines(now.QuotasWithin(within), (kind, period) => now.WaitsFor(kind, period, within)));
        }

        Result<PastModel> found = from is { } beginning
            ? await past.OverAsync(caller, beginning, to, cancellation)
            : await past.AtAsync(caller, to!.Value, "to", "leave it out", cancellation);
        return found.Value is not { } then ? found.Problem!
            : new QuotaUsageAnswer(from, then.At.ToDateTimeOffset(), within is null ? [] : QuotaUsageAnswer.Lines(then.QuotasWithin(within), (kind, period) => then.WaitsFor(kind, period, within)));
    }
}
