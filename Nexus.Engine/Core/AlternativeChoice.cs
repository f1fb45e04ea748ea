using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Which of its configurations a request gets that states several.</summary>
/// <remarks>Of those that could start at the same moment the one that is expected to cost least by the whole request, where a pool of any of them places by cost; otherwise the first that is stated.</remarks>
internal sealed class AlternativeChoice(EngineState state)
{
    private readonly CheaperStarts _costs = new(state);

    /// <summary>What becomes of a request, from what would become of it in each configuration: the best of those that are granted; else the earliest promise; else the first with which it waits, or could if it were willing.</summary>
    /// <param name="outcomes">What would, in the order of preference.</param>
    /// <param name="now">The moment.</param>
    public RequestSubmitted Best(IReadOnlyList<RequestSubmitted> outcomes, Instant now)
    {
        if (BestOf(outcomes.Where(o => o.Lease is not null).Select(o => (o, new Place(o.Spec, o.Lease!.Pools, now)))) is { } granted)
        {
            return granted;
        }

        return BestOf(outcomes.Where(o => o.Booking is not null).Select(o => (o, new Place(o.Spec, o.Booking!.Pools, o.Booking.StartsAt)))) ?? outcomes.MaxBy(AmountChoice.ProspectOf)!;
    }

    /// <summary>The best of several places in which a request could be served: the earliest; of those that start together the cheapest, where a pool places by cost; else the first. Null where there is none.</summary>
    public T? BestOf<T>(IEnumerable<(T What, Place Where)> ways)
        where T : class
    {
        (T What, Place Where)[] all = [.. ways];
        if (all.Length < 2)
        {
            return all.Length == 0 ? null : all[0].What;
        }

        Instant first = all.Min(w => w.Where.StartsAt);
        all = [.. all.Where(w => w.Where.StartsAt == first)];
        return (Array.Exists(all, w => Array.Exists(state.Router.Find(w.Where.Spec).Groups, g => g.IsByCost)) ? all.MinBy(w => CostOf(w.Where)) : all[0]).What;
    }

    /// <summary>The choice of a configuration; null where the request has it.</summary>
    public static AlternativeChosen? Chosen(Request request, RequestSpec configured) => configured.Alternatives!.Chosen is var chosen && chosen == request.Spec.Alternatives!.Chosen
        ? null : new AlternativeChosen(request.Owner, request.Spec.Id, chosen, configured.Resources, configured.Duration);

    /// <summary>The request in one of its configurations.</summary>
    public static Request In(Request request, RequestSpec configured, Func<string, ResourceKind?> kindOf) => request with { Spec = configured, Needs = Gang.Needs(configured, kindOf) };

    /// <summary>The request after a choice.</summary>
    public static Request Made(Request request, AlternativeChosen choice, Func<string, ResourceKind?> kindOf) =>
        In(request, request.Spec.Configured(choice.Alternative), kindOf) with { Version = choice.Sequence };

    private ExpectedPrice CostOf(Place place) => _costs.CostIn(place.Spec, Gang.Needs(place.Spec, state.KindOf), state.Router.Find(place.Spec), place.Pools, place.StartsAt);

    /// <summary>Where and when a request could be served.</summary>
    /// <param name="Spec">In which configuration.</param>
    /// <param name="Pools">The pool of each amount.</param>
    /// <param name="StartsAt">The start.</param>
    public readonly record struct Place(RequestSpec Spec, IReadOnlyList<string> Pools, Instant StartsAt);
}
