using System.Globalization;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>Somebody who wants tasks.</summary>
/// <param name="Id">The name in the case.</param>
/// <param name="Owner">The owner.</param>
/// <param name="Task">What one task takes.</param>
/// <param name="Most">How many are wanted; null: without end.</param>
internal sealed record FairUser(string Id, OwnerPath Owner, IReadOnlyDictionary<string, decimal> Task, decimal? Most);

/// <summary>A pool under fair shares that is filled by those who want tasks of it, until nobody's next one fits.</summary>
/// <remarks>
/// Divisible tasks are many small ones. What is left when the next grain of one no longer fits goes to another whose grain does, which is less fair by that grain; so the pool
/// first has a tenth less than it will have, then a hundredth less, and so on, and each time the grains are finer: what was given too much in one stage is made up for in the next.
/// </remarks>
internal sealed class FairFill(IReadOnlyDictionary<string, decimal> capacity)
{
    private const int GrainsInRest = 30;
    private const decimal MostUnits = 1_000_000_000_000;

    private readonly CaseWorld _world = new();
    private readonly List<FairUser> _users = [];
    private readonly List<(OwnerPath Owner, decimal Weight, IReadOnlyDictionary<string, decimal>? Limit)> _weights = [];
    private decimal _scale = 1;
    private int _asked;

    public void Add(FairUser user) => _users.Add(user);

    public void Weigh(OwnerPath owner, decimal weight, IReadOnlyDictionary<string, decimal>? limit = null) => _weights.Add((owner, weight, limit));

    /// <summary>Fills the pool.</summary>
    /// <param name="tolerance">Of divisible tasks, how far the number of anybody's may be off; null: tasks are whole.</param>
    public void Fill(decimal? tolerance)
    {
        if (tolerance is null)
        {
            Weigh();
            Stage(part: 1, grain: 1);
            return;
        }

        decimal most = _users.Max(u => Math.Min(u.Most ?? decimal.MaxValue, Fitting(u.Task)));
        while (_scale * 10 * capacity.Values.Max() <= MostUnits)
        {
            _scale *= 10;
        }

        Weigh();
        decimal rest = 0.1m;
        decimal grain = RoundGrain(most * rest / GrainsInRest);
        for (; grain * 20 * _users.Count > tolerance; rest /= 10, grain = RoundGrain(most * rest / GrainsInRest))
        {
            Stage(1 - rest, grain);
        }

        Stage(part: 1, grain);
    }

    /// <summary>How many tasks somebody got.</summary>
    public decimal Got(string id)
    {
        FairUser user = _users.Single(u => u.Id == id);
        (string resource, decimal needed) = user.Task.First(t => t.Value > 0);
        return Held(id, resource) / needed;
    }

    /// <summary>What somebody's grants hold.</summary>
    public decimal Held(string id, string resource)
    {
        OwnerPath owner = _users.Single(u => u.Id == id).Owner;
        string kind = _world.KindOf(resource);
        return _world.Engine.Requests.Where(r => r.Status == RequestStatus.Allocated && r.Owner == owner).Sum(r => r.Lease!.Amounts[kind].Units) / _scale;
    }

    public decimal Free(string resource) => _world.Engine.Pool(CaseWorld.PoolName)!.Of(_world.KindOf(resource))!.FreeAt(_world.Now).Units / _scale;

    public decimal Capacity(string resource) => capacity[resource];

    /// <summary>The largest share of the pool that somebody holds of any resource, as the engine keeps it.</summary>
    public double DominantShare(string id)
    {
        FairNode node = _world.Engine.SharesOf(CaseWorld.PoolName)!.Node(_users.Single(u => u.Id == id).Owner)!;
        return node.Uses.Max(u => u.Share) / (double)FairKind.One;
    }

    /// <summary>By what somebody is compared with others: the same ÷ the weight.</summary>
    public double WeightedShare(string id)
    {
        FairUser user = _users.Single(u => u.Id == id);
        FairTree tree = _world.Engine.SharesOf(CaseWorld.PoolName)!;
        return tree.Node(user.Owner)!.ScoreFor(tree.BundleOf(_world.Amounts(user.Task)), tree.HalfLife, tree.HalfLife.EpochOf(_world.Now.Milliseconds)) / (double)FairKind.One;
    }

    private void Weigh()
    {
        foreach ((OwnerPath owner, decimal weight, IReadOnlyDictionary<string, decimal>? limit) in _weights)
        {
            _world.Quota(owner, weight, [.. (limit ?? new Dictionary<string, decimal>()).Select(l => new QuotaRule(_world.KindOf(l.Key)) { Limit = CaseWorld.Amount(l.Value * _scale), LendTo = QuotaLendTo.All })]);
        }
    }

    // All ask before anybody gets anything.
    private void Stage(decimal part, decimal grain)
    {
        Dictionary<string, decimal> present = capacity.ToDictionary(c => c.Key, c => decimal.Truncate(c.Value * _scale * part * 1000) / 1000, StringComparer.Ordinal);
        if (_asked == 0)
        {
            _world.Supply(present, "fairShare");
        }

        _world.Gather();
        foreach (FairUser user in _users)
        {
            decimal wanted = Math.Min(Fitting(user.Task), (user.Most ?? decimal.MaxValue) - Got(user.Id));
            Dictionary<string, decimal> task = user.Task.Where(t => t.Value > 0).ToDictionary(t => t.Key, t => t.Value * grain * _scale, StringComparer.Ordinal);
            decimal grains = Math.Min(decimal.Truncate(wanted / grain), GrainsFitting(user, grain, present) + 1);
            for (decimal i = 0; i < grains; i++)
            {
                _world.Submit(_world.Spec(string.Create(CultureInfo.InvariantCulture, $"{user.Id}-{++_asked}"), user.Owner, _world.Amounts(task)));
            }
        }

        _world.Supply(present, "fairShare");
        _world.Settle();
        foreach (Request left in _world.Engine.Requests.Where(r => r.Status == RequestStatus.Queued).ToArray())
        {
            _world.Cancel(left);
        }
    }

    private decimal GrainsFitting(FairUser user, decimal grain, Dictionary<string, decimal> present) =>
        decimal.Truncate(user.Task.Where(t => t.Value > 0).Min(t => ((present[t.Key] / _scale) - Sum(t.Key)) / (t.Value * grain)));

    private decimal Sum(string resource) => _world.Engine.Pool(CaseWorld.PoolName)!.Of(_world.KindOf(resource))!.Used.Units / _scale;

    private decimal Fitting(IReadOnlyDictionary<string, decimal> task) => task.Where(t => t.Value > 0).Min(t => capacity[t.Key] / t.Value);

    // The next finer of 1, 2 and 5 times a power of ten.
    private static decimal RoundGrain(decimal grain)
    {
        decimal power = 1;
        for (; power > grain; power /= 10)
        {
        }

        for (; power * 10 <= grain; power *= 10)
        {
        }

        return grain >= 5 * power ? 5 * power : grain >= 2 * power ? 2 * power : power;
    }
}
