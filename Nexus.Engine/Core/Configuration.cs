using System.Collections.Immutable;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Reservations;

namespace Nexus.Engine.Core;

/// <summary>Kinds, classes, owners, reservations and prices at one moment. Never changed: each event replaces it by another.</summary>
public sealed class Configuration
{
    private readonly ImmutableSortedDictionary<string, (ResourceKind Kind, long Version)> _kinds;
    private readonly ImmutableSortedDictionary<string, (PriorityClass Class, long Version)> _classes;
    private readonly ImmutableSortedDictionary<string, (OwnerSettings Owner, long Version)> _owners;

    private readonly ImmutableSortedDictionary<string, (Reservation Reservation, IReadOnlyList<Occurrence> Times, long Version)> _reservations;

    private readonly (PriceBook Book, long Version) _prices;

    private Configuration(
        ImmutableSortedDictionary<string, (ResourceKind, long)> kinds,
        ImmutableSortedDictionary<string, (PriorityClass, long)> classes,
        ImmutableSortedDictionary<string, (OwnerSettings, long)> owners,
        ImmutableSortedDictionary<string, (Reservation, IReadOnlyList<Occurrence>, long)> reservations,
        (PriceBook Book, long Version) prices)
    {
        (_kinds, _classes, _owners, _reservations, _prices) = (kinds, classes, owners, reservations, prices);
        Kinds = [.. _kinds.Values.Select(k => k.Kind)];
        Classes = [.. _classes.Values.Select(c => c.Class).OrderByDescending(c => c.Value).ThenBy(c => c.Name, StringComparer.Ordinal)];
        Owners = [.. _owners.Values.Select(o => o.Owner)];
        Reservations = [.. _reservations.Values.Select(r => r.Reservation)];
    }

