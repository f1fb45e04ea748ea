using System.Collections.Concurrent;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>The requests in memory by id, lease, and state. One thread writes, any may read; no read takes a lock.</summary>
internal sealed class RequestIndex(int endedCapacity, Homes homes)
{
    // By id alone; tenants that share one share an entry: a slot, or an array of slots.
    private readonly ConcurrentDictionary<string, object> _byId = new(1, 1_024, StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, RequestSlot> _byLease = new(1, 1_024);
    private readonly ConcurrentDictionary<long, RequestSlot> _waiting = new(1, 256);
    private readonly ConcurrentDictionary<long, RequestSlot> _running = new(1, 256);

    private readonly ConcurrentDictionary<long, RequestSlot> _booked = new(1, 16);

    /// <summary>What lives, counted.</summary>
    public Tally Tally { get; } = new();

    /// <summary>The newest ended ones.</summary>
    public EndedRing Ended { get; } = new(endedCapacity);

    /// <summary>Those that wait, in no order.</summary>
    public IEnumerable<RequestSlot> Waiting => _waiting.Select(w => w.Value);

    /// <summary>Those whose start was promised, in no order.</summary>
    public IEnumerable<RequestSlot> Booked => _booked.Select(b => b.Value);

    /// <summary>Those that hold a lease, in no order.</summary>
    public IEnumerable<RequestSlot> Running => _running.Select(r => r.Value);

    /// <summary>A request, or null when memory does not hold it.</summary>
    public Request? Find(RequestKey key) => SlotOf(key)?.Current;

    /// <summary>The requests of an id, in every tenant.</summary>
    public IEnumerable<Request> FindById(string id) =>
        !_byId.TryGetValue(id, out object? entry) ? [] : entry is RequestSlot slot ? [slot.Current] : ((RequestSlot[])entry).Select(s => s.Current);

    /// <summary>The request that holds or held a lease, or null.</summary>
    public Request? FindByLease(long number) => _byLease.TryGetValue(number, out RequestSlot? slot) ? slot.Current : null;

    /// <summary>Where a waiting request is at home.</summary>
    public IReadOnlyList<string> HomesOf(RequestKey key) => SlotOf(key)?.Homes ?? [];

    /// <summary>Puts a request as it stands now.</summary>
    public void Put(Request request)
    {
        RequestSlot? slot = SlotOf(request.Key);
        Request? before = slot?.Current;
        if (slot is null)
        {
            slot = new RequestSlot(request);
            Add(request.Spec.Id, slot);
        }
        else
        {
            Leave(slot, before!, request);
            slot.Current = request;
        }

        if (request.Lease is { } lease && before?.Lease?.Number != lease.Number)
        {
            _byLease[lease.Number] = slot;
        }

        Enter(slot, before, request);
    }

    /// <summary>Forgets a request that left memory, unless it was remembered anew since.</summary>
    public void Remove(Request archived)
    {
        if (SlotOf(archived.Key) is not { } slot || slot.Current.Version != archived.Version)
        {
            return;
        }

        slot.Gone = true;
        if (archived.Lease is { } lease)
        {
            _byLease.TryRemove(lease.Number, out _);
        }

        string id = archived.Spec.Id;
        if (_byId[id] is not RequestSlot[] several)
        {
            _byId.TryRemove(id, out _);
            return;
        }

        RequestSlot[] others = [.. several.Where(s => !ReferenceEquals(s, slot))];
        _byId[id] = others.Length == 1 ? others[0] : others;
    }

    /// <summary>Pools or kinds changed: finds anew who waits where.</summary>
    public void FindHomes()
    {
        foreach (RequestSlot slot in Waiting)
        {
            Request request = slot.Current;
            Tally.Count(slot, request, -1);
            slot.Homes = homes.Of(request);
            Tally.Count(slot, request, 1);
        }
    }

    private RequestSlot? SlotOf(RequestKey key) =>
        !_byId.TryGetValue(key.Id, out object? entry) ? null
        : entry is RequestSlot slot ? slot.Current.Key == key ? slot : null
        : Array.Find((RequestSlot[])entry, s => s.Current.Key == key);

    private void Add(string id, RequestSlot slot) =>
        _byId[id] = !_byId.TryGetValue(id, out object? entry) ? slot
            : entry is RequestSlot other ? (RequestSlot[])[other, slot]
            : (RequestSlot[])[.. (RequestSlot[])entry, slot];

    private void Leave(RequestSlot slot, Request before, Request after)
    {
        if (before.Status == RequestStatus.Queued)
        {
            if (after.Status != RequestStatus.Queued)
            {
                _waiting.TryRemove(before.Arrival, out _);
            }

            Tally.Count(slot, before, -1);
        }
        else if (before.Status == RequestStatus.Reserved && after.Status != RequestStatus.Reserved)
        {
            _booked.TryRemove(before.Arrival, out _);
        }
        else if (before.Status == RequestStatus.Allocated && after.Status != RequestStatus.Allocated)
        {
            _running.TryRemove(before.Arrival, out _);
            Tally.CountRunning(before, -1);
        }
    }

    private void Enter(RequestSlot slot, Request? before, Request after)
    {
        switch (after.Status)
        {
            case RequestStatus.Queued when before?.Status == RequestStatus.Queued:
                Tally.Count(slot, after, 1);
                break;
            case RequestStatus.Queued:
                slot.Homes = homes.Of(after);
                _waiting[after.Arrival] = slot;
                Tally.Wait(slot);
                break;
            case RequestStatus.Allocated when before?.Status != RequestStatus.Allocated:
                _running[after.Arrival] = slot;
                Tally.CountRunning(after, 1);
                break;
            case RequestStatus.Allocated:
                break;
            case RequestStatus.Reserved:
                _booked[after.Arrival] = slot;
                break;
            default:
                if (before is null or { HasEnded: false })
                {
                    Ended.Add(slot);
                }

                break;
        }
    }
}
