using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>A request after an event that changes what it needs or accepts.</summary>
internal static class ChosenTerms
{
    /// <summary>The request after it.</summary>
    public static Request Made(Request request, RequestEvent happened, Func<string, ResourceKind?> kindOf) => happened switch
    {
        AmountChosen e => AmountChoice.Made(request, e, kindOf),
        AlternativeChosen e => AlternativeChoice.Made(request, e, kindOf),
        RequestDegraded e => DegradeChoice.Made(request, e, kindOf),
        _ => throw new InvalidOperationException($"an event {happened.GetType().Name} chooses nothing"),
    };
}
