using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Quotas;

/// <summary>What of a grant counts against a rule.</summary>
internal enum QuotaCount
{
    /// <summary>What it holds, while it does.</summary>
    Held,

    /// <summary>What it holds, times the hours.</summary>
    HeldHours,

    /// <summary>What it consumes.</summary>
    Metered,

    /// <summary>From its start to its end.</summary>
    Processing,

    /// <summary>From its submission to its end.</summary>
    Latency,

    /// <summary>From its submission to its start.</summary>
    Queueing,
}

/// <summary>One rule that a request must pass, the nearest of its tree.</summary>
/// <param name="Tree">The tree.</param>
/// <param name="Leaf">The rule.</param>
/// <param name="Count">What counts against it.</param>
internal readonly record struct QuotaStep(QuotaTree Tree, QuotaNode Leaf, QuotaCount Count)
{
    /// <summary>What of a kind counts against rules of a period.</summary>
    public static QuotaCount CountOf(ResourceKind kind, QuotaPeriod period) => kind.Behaviour switch
    {
        ResourceBehaviour.Metered => QuotaCount.Metered,
        ResourceBehaviour.Measured => kind.Name switch { "time.processing" => QuotaCount.Processing, "time.latency" => QuotaCount.Latency, _ => QuotaCount.Queueing },
        _ => period.Kind == QuotaPeriodKind.None ? QuotaCount.Held : QuotaCount.HeldHours,
    };

    /// <summary>True where the time for which a request asks decides how much counts.</summary>
    public bool DependsOnTime => Count is QuotaCount.HeldHours or QuotaCount.Processing or QuotaCount.Latency;

    /// <summary>What a request would have reserved of it, in thousandths: of what is only observed its duration, or nothing where it states none.</summary>
    public long Asked(ResourceVector needs, TimeSpan? duration, TimeSpan lease) => Count switch
    {
        QuotaCount.Held or QuotaCount.Metered => needs[Tree.Key.Resource].Thousandths,
        QuotaCount.HeldHours => QuotaMath.Hours(needs[Tree.Key.Resource].Thousandths, Milliseconds(duration ?? lease)),
        QuotaCount.Queueing => 0,
        _ => Milliseconds(duration ?? TimeSpan.Zero),
    };

    /// <summary>What a grant reserved of it when it began.</summary>
    public long Granted(Request request) => Count == QuotaCount.Queueing
        ? Math.Max(0, (request.Lease!.GrantedAt - (request.RequeuedAt ?? request.SubmittedAt)).Ticks / TimeSpan.TicksPerMillisecond)
        : Asked(request.Lease!.Amounts, request.Spec.Duration, request.Spec.LeaseLength);

    /// <summary>What a renewal reserves in addition: what it adds, and the time for which a grant without a stated end goes on.</summary>
    public long Added(Request request, LeaseRenewed renewed)
    {
        long more = renewed.Extended[Tree.Key.Resource].Thousandths;
        if (Count != QuotaCount.HeldHours)
        {
            return Count is QuotaCount.Held or QuotaCount.Metered ? more : 0;
        }

        Lease lease = request.Lease!;
        return request.Spec.Duration is { } duration
            ? QuotaMath.Hours(more, Milliseconds(lease.GrantedAt + duration - renewed.At))
            : QuotaMath.Plus(
                QuotaMath.Hours(lease.Amounts[Tree.Key.Resource].Thousandths, Milliseconds(renewed.ExpiresAt - lease.ExpiresAt)),
                QuotaMath.Hours(more, Milliseconds(renewed.ExpiresAt - renewed.At)));
    }

    /// <summary>What an extension would reserve.</summary>
    public long Extended(Request request, ResourceVector extend, Instant now)
    {
        long more = extend[Tree.Key.Resource].Thousandths;
        return Count switch
        {
            QuotaCount.Held or QuotaCount.Metered => more,
            QuotaCount.HeldHours => QuotaMath.Hours(more, Milliseconds(request.Spec.Duration is { } duration ? request.Lease!.GrantedAt + duration - now : request.Spec.LeaseLength)),
            _ => 0,
        };
    }

    /// <summary>What a grant really used of it.</summary>
    public long Settled(Request request, Settlement settlement, Instant at) => Count switch
    {
        QuotaCount.Held => 0,
        QuotaCount.HeldHours => QuotaMath.Hours(request.Lease!.Amounts[Tree.Key.Resource].Thousandths, Milliseconds(settlement.Held)),
        QuotaCount.Metered => settlement.Metered[Tree.Key.Resource].Thousandths,
        QuotaCount.Processing => Milliseconds(settlement.Held),
        QuotaCount.Latency => Math.Max(0, (at - (request.RequeuedAt ?? request.SubmittedAt)).Ticks / TimeSpan.TicksPerMillisecond),
        _ => Granted(request),
    };

    private static long Milliseconds(TimeSpan span) => Math.Max(0, span.Ticks / TimeSpan.TicksPerMillisecond);
}
