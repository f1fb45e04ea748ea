using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;

namespace Nexus.Engine.Core;

/// <summary>How the health of pools lies in the journal and in snapshots; see <see cref="Layout"/>.</summary>
internal static class HealthLayout
{
    public static void Health(this EventBuffer to, HealthSettings settings)
    {
        to.Span(settings.Window);
        to.Number(settings.MinimumSamples);
        to.Number(settings.FailureMillionths);
        to.Span(settings.ProbeAfter);
        to.Number(settings.Probes);
    }

    public static HealthSettings Health(ref this EventReader from) =>
        new(from.Span(), (int)from.Number(), (int)from.Number(), from.Span(), (int)from.Number());

    public static void HealthChanged(this EventBuffer to, PoolHealthChanged happened)
    {
        to.Text(happened.Pool);
        to.Byte((byte)happened.From);
        to.Byte((byte)happened.To);
        to.Number(happened.Failed);
        to.Number(happened.Settled);
        to.MaybeTime(happened.RetryAt);
    }

    public static PoolHealthChanged HealthChanged(ref this EventReader from) =>
        new(from.Name()!, (PoolHealthStatus)from.Byte(), (PoolHealthStatus)from.Byte(), (int)from.Number(), (int)from.Number(), from.MaybeTime());

    public static void Failing(this EventBuffer to, Scheduling.PoolFailing? failing)
    {
        to.Flag(failing is not null);
        if (failing is not null)
        {
            to.Number(failing.Failed);
            to.Number(failing.Settled);
            to.MaybeSpan(failing.Window);
            to.Number(failing.AtOnce);
        }
    }

    public static Scheduling.PoolFailing? Failing(ref this EventReader from) =>
        from.Flag() ? new((int)from.Number(), (int)from.Number(), from.MaybeSpan(), (int)from.Number()) : null;

    /// <summary>The health of pools, without what follows from their settings and from the grants that run.</summary>
    public static void Healths(this EventBuffer to, IReadOnlyList<PoolSnapshot> pools)
    {
        to.Number(pools.Count);
        foreach (PoolSnapshot pool in pools)
        {
            PoolHealthState health = pool.Health!;
            to.Text(pool.Definition.Name);
            to.Byte((byte)health.Status);
            to.MaybeTime(health.Since);
            to.MaybeTime(health.RetryAt);
            to.Number(health.Limit);
            to.Flag(health.Evidence is not null);
            if (health.Evidence is { } evidence)
            {
                to.Number(evidence.Failed);
                to.Number(evidence.Settled);
                to.MaybeSpan(evidence.Window);
            }

            to.Number(health.Opened);
            to.Number(health.ProbedFrom);
            to.Number(health.ProbesSettled);
            to.Number(health.ProbesFailed);
            to.Number(health.Slots.Count);
            foreach (HealthSlot slot in health.Slots)
            {
                to.Number(slot.Number);
                to.Number(slot.Settled);
                to.Number(slot.Failed);
            }
        }
    }

    public static IReadOnlyList<(string Pool, PoolHealthState Health)> Healths(ref this EventReader from, Func<string, HealthSettings> settingsOf)
    {
        (string, PoolHealthState)[] healths = new (string, PoolHealthState)[from.Number()];
        for (int i = 0; i < healths.Length; i++)
        {
            string pool = from.Name()!;
            PoolHealthState health = new(settingsOf(pool), (PoolHealthStatus)from.Byte(), from.MaybeTime(), from.MaybeTime(), (int)from.Number(), 0, Evidence(ref from))
            {
                Opened = (int)from.Number(),
                ProbedFrom = from.Number(),
                ProbesSettled = (int)from.Number(),
                ProbesFailed = (int)from.Number(),
            };
            HealthSlot[] slots = new HealthSlot[from.Number()];
            for (int s = 0; s < slots.Length; s++)
            {
                slots[s] = new HealthSlot(from.Number(), (int)from.Number(), (int)from.Number());
            }

            healths[i] = (pool, health with { Slots = slots });
        }

        return healths;
    }

    private static HealthEvidence? Evidence(ref EventReader from) => from.Flag() ? new((int)from.Number(), (int)from.Number(), from.MaybeSpan()) : null;
}
