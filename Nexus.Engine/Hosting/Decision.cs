using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>What was decided about a request.</summary>
public enum DecisionVerb
{
    /// <summary>It got a lease.</summary>
    Granted,

    /// <summary>It waits.</summary>
    Queued,

    /// <summary>It was refused, at once or later.</summary>
    Refused,

    /// <summary>Its lease or its wait ran out.</summary>
    Expired,

    /// <summary>Somebody cancelled it.</summary>
    Cancelled,

    /// <summary>Its grant was ended for the sake of somebody else, or put back into the queue.</summary>
    Preempted,

    /// <summary>It was promised a start, or another start than before.</summary>
    Booked,
}

/// <summary>A decision, as a live list shows it.</summary>
/// <param name="Sequence">Its event.</param>
/// <param name="At">When.</param>
/// <param name="Owner">Whose request.</param>
/// <param name="Id">The request's id.</param>
/// <param name="Verb">What was decided.</param>
/// <param name="Amounts">What it asked for.</param>
/// <param name="Pools">The pools that granted it, each once.</param>
/// <param name="Reason">Why, where it was not granted.</param>
public sealed record Decision(
    long Sequence, Instant At, OwnerPath Owner, string Id, DecisionVerb Verb, ResourceVector Amounts, IReadOnlyList<string> Pools, Reason? Reason)
{
    /// <summary>The most decisions in one frame.</summary>
    public const int MostInFrame = 12;
}
