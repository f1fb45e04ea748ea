using Nexus.Dashboard.Api;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>What a request asked for that got less, because it would have been refused.</summary>
/// <param name="Asked">What it asked for, of that in which it could give way.</param>
/// <param name="By">The owner whose rules were followed; <c>~</c> for the root.</param>
/// <param name="Steps">In what it gave way, in the order in which its owner states it.</param>
/// <param name="Because">Why it would have been refused as it was asked.</param>
/// <param name="Message">The same in a sentence.</param>
internal sealed record DegradedAnswer(AskedAnswer Asked, string By, IReadOnlyList<DegradeKind> Steps, ExplanationAnswer Because, string Message)
{
    /// <summary>What a request asked for; null where that stands.</summary>
    public static DegradedAnswer? Of(RequestSpec spec) => spec.Degraded is not { } degraded ? null : new DegradedAnswer(
        new AskedAnswer(
            RequestAnswer.AmountsOf(degraded.Resources), degraded.Pools, degraded.Queue ? true : null, degraded.MaxWait is { } wait ? (Duration)wait : null, degraded.Deadline?.ToDateTimeOffset()),
        degraded.By.IsRoot ? "~" : degraded.By.ToString(), degraded.Steps, ExplanationAnswer.Of(degraded.Why), DegradedText.Of(spec)!);
}

/// <summary>What a request asked for, of that in which it could give way. What is absent was not stated.</summary>
internal sealed record AskedAnswer(Dictionary<string, Amount> Resources, IReadOnlyList<string>? Pools, bool? Queue, Duration? MaxWait, DateTimeOffset? Deadline);
