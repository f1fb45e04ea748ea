using System.Globalization;

namespace Nexus.Engine.Scheduling;

/// <summary>The sentence that a person reads of what was reserved for a request whose size is learned.</summary>
public static class SizingText
{
    private const string ModelLabel = "model";

    // tenant/user/workflow
    private const int WorkflowLevel = 3;

    /// <summary>What was reserved of which maximum, and what that rests on; null where the amounts were stated.</summary>
    public static string? Of(Request request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Spec is not { Sizing: { } sizing } spec)
        {
            return null;
        }

        SizedAmount[] learned = [.. sizing.Amounts.Where(a => a.Known > 0)];
        if (learned.Length == 0)
        {
            return $"Too few ended ones of {Whose(request)} are known: all of the maximum is reserved.";
        }

        string known = string.Join(" and ", learned.Select(a => a.Known).Distinct().Select(k => k.ToString("#,0", CultureInfo.InvariantCulture)));
        return $"Learned from {known} ended ones of {Whose(request)}: {string.Join(", ", learned.Select(a => $"{spec.Resources[a.Kind]} of at most {a.Maximum} {a.Kind} reserved at first"))}.";
    }

    private static string Whose(Request request) => $"{request.Owner.AtMost(WorkflowLevel)}{(request.Labels[ModelLabel] is { } model ? $", model {model}" : "")}";
}
