using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Features.Past;

/// <summary>Reads the past out of a data folder, and says in words for the caller where it does not reach.</summary>
internal static class PastReading
{
    /// <summary>How things stood at a moment.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="limits">The limits that the engine ran with.</param>
    /// <param name="at">The moment; not later than what is on disk.</param>
    /// <param name="field">What the caller calls the moment.</param>
    /// <param name="cancellation">Ends it between two events.</param>
    /// <exception cref="EngineUnavailableException">The journal cannot be read.</exception>
    public static Result<PastModel> At(string folder, EngineLimits limits, Instant at, string field, CancellationToken cancellation) =>
        Read(folder, limits, at, field, past => PastModel.Of(past.StateAt(at, cancellation), at));

    /// <summary>How things stood at the end of a span, with the peaks and refusals of quotas counted from its beginning on.</summary>
    /// <exception cref="EngineUnavailableException">The journal cannot be read.</exception>
    public static Result<PastModel> Over(string folder, EngineLimits limits, Instant from, Instant to, CancellationToken cancellation) =>
        Read(folder, limits, from, "from", past => PastModel.Of(past.StateOver(from, to, cancellation), to));

    private static Result<PastModel> Read(string folder, EngineLimits limits, Instant at, string field, Func<JournalPast, PastModel> read)
    {
        try
        {
            using JournalPast past = new(folder, limits);
            return OutOfReach(past, at, field) is { } problem ? problem : read(past);
        }
        catch (JournalException trimmed) when (trimmed.Failure == JournalFailure.Trimmed)
        {
            return Trimmed(field, "what the journal keeps");
        }
        catch (JournalException error)
        {
            throw new EngineUnavailableException($"The past cannot be read. {error.Message}", TimeSpan.FromSeconds(5), error);
        }
    }

    // Null where the journal tells of the moment.
    private static Problem? OutOfReach(JournalPast past, Instant at, string field) =>
        past.Since() is { } since && at >= since ? null
        : past.IsTrimmed() ? Trimmed(field, past.Since()?.ToString() ?? "what the journal keeps")
        : Problem.Field("invalid-value", 422, field, past.Since() is { } first ? $"lies before {first}, when the first thing was recorded: ask for that moment or a later one" : "nothing is recorded yet");

    private static Problem Trimmed(string field, string since) => Problem.Field(
        "invalid-value", 422, field, $"lies before {since}: what led to it was removed by age or size; ask for a later moment, and keep more in future with Nexus:Engine:Journal:KeepFor and KeepBytes");
}
