using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>What applying one of the changes that would help a request would do, and by whom it is applied.</summary>
/// <param name="Effects">What it would do, as an engine of its own decided it from the present.</param>
/// <param name="At">When that was decided.</param>
/// <param name="Verb">What is pressed to apply it; null where only the request's client can.</param>
/// <param name="WhyNot">Why the reader may not; null where the reader may.</param>
public sealed record WhyOption(IReadOnlyList<Effect> Effects, DateTimeOffset At, string? Verb, string? WhyNot)
{
    /// <summary>What tells a change from the others that are offered at once, and is the same when the world has moved a little.</summary>
    internal static (CounterfactualKind, string?, string?, string?) KeyOf(Counterfactual change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return (change.Kind, change.Pool, change.Priority, change.Node);
    }
}
