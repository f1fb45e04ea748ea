using Nexus.Engine.Core;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage;

namespace Nexus.Engine.Hosting;

/// <summary>Gives a command the request it is about where that ended so long ago that memory no longer holds it, so that no id is ever granted twice.</summary>
internal static class ArchiveLookup
{
    /// <summary>Looks for something that memory no longer holds; null where there is none. What is looked for is passed along, so that asking makes no garbage: every submission asks.</summary>
    /// <param name="journal">The journal; null while it is not read.</param>
    /// <param name="what">What is looked for.</param>
    /// <param name="look">Finds it.</param>
    /// <exception cref="EngineUnavailableException">The index cannot be read.</exception>
    public static T? In<TWhat, T>(IJournal? journal, TWhat what, Func<IJournal, TWhat, T?> look)
        where T : class
    {
        if (journal is null)
        {
            throw new EngineUnavailableException("The engine reads its journal.", TimeSpan.FromSeconds(1));
        }

        try
        {
            return look(journal, what);
        }
        catch (JournalException error)
        {
            throw new EngineUnavailableException($"Older requests cannot be looked up. {error.Message}", TimeSpan.FromSeconds(5), error);
        }
    }

    /// <summary>Looks before a command is queued, on the caller's time: most find nothing, and an id that was never seen costs no query.</summary>
    /// <exception cref="EngineUnavailableException">The index cannot be read.</exception>
    public static Command Before(Command command, ReadModel read) => command is SetBudget budget ? BudgetStarts.Before(budget, read) :
        KeyOf(command) is { } key && read.Index.Find(key) is null && read.FindArchived(key) is { } prior ? With(command, prior) : command;

    /// <summary>Looks again before a command is decided: its request may have left memory since it was queued.</summary>
    /// <exception cref="EngineUnavailableException">The index cannot be read.</exception>
    public static Command Again(Command command, RequestIndex inMemory, IJournal journal, Core.Engine engine) => command is RecordUsage usage ? KnownUsage.Of(usage, journal) : command is SetBudget budget ? BudgetStarts.Again(budget, engine.Configuration, engine.Now, journal) : command is CloseMonth close ? MonthTrueUp.Again(close, engine.Configuration, journal) :
        KeyOf(command) is { } key && inMemory.Find(key) is null && In(journal, key, static (j, k) => j.FindArchived(k)) is { } prior ? With(command, prior) : command;

    /// <summary>The last look, when it is decided: its request may leave memory with the very batch that is being filled, and stands nowhere else yet.</summary>
    public static Command Leaving(Command command, RequestIndex inMemory, Batch batch, Core.Engine engine) => command is RecordUsage usage ? KnownUsage.Of(usage, batch) : command is SetBudget budget ? BudgetStarts.Leaving(budget, engine.Configuration, engine.Now, batch) : command is CloseMonth close ? MonthTrueUp.Leaving(close, engine.Configuration, batch) :
        batch.Archived.Count > 0 && KeyOf(command) is { } key && inMemory.Find(key) is { HasEnded: true }
        && batch.Archived.LastOrDefault(r => r.Key == key) is { } prior
            ? With(command, prior)
            : command;

    /// <summary>The answer about a request that only the index knows, in place of "there is none".</summary>
    public static async Task<Reply> Answer(Command command, Task<Reply> deciding, ReadModel read)
    {
        Reply reply = await deciding;
        RequestKey? key = command switch { Cancel c => c.Key, SetPriority c => c.Key, Renew c => c.Key, Requeue c => c.Key, Hold c => c.Key, _ => null };
        return reply is not Fault { Code: FaultCode.NotFound } || key is null || read.Find(key.Value) is not { HasEnded: true } request ? reply : command switch
        {
            Cancel => new RequestReply(request, Duplicate: true),
            Renew renew when request.Lease?.Number != renew.Lease => reply,
            _ => new Fault(FaultCode.Ended, $"the request has ended: it is {request.Status.ToString().ToLowerInvariant()}"),
        };
    }

    private static RequestKey? KeyOf(Command command) => command switch
    {
        Submit { Prior: null } submit => submit.Spec.Key,
        Release { Prior: null } release => release.Key,
        _ => null,
    };

    private static Command With(Command command, Request prior) =>
        command is Submit submit ? submit with { Prior = prior } : ((Release)command) with { Prior = prior };
}
