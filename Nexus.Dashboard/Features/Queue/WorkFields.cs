using Nexus.Dashboard.Api;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>Between what the engine may choose an amount.</summary>
internal sealed record AmountsBody
{
    public Amount? Min { get; set; }

    public Amount? Max { get; set; }
}

/// <summary>Reads <c>work</c> and <c>amounts</c> of a request: what there is to do, and between what the engine may choose how much is done at once.</summary>
internal static class WorkFields
{
    private const int MaxKinds = 32;

    /// <summary>The work; null where nothing is left open, or something is wrong.</summary>
    public static MoldableWork? Read(Faults faults, RequestBody body)
    {
        if (body.Work is null && body.Amounts is null)
        {
            return null;
        }

        faults.When(body.Work is not { Count: > 0 }, "$.work", "must say how much there is to do, for example {\"gpu\": 7200} for one gpu over two hours");
        faults.When(body.Amounts is not { Count: > 0 }, "$.amounts", "must say between what each amount may be chosen, for example {\"gpu\": {\"min\": 1, \"max\": 8}}");
        faults.When(body.Duration is not null, "$.duration", "follows from the work and the amounts that are chosen: leave it out");
        faults.When((body.Amounts?.Count ?? 0) + (body.Resources?.Count ?? 0) > MaxKinds, "$.amounts", $"must name at most {MaxKinds} kinds, with those under resources");
        ResourceVector work = faults.Asked("$.work", body.Work, MaxKinds);
        foreach (string kind in body.Work?.Keys.Where(k => body.Amounts?.ContainsKey(k) == false) ?? [])
        {
            faults.Add(Faults.Keyed("$.work", kind), "has no range under amounts: say between what its amount may be chosen");
        }

        List<AmountRange> ranges = [];
        foreach ((string kind, AmountsBody? range) in body.Amounts?.Take(MaxKinds) ?? [])
        {
            string path = Faults.Keyed("$.amounts", kind);
            faults.Kind(path, kind);
            faults.When(body.Resources?.ContainsKey(kind) == true, path, "stands under resources too: an amount is either fixed or left open");
            (Quantity min, Quantity max) = (End(faults, $"{path}.min", range?.Min), End(faults, $"{path}.max", range?.Max));
            faults.When(max < min && !max.IsZero, $"{path}.max", "must be at least min");
            ranges.Add(new AmountRange(kind, min, max, work[kind]));
        }

        foreach (AmountRange range in ranges.Where(r => !r.Min.IsZero && r.LongestRun > MoldableWork.MostDuration))
        {
            faults.Add(Faults.Keyed("$.work", range.Kind), $"would take longer than {MoldableWork.MostDuration.TotalDays} days with {range.Min}: ask for a larger min");
        }

        return faults.Problem is null ? new MoldableWork(ranges) : null;
    }

    private static Quantity End(Faults faults, string path, Amount? amount)
    {
        if (amount is not { } given)
        {
            faults.Add(path, "must be given");
            return default;
        }

        if (!given.TryAsked(out Quantity quantity, out string? fault))
        {
            faults.Add(path, fault!);
        }

        return quantity;
    }
}