    /// <summary>What every installation starts with.</summary>
    public static Configuration Initial { get; } = new(
        ResourceKind.All.ToImmutableSortedDictionary(k => k.Name, k => (k, 0L), StringComparer.Ordinal),
        PriorityClass.All.ToImmutableSortedDictionary(c => c.Name, c => (c, 0L), StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, (OwnerSettings, long)>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, (Reservation, IReadOnlyList<Occurrence>, long)>(StringComparer.Ordinal),
        (PriceBook.Empty, 0));

    /// <summary>The currency of all amounts, by its ISO 4217 code. It is the installation's, and no event's to change.</summary>
    public string Currency { get; private init; } = "USD";

    /// <summary>The months that are closed.</summary>
    public ClosedMonths Months { get; private init; } = ClosedMonths.None;

    /// <summary>The kinds, by name.</summary>
    public IReadOnlyList<ResourceKind> Kinds { get; }

    /// <summary>The classes, highest first.</summary>
    public IReadOnlyList<PriorityClass> Classes { get; }

    /// <summary>The owners for which something is set, by path.</summary>
    public IReadOnlyList<OwnerSettings> Owners { get; }

    /// <summary>What is reserved, by id.</summary>
    public IReadOnlyList<Reservation> Reservations { get; }

    /// <summary>The prices that hold.</summary>
    public PriceBook Prices => _prices.Book;

    /// <summary>The version of the price book; 0 where it was never changed.</summary>
    public long VersionOfPrices => _prices.Version;

    /// <summary>A reservation, or null.</summary>
    public Reservation? Reservation(string id) => _reservations.TryGetValue(id, out var found) ? found.Reservation : null;

    /// <summary>The times at which a reservation is held; none where there is none.</summary>
    public IReadOnlyList<Occurrence> TimesOf(string id) => _reservations.TryGetValue(id, out var found) ? found.Times : [];

    /// <summary>The version of a reservation; 0 where there is none.</summary>
    public long VersionOfReservation(string id) => _reservations.TryGetValue(id, out var found) ? found.Version : 0;

    /// <summary>A kind, or null.</summary>
    public ResourceKind? Kind(string name) => _kinds.TryGetValue(name, out var found) ? found.Kind : null;

    /// <summary>A class, or null.</summary>
    public PriorityClass? Class(string name) => _classes.TryGetValue(name, out var found) ? found.Class : null;

    /// <summary>What is set for an owner itself, or null.</summary>
    public OwnerSettings? Owner(OwnerPath path) => _owners.TryGetValue(path.ToString(), out var found) ? found.Owner : null;

    /// <summary>The version of a kind; 0 for one that was never changed or does not exist.</summary>
    public long VersionOfKind(string name) => _kinds.TryGetValue(name, out var found) ? found.Version : 0;

    /// <summary>The version of a class; 0 for one that was never changed or does not exist.</summary>
    public long VersionOfClass(string name) => _classes.TryGetValue(name, out var found) ? found.Version : 0;

    /// <summary>The version of what is set for an owner; 0 where nothing is.</summary>
    public long VersionOfOwner(OwnerPath path) => _owners.TryGetValue(path.ToString(), out var found) ? found.Version : 0;

    /// <summary>What holds for an owner, inherited settings included: the nearest default, the lowest of the highest classes, all labels with the nearer over the farther, and how requests give way as the nearest says that says it.</summary>
    public EffectiveOwner EffectiveFor(OwnerPath path)
    {
        if (_owners.IsEmpty)
        {
            return EffectiveOwner.Plain;
        }

        EffectiveOwner effective = EffectiveOwner.Plain;
        foreach (OwnerPath at in path.SelfAndParents().Reverse().Prepend(OwnerPath.Root))
        {
            if (Owner(at) is { } set)
            {
                effective = new EffectiveOwner(
                    effective.Labels.With(set.Labels),
                    set.DefaultPriority ?? effective.DefaultPriority,
                    Lower(effective.MaxPriority, set.MaxPriority))
                {
                    Degrading = set.Degrade is null ? effective.Degrading : set,
                };
            }
        }

        return effective;
    }

    internal Configuration With(ResourceKind kind, long version) => new(_kinds.SetItem(kind.Name, (kind, version)), _classes, _owners, _reservations, _prices) { Currency = Currency, Months = Months };

    internal Configuration WithoutKind(string name) => new(_kinds.Remove(name), _classes, _owners, _reservations, _prices) { Currency = Currency, Months = Months };

    internal Configuration With(PriorityClass priority, long version) => new(_kinds, _classes.SetItem(priority.Name, (priority, version)), _owners, _reservations, _prices) { Currency = Currency, Months = Months };

    internal Configuration WithoutClass(string name) => new(_kinds, _classes.Remove(name), _owners, _reservations, _prices) { Currency = Currency, Months = Months };

    internal Configuration With(OwnerPath path, OwnerSettings? owner, long version) =>
        new(_kinds, _classes, owner is null ? _owners.Remove(path.ToString()) : _owners.SetItem(path.ToString(), (owner, version)), _reservations, _prices) { Currency = Currency, Months = Months };

    internal Configuration With(Reservation reservation, IReadOnlyList<Occurrence> times, long version) =>
        new(_kinds, _classes, _owners, _reservations.SetItem(reservation.Id, (reservation, times, version)), _prices) { Currency = Currency, Months = Months };

    internal Configuration WithoutReservation(string id) => new(_kinds, _classes, _owners, _reservations.Remove(id), _prices) { Currency = Currency, Months = Months };

    internal Configuration In(string currency) => new(_kinds, _classes, _owners, _reservations, _prices) { Currency = currency, Months = Months };

    internal Configuration With(ClosedMonth closed) => new(_kinds, _classes, _owners, _reservations, _prices) { Currency = Currency, Months = Months.With(closed) };

    internal Configuration With(PriceBook book, long version) => new(_kinds, _classes, _owners, _reservations, (book, version)) { Currency = Currency, Months = Months };

    internal Configuration With(PriceChange change, long version) => With(Prices.With(change, IsHeld), version);

    internal Configuration With(string pool, IReadOnlyList<PoolPrice> prices) => Prices.With(pool, prices, IsHeld) is var book && ReferenceEquals(book, Prices) ? this : With(book, VersionOfPrices);

    internal bool IsHeld(string kind) => Kind(kind)?.Behaviour == ResourceBehaviour.Held;

    private string? Lower(string? a, string? b) =>
        a is null ? b : b is null ? a : (Class(a)?.Value ?? int.MinValue) <= (Class(b)?.Value ?? int.MinValue) ? a : b;
}

/// <summary>What holds for an owner, inherited settings included.</summary>
/// <param name="Labels">The labels that its requests carry.</param>
/// <param name="DefaultPriority">The class of requests that name none; null: <see cref="PriorityClass.Default"/>.</param>
/// <param name="MaxPriority">The highest class that its requests may ask for; null: any.</param>
public sealed record EffectiveOwner(Labels Labels, string? DefaultPriority, string? MaxPriority)
{
    /// <summary>The nearest owner that says how requests give way before they are refused; null: they do not.</summary>
    public OwnerSettings? Degrading { get; init; }

    /// <summary>An owner for which nothing is set.</summary>
    public static EffectiveOwner Plain { get; } = new(Labels.None, null, null);
}
