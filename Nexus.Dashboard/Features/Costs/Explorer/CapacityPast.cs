using Nexus.Dashboard.Features.Audit;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>A time in which a pool had the same capacity and the book the same prices.</summary>
/// <param name="Pool">The pool as it was.</param>
/// <param name="Book">The prices that held.</param>
/// <param name="From">Since when.</param>
/// <param name="To">Until when.</param>
internal sealed record CapacitySpan(PoolDefinition Pool, PriceBook Book, Instant From, Instant To);

/// <summary>What pools had to give and what it cost, at every moment of the past that the journal keeps: exact, as the changes of both are in it.</summary>
internal sealed class CapacityPast(EngineHost host, AuditTrail trail)
{
    /// <summary>True once the journal was read after a start: before, changes may be missing.</summary>
    public bool IsKnown => trail.IsReadThrough;

    /// <summary>Since when capacity is known: from the first event that the journal keeps, and the oldest change that is remembered.</summary>
    public Instant KnownSince
    {
        get
        {
            IReadOnlyList<AuditChange> changes = trail.Within(OwnerPath.Root);
            return changes.Count == AuditTrail.Most ? changes[^1].Event.At : host.Read.EventsAfter(0, 1, OwnerPath.Root) is { Count: > 0 } first ? first[0].At : host.Now;
        }
    }

    /// <summary>The spans that touch a range, of each pool in order of time.</summary>
    public IReadOnlyList<CapacitySpan> Spans(Instant from, Instant to)
    {
        Instant known = KnownSince;
        Instant start = from > known ? from : known;
        List<CapacitySpan> spans = [];

        // Backwards from what is: a change says what was before it.
        Dictionary<string, (PoolDefinition Pool, Instant Until)> pools = host.Read.Pools.ToDictionary(p => p.Definition.Name, p => (p.Definition, to), StringComparer.Ordinal);
        PriceBook book = host.Read.Configuration.Prices;
        foreach (EngineEvent happened in trail.Within(OwnerPath.Root).Select(c => c.Event))
        {
            if (happened.At <= start)
            {
                break;
            }

            switch (happened)
            {
                case PoolSet set:
                    Close(set.Pool.Name, happened.At);
                    Reopen(set.Pool.Name, set.Before, happened.At);
                    break;
                case PoolDeleted deleted:
                    Reopen(deleted.Before.Name, deleted.Before, happened.At);
                    break;
                case PricesChanged { Change: var change }:
                    foreach (string name in pools.Keys.ToArray())
                    {
                        Close(name, happened.At);
                        Reopen(name, pools[name].Pool, happened.At);
                    }

                    book = book.With(new PriceChange(change.Before, change.Set), IsHeld);
                    break;
                default:
                    break;
            }
        }

        foreach (string name in pools.Keys.ToArray())
        {
            Close(name, start);
        }

        spans.Reverse();
        return spans;

        void Close(string name, Instant since)
        {
            if (pools.TryGetValue(name, out (PoolDefinition Pool, Instant Until) open) && open.Until > since)
            {
                spans.Add(new CapacitySpan(open.Pool, book, since, open.Until));
            }
        }

        void Reopen(string name, PoolDefinition? before, Instant until)
        {
            pools.Remove(name);
            if (before is not null)
            {
                pools[name] = (before, until < to ? until : to);
            }
        }
    }

    /// <summary>True for a kind that is held.</summary>
    public bool IsHeld(string kind) => host.Read.Configuration.Kind(kind)?.Behaviour == ResourceBehaviour.Held;
}
