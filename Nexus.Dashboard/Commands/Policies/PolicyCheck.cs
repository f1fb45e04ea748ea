using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>Finds the order in which changes of a policy can be made, by making them in an engine of its own: whatever is wrong with them is known before anything is changed.</summary>
internal sealed class PolicyCheck
{
    private readonly Batch _batch = new();
    private readonly Engine.Core.Engine _engine;
    private readonly Instant _now;

    private PolicyCheck(string currency, Instant now) => (_engine, _now) = (new Engine.Core.Engine(new EngineLimits { Currency = currency }), now);

    /// <summary>The order in which they can be made.</summary>
    /// <param name="present">The policy as it is.</param>
    /// <param name="changes">What is to be changed.</param>
    /// <param name="folder">Where it is written, for errors.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="CommandException">They cannot be made; the message names file, name and field.</exception>
    public static IReadOnlyList<PolicyChange> Order(PolicyContent present, IReadOnlyList<PolicyChange> changes, string folder, TimeProvider time)
    {
        PolicyCheck check = new(present.Currency, Instant.From(time.GetUtcNow()));
        PolicyChange[] there = [.. present.Parts.SelectMany(part => part.Items.Select(item => new PolicyChange(part.Part, null, item)))];
        if (check.Make(there, []) is [(var unknown, var strange), ..])
        {
            throw CommandException.Failed($"The policy of the system is not understood here, {unknown.Title}: {strange.Detail}. Is it of another version?");
        }

        List<PolicyChange> order = [];
        return check.Make([.. changes.Where(c => c.After is not null), .. changes.Where(c => c.After is null).Reverse()], order) is [(var wrong, var fault), ..]
            ? throw CommandException.BadInput($"{Path.Combine(folder, wrong.Part.File)}, {wrong.Title}: {Sentence(fault)}")
            : order;
    }

    // What cannot be made yet may be once others are: a parent's limit is raised before what its children keep, a pool goes before its kind.
    private List<(PolicyChange Change, Fault Fault)> Make(IReadOnlyList<PolicyChange> changes, List<PolicyChange> made)
    {
        List<(PolicyChange Change, Fault Fault)> left = [];
        for (IReadOnlyList<PolicyChange> open = changes; open.Count > 0; open = [.. left.Select(l => l.Change)])
        {
            left.Clear();
            foreach (PolicyChange change in open)
            {
                _batch.Clear();
                if (_engine.Handle(change.After?.Set ?? change.Before!.Remove, _now, _batch) is Fault fault)
                {
                    left.Add((change, fault));
                }
                else
                {
                    made.Add(change);
                }
            }

            if (left.Count == open.Count)
            {
                break;
            }
        }

        return left;
    }

    // A price is checked by itself, and is the first of those.
    private static string Sentence(Fault fault) => $"{(fault.Field is null ? "" : fault.Field.Replace("$.items[0]", "$", StringComparison.Ordinal) + ": ")}{fault.Detail}.";
}
