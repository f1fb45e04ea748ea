using Nexus.Dashboard.Api;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Settings;

/// <summary>One way in which an owner's requests give way before they are refused.</summary>
internal sealed record DegradeStepBody
{
    /// <summary>In what: less of what is asked, in more pools than are named, or with a later start.</summary>
    public required DegradeKind Kind { get; init; }

    /// <summary>Of <c>amount</c>: the least share of what is asked, above 0 and below 1, with at most three decimals.</summary>
    public Amount? Least { get; init; }

    /// <summary>Of <c>amount</c>: the kinds of which they get less; absent: all that is held or metered.</summary>
    public List<string>? Resources { get; init; }

    /// <summary>Of <c>pool</c>: the pools that serve them too, in the order of preference.</summary>
    public List<string>? Pools { get; init; }

    /// <summary>Of <c>start</c>: how long they wait at most, and how long after their latest start they may start.</summary>
    public Duration? Within { get; init; }

    /// <summary>A way as it is, in a body that would set it.</summary>
    public static DegradeStepBody Of(DegradeStep step) => step switch
    {
        LowerAmounts lower => new DegradeStepBody { Kind = DegradeKind.Amount, Least = new Amount((decimal)lower.Least / LowerAmounts.Whole), Resources = lower.Resources is null ? null : [.. lower.Resources] },
        MorePools more => new DegradeStepBody { Kind = DegradeKind.Pool, Pools = [.. more.Pools] },
        LaterStart later => new DegradeStepBody { Kind = DegradeKind.Start, Within = later.Within },
        _ => throw new ArgumentOutOfRangeException(nameof(step), $"a way {step.GetType().Name} has no body"),
    };
}

/// <summary>Reads <c>degrade</c> of what is set for an owner.</summary>
internal static class DegradeFields
{
    private const string Path = "$.degrade";
    private const int MostKinds = 32;

    /// <summary>The ways in their order; null where none are stated, or something is wrong.</summary>
    /// <param name="faults">Takes what is wrong.</param>
    /// <param name="stated">What is stated.</param>
    public static DegradeRules? Read(Faults faults, List<DegradeStepBody?>? stated)
    {
        if (stated is null)
        {
            return null;
        }

        faults.When(stated.Count > DegradeRules.Most, Path, $"must state at most {DegradeRules.Most} ways; [] for none, or leave it out for what is said above the owner");
        DegradeStep?[] read = [.. stated.Take(DegradeRules.Most).Select((s, i) => Step(faults, $"{Path}[{i}]", s))];
        return faults.Problem is null ? new DegradeRules([.. read.OfType<DegradeStep>()]) : null;
    }

    private static DegradeStep? Step(Faults faults, string path, DegradeStepBody? step)
    {
        if (step is null)
        {
            faults.Add(path, "must be an object such as {\"kind\": \"start\", \"within\": \"PT1H\"}");
            return null;
        }

        faults.When(step.Kind != DegradeKind.Amount && step.Least is not null, $"{path}.least", "belongs to the kind amount: leave it out");
        faults.When(step.Kind != DegradeKind.Amount && step.Resources is not null, $"{path}.resources", "belongs to the kind amount: leave it out");
        faults.When(step.Kind != DegradeKind.Pool && step.Pools is not null, $"{path}.pools", "belongs to the kind pool: leave it out");
        faults.When(step.Kind != DegradeKind.Start && step.Within is not null, $"{path}.within", "belongs to the kind start: leave it out");
        return step.Kind switch
        {
            DegradeKind.Amount => Amounts(faults, path, step),
            DegradeKind.Pool => Pools(faults, path, step),
            _ => Start(faults, path, step),
        };
    }

    private static LowerAmounts? Amounts(Faults faults, string path, DegradeStepBody step)
    {
        Names(faults, $"{path}.resources", step.Resources, MostKinds, "kinds; leave it out for all that is held or metered");
        decimal thousandths = (step.Least?.Value ?? 0) * LowerAmounts.Whole;
        bool isShare = step.Least is { Fault: null } && thousandths is > 0 and < LowerAmounts.Whole && thousandths == decimal.Truncate(thousandths);
        faults.When(!isShare, $"{path}.least", "must be the least share of what is asked, above 0 and below 1, with at most three decimals, for example 0.5");
        return isShare ? new LowerAmounts((int)thousandths, step.Resources) : null;
    }

    private static MorePools? Pools(Faults faults, string path, DegradeStepBody step)
    {
        faults.When(step.Pools is null, $"{path}.pools", $"must name 1 to {DegradeRules.MostPools} pools that serve requests beside those that they name");
        Names(faults, $"{path}.pools", step.Pools, DegradeRules.MostPools, "pools");
        return step.Pools is null ? null : new MorePools(step.Pools);
    }

    private static LaterStart? Start(Faults faults, string path, DegradeStepBody step)
    {
        faults.When(step.Within is null, $"{path}.within", "must say how much later they may start, for example \"PT1H\"");
        return faults.Span($"{path}.within", step.Within, TimeSpan.FromSeconds(1), DegradeRules.Longest) is { } within ? new LaterStart(within) : null;
    }

    private static void Names(Faults faults, string path, List<string>? names, int most, string what)
    {
        if (names is null)
        {
            return;
        }

        faults.When(names.Count == 0 || names.Count > most, path, $"must name 1 to {most} {what}");
        for (int i = 0; i < names.Count; i++)
        {
            if (!Faults.IsName(names[i]))
            {
                faults.Name($"{path}[{i}]", names[i] ?? "");
            }
        }

        faults.When(names.Distinct(StringComparer.Ordinal).Count() != names.Count, path, "must name each once");
    }
}
