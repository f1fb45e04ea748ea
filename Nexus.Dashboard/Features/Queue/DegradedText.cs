using Nexus.Dashboard.Shared;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>The sentences that a person reads of a request that got less than it asked for.</summary>
internal static class DegradedText
{
    /// <summary>What was asked, what it got, by whose rules and why; null where what was asked stands.</summary>
    public static string? Of(RequestSpec spec) => spec.Degraded is not { } degraded ? null
        : $"{Upper(What(spec, degraded))}: {Who(degraded.By)} gives way before a refusal. As it was asked {Otherwise(degraded.Why)}";

    /// <summary>In what it gave way, without the reason: <c>asked 4 gpu, gets 2 gpu</c>.</summary>
    public static string? Short(RequestSpec spec) => spec.Degraded is not { } degraded ? null : What(spec, degraded);

    private static string What(RequestSpec spec, Degraded degraded) => string.Join("; ", degraded.Steps.Select(step => step switch
    {
        DegradeKind.Amount => $"asked for {Numbers.Amounts(Lowered(degraded.Resources, spec.Resources))}, gets {Numbers.Amounts(Lowered(spec.Resources, degraded.Resources))}",
        DegradeKind.Pool => $"accepts {string.Join(", ", (spec.Pools ?? []).Except(degraded.Pools ?? [], StringComparer.Ordinal))} beside the pools that it named",
        _ => Later(spec, degraded),
    }));

    private static string Later(RequestSpec spec, Degraded degraded) => string.Join(" and ", new[]
    {
        spec.Queue && !degraded.Queue ? $"waits {Numbers.Duration(spec.MaxWait!.Value)} at most, where it was not willing to wait" : null,
        spec.Deadline is { } deadline && degraded.Deadline is { } asked && deadline != asked ? $"may start up to {Numbers.Duration(deadline - asked)} after its latest start" : null,
    }.OfType<string>());

    private static string Otherwise(Reason why) => why.Code == ReasonCode.WaitedTooLong ? "its wait was over." : $"it would have been refused: {ReasonText.Of(why)}";

    private static string Who(OwnerPath by) => by.IsRoot ? "everybody" : by.ToString();

    private static string Upper(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}";

    // The amounts that are otherwise in the other.
    private static ResourceVector Lowered(ResourceVector of, ResourceVector than) => ResourceVector.Of(of.Where(a => than[a.Kind] != a.Quantity));
}
