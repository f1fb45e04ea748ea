using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>How rules of giving way, and what came of them, lie in the journal and in snapshots; see <see cref="Layout"/>.</summary>
internal static class DegradeLayout
{
    private enum OfOwner : byte
    {
        End = 0,
        Degrade = 1,
    }

    /// <summary>True where the first layout holds what is set and was set before.</summary>
    public static bool IsPlain(OwnerSet happened) => happened.Owner?.Degrade is null && happened.Before?.Degrade is null;

    public static void OwnerChanged(this EventBuffer to, OwnerSet happened)
    {
        to.Owner(happened.Path);
        foreach (OwnerSettings? owner in (OwnerSettings?[])[happened.Owner, happened.Before])
        {
            if (IsPlain(happened))
            {
                to.Settings(owner);
            }
            else
            {
                to.SettingsMore(owner);
            }
        }
    }

    /// <summary>What is set for an owner in the second layout: after the first for each further term its number and its value, and a 0 at the end.</summary>
    public static void SettingsMore(this EventBuffer to, OwnerSettings? owner)
    {
        to.Settings(owner);
        if (owner?.Degrade is { } degrade)
        {
            to.Byte((byte)OfOwner.Degrade);
            to.Rules(degrade);
        }

        if (owner is not null)
        {
            to.Byte((byte)OfOwner.End);
        }
    }

    public static OwnerSettings? SettingsMore(ref this EventReader from)
    {
        if (from.Settings() is not { } owner)
        {
            return null;
        }

        for (OfOwner term = (OfOwner)from.Byte(); term != OfOwner.End; term = (OfOwner)from.Byte())
        {
            owner = term == OfOwner.Degrade ? owner with { Degrade = from.Rules() }
                : throw new InvalidDataException($"an owner says something (term {(byte)term}) that only a later version knows");
        }

        return owner;
    }

    public static void Degraded(this EventBuffer to, Degraded degraded)
    {
        to.Vector(degraded.Resources);
        to.Texts(degraded.Pools);
        to.Flag(degraded.Queue);
        to.MaybeSpan(degraded.MaxWait);
        to.MaybeTime(degraded.Deadline);
        to.Owner(degraded.By);
        to.Number(degraded.Steps.Count);
        foreach (DegradeKind step in degraded.Steps)
        {
            to.Byte((byte)step);
        }

        to.Why(degraded.Why);
    }

    public static Degraded Degraded(ref this EventReader from)
    {
        (ResourceVector resources, string[]? pools, bool queue, TimeSpan? maxWait, Instant? deadline, OwnerPath by) = (from.Vector(), from.Texts(), from.Flag(), from.MaybeSpan(), from.MaybeTime(), from.Owner());
        DegradeKind[] steps = new DegradeKind[from.Number()];
        for (int i = 0; i < steps.Length; i++)
        {
            steps[i] = (DegradeKind)from.Byte();
        }

        return new Degraded(resources, pools, queue, maxWait, deadline, by, steps, from.Why()!);
    }

    public static void Less(this EventBuffer to, RequestDegraded happened)
    {
        to.Vector(happened.Resources);
        to.Texts(happened.Pools);
        to.Degraded(happened.Degraded);
    }

    public static RequestDegraded Less(ref this EventReader from) => new(from.Owner(), from.Text()!, from.Vector(), from.Texts(), from.Degraded());

    private static void Rules(this EventBuffer to, DegradeRules rules)
    {
        to.Number(rules.Steps.Count);
        foreach (DegradeStep step in rules.Steps)
        {
            to.Byte((byte)step.Kind);
            switch (step)
            {
                case LowerAmounts lower:
                    to.Number(lower.Least);
                    to.Texts(lower.Resources);
                    break;
                case MorePools more: to.Texts(more.Pools); break;
                case LaterStart later: to.Span(later.Within); break;
                default: throw new InvalidOperationException($"a way {step.GetType().Name} to give way has no layout");
            }
        }
    }

    private static DegradeRules Rules(ref this EventReader from)
    {
        DegradeStep[] steps = new DegradeStep[from.Number()];
        for (int i = 0; i < steps.Length; i++)
        {
            steps[i] = (DegradeKind)from.Byte() switch
            {
                DegradeKind.Amount => new LowerAmounts((int)from.Number(), from.Texts()),
                DegradeKind.Pool => new MorePools(from.Texts()!),
                DegradeKind.Start => new LaterStart(from.Span()),
                var kind => throw new InvalidDataException($"an owner's requests give way in something ({(byte)kind}) that only a later version knows"),
            };
        }

        return new DegradeRules(steps);
    }
}
