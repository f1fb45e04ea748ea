using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Simulation;

/// <summary>What a simulation cost over time: what is held evenly over the time that is paid for, what is consumed at its moment.</summary>
/// <remarks>Steps of time are doubled whenever they would become more than <see cref="MostSteps"/>: memory is bounded however long a simulation lasts.</remarks>
internal sealed class CostCourse
{
    /// <summary>The most steps of time that are told apart.</summary>
    public const int MostSteps = 200;

    private readonly Int128[] _steps = new Int128[MostSteps];
    private long? _from;
    private long _step = 1;

    /// <summary>Counts from this moment on; what was paid for before belongs to the first step.</summary>
    public void Begin(Instant from) => _from ??= from.Milliseconds;

    /// <summary>Something cost so much from a moment to another.</summary>
    public void Add(Instant from, Instant to, Money cost)
    {
        long first = Math.Max(_from ?? from.Milliseconds, from.Milliseconds);
        long last = Math.Max(first, to.Milliseconds);
        int at = StepOf(last);
        if (last == first || StepOf(first) == at)
        {
            _steps[at] += cost.Picos;
            return;
        }

        // Each step gets what is paid for up to its end, less what those before it got: together it is the whole.
        Int128 given = 0;
        for (int step = StepOf(first); step <= at; step++)
        {
            long until = Math.Min(last, (_from ?? 0) + ((step + 1L) * _step));
            Int128 whole = cost.Picos / (last - first) * (until - first);
            Int128 upTo = until == last ? cost.Picos : whole + (cost.Picos % (last - first) * (until - first) / (last - first));
            _steps[step] += upTo - given;
            given = upTo;
        }
    }

    /// <summary>What it had cost by the end of each step until a moment.</summary>
    public CostOverTime Until(Instant to)
    {
        int steps = (int)Math.Clamp((Math.Max(0, to.Milliseconds - (_from ?? to.Milliseconds)) + _step - 1) / _step, 1, MostSteps);
        List<string> amounts = new(steps);
        Int128 sum = 0;
        for (int i = 0; i < MostSteps; i++)
        {
            sum += _steps[i];
            if (i < steps - 1)
            {
                amounts.Add(new Money(sum).ToString());
            }
        }

        // What is paid for beyond the end is in the sum, as it is in the cost.
        amounts.Add(new Money(sum).ToString());
        return new CostOverTime(_step / 1000.0, amounts);
    }

    private int StepOf(long at)
    {
        if (_from is not { } from)
        {
            return 0;
        }

        long past = Math.Max(0, at - from);
        while (past / _step >= MostSteps)
        {
            _step *= 2;
            for (int i = 0; i < MostSteps; i++)
            {
                _steps[i] = i < MostSteps / 2 ? _steps[2 * i] + _steps[(2 * i) + 1] : 0;
            }
        }

        return (int)(past / _step);
    }
}
