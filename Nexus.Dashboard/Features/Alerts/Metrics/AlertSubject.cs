using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Alerts.Metrics;

/// <summary>What a value was found of.</summary>
/// <param name="Owner">Whose it is: who may see the alert, and which channels may be told.</param>
/// <param name="Pool">The pool; null where it is of none.</param>
/// <param name="Resource">The kind, or the kind and period of a quota; null where it is of none.</param>
internal sealed record AlertSubject(OwnerPath Owner, string? Pool = null, string? Resource = null)
{
    /// <summary>Tells it from the other subjects of a rule.</summary>
    public string Key { get; } = $"{Name(Owner)}|{Pool}|{Resource}";

    /// <summary>The owner as addresses have it, the root as <c>~</c>.</summary>
    public string OwnerName => Name(Owner);

    private static string Name(OwnerPath owner) => owner.IsRoot ? "~" : owner.ToString();
}

/// <summary>A value at a moment.</summary>
/// <param name="Subject">What it was found of.</param>
/// <param name="Value">The value, in the metric's unit.</param>
internal sealed record AlertReading(AlertSubject Subject, double Value);

/// <summary>The recorded past of a subject.</summary>
/// <param name="Subject">What it was found of.</param>
/// <param name="Points">The values, the oldest first.</param>
internal sealed record AlertPast(AlertSubject Subject, IReadOnlyList<AlertPoint> Points);

/// <summary>A recorded value.</summary>
/// <param name="At">When.</param>
/// <param name="Value">The value.</param>
internal readonly record struct AlertPoint(DateTimeOffset At, double Value);
