namespace Nexus.Bench.Budgets;

/// <summary>What came of a budget that halts.</summary>
/// <param name="Overspent">What was spent beyond the amount.</param>
/// <param name="Committed">What was spent or truly committed of the amount at the first refusal: of what runs that part of its reservation which it will use. In parts of it.</param>
/// <param name="LeastCommitted">The least of that at any refusal.</param>
/// <param name="Spent">What was spent in the end, in parts of the amount.</param>
/// <param name="Worst">The most that one lease passed what was reserved for it, in the steps that it was refused.</param>
/// <param name="Leases">How many were granted.</param>
/// <param name="Steps">How many steps they took.</param>
internal sealed record HaltedOutcome(long Overspent, double Committed, double LeastCommitted, double Spent, double Worst, int Leases, int Steps);

/// <summary>A thousand clients that ask for one piece of work after the other, each as long as one of a real hour was, until a budget refuses them all and the last has ended.</summary>
/// <remarks>In virtual time, and the same for the same seed. What a client is refused it asks for again a second later, so that what returns is taken.</remarks>
internal sealed class HaltedRun
{
    /// <summary>When it begins: 1 January 2026.</summary>
    public const long Start = 1_767_225_600_000;

    /// <summary>How many run at once.</summary>
    public const int Clients = 1_000;

    private const int TokensASecond = 50;
    private const long Again = 1_000;

    // Nobody takes what was refused so often any more: what is left is less than anybody needs.
    private const int MostRefusals = 20;

    private readonly IReservations _reservations;
    private readonly long _amount;
    private readonly bool _stops;
    private readonly Func<long> _length;
    private readonly PriorityQueue<Work, (long At, long Order)> _due = new();
    private readonly HashSet<Work> _running = [];
    private long _order;
    private double? _first;
    private double _least = double.MaxValue;
    private double _worst;
    private int _leases;
    private int _steps;

    /// <param name="reservations">Who lets it begin and go on.</param>
    /// <param name="amount">What may be spent.</param>
    /// <param name="stops">True for work that can be told to stop at any token; false where it is through with the step that it is refused before it hears of it.</param>
    /// <param name="length">How long the next piece of work is.</param>
    private HaltedRun(IReservations reservations, long amount, bool stops, Func<long> length) => (_reservations, _amount, _stops, _length) = (reservations, amount, stops, length);

    /// <summary>Runs it.</summary>
    public static HaltedOutcome Of(IReservations reservations, long amount, bool stops, long start, Func<long> length)
    {
        HaltedRun run = new(reservations, amount, stops, length);
        for (int client = 0; client < Clients; client++)
        {
            run.Later(new Work(), start + client);
        }

        while (run._due.TryDequeue(out Work? work, out (long At, long Order) due))
        {
            run.Do(work, due.At);
        }

        long spent = reservations.Spent;
        return new HaltedOutcome(Math.Max(0, spent - amount), run._first ?? 1, run._least, (double)spent / amount, run._worst, run._leases, run._steps);
    }

    /// <summary>Lets so many pieces of work run to their ends, one after the other, so that their sizes are known.</summary>
    public static long Teach(IReservations reservations, int pieces, Func<long> length)
    {
        long now = Start;
        for (int i = 0; i < pieces; i++)
        {
            string id = $"taught-{i}";
            long left = length();
            for (long may = reservations.Admit(id, now)!.Value, reserved = may; reserved < left; reserved += may)
            {
                may = reservations.Extend(id, now).More!.Value;
            }

            reservations.Settle(id, left, now += Again);
        }

        return now;
    }

    private void Do(Work work, long now)
    {
        if (work.Id is null)
        {
            Begin(work, now);
        }
        else if (work.IsTold || work.Length <= work.Reserved)
        {
            End(work, now);
        }
        else
        {
            Extend(work, now);
        }
    }

    private void Begin(Work work, long now)
    {
        string id = $"w{_order}";
        if (_reservations.Admit(id, now) is not { } may)
        {
            Refused();
            if (++work.Refusals < MostRefusals)
            {
                Later(work, now + Again);
            }

            return;
        }

        _leases++;
        (work.Id, work.Length, work.Reserved, work.Refusals) = (id, _length(), may, 0);
        _running.Add(work);
        Later(work, now + Takes(Math.Min(work.Length, may)));
    }

    private void Extend(Work work, long now)
    {
        (long? more, long step) = _reservations.Extend(work.Id!, now);
        if (more is { } may)
        {
            _steps++;
            Later(work, now + Takes(Math.Min(work.Length - work.Reserved, may)));
            work.Reserved += may;
            return;
        }

        Refused();
        long beyond = _stops ? 0 : Math.Min(step, work.Length - work.Reserved);
        _worst = Math.Max(_worst, (double)beyond / step);
        (work.IsTold, work.Length) = (true, work.Reserved + beyond);
        Later(work, now + Takes(beyond));
    }

    private void End(Work work, long now)
    {
        _reservations.Settle(work.Id!, work.Length, now);
        _running.Remove(work);
        (work.Id, work.IsTold) = (null, false);
        Later(work, now);
    }

    private void Refused()
    {
        double committed = (_reservations.Spent + _running.Sum(w => Math.Min(w.Reserved, w.Length))) / (double)_amount;
        _first ??= committed;
        _least = Math.Min(_least, committed);
    }

    private void Later(Work work, long at) => _due.Enqueue(work, (at, _order++));

    private static long Takes(long tokens) => tokens * 1_000 / TokensASecond;

    private sealed class Work
    {
        public string? Id { get; set; }

        /// <summary>How much it will use.</summary>
        public long Length { get; set; }

        /// <summary>True once it was told to stop.</summary>
        public bool IsTold { get; set; }

        public long Reserved { get; set; }

        public int Refusals { get; set; }
    }
}
