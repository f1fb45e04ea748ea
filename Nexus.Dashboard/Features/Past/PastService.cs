using Microsoft.Extensions.Options;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Commands;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Past;

/// <summary>The past: authorises the caller, then has it read from the journal beside the engine.</summary>
internal sealed class PastService(EngineHost host, DataDirectory data, IOptions<EngineOptions> engine) : IDisposable
{
    private readonly PastTurns _turns = new();

    /// <summary>How things stood at a moment. What of it the caller may see is the answer's to say.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="at">The moment.</param>
    /// <param name="field">What the caller calls it.</param>
    /// <param name="present">What to do for the present, in words.</param>
    /// <param name="cancellation">Ends it.</param>
    public Task<Result<PastModel>> AtAsync(Caller caller, DateTimeOffset at, string field, string present, CancellationToken cancellation)
    {
        Instant moment = Instant.From(at);
        return ReadAsync(caller, moment, field, present, () => PastReading.At(data.Path, engine.Value.Limits, moment, field, cancellation), cancellation);
    }

    /// <summary>How things stood at the end of a span, with the peaks and refusals of quotas counted from its beginning on.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="from">The beginning.</param>
    /// <param name="to">The end; null: now.</param>
    /// <param name="cancellation">Ends it.</param>
    public Task<Result<PastModel>> OverAsync(Caller caller, DateTimeOffset from, DateTimeOffset? to, CancellationToken cancellation)
    {
        (Instant beginning, Instant end) = (Instant.From(from), to is { } given ? Instant.From(given) : host.Now);
        return beginning >= end
            ? Task.FromResult<Result<PastModel>>(Problem.Field("invalid-value", 422, "from", to is null ? $"lies in the future: it is {end} now" : "must be earlier than to"))
            : ReadAsync(caller, end, "to", "leave it out", () => PastReading.Over(data.Path, engine.Value.Limits, beginning, end, cancellation), cancellation);
    }

    private async Task<Result<PastModel>> ReadAsync(Caller caller, Instant until, string field, string present, Func<Result<PastModel>> read, CancellationToken cancellation)
    {
        if (Refused(caller) is { } refused)
        {
            return refused;
        }

        if (until > host.Now)
        {
            return Problem.Field("invalid-value", 422, field, $"lies in the future: it is {host.Now} now; for the present {present}");
        }

        // What was due until then is then decided and on disk.
        await host.SendAsync(new Tick { Actor = Actor.Engine }, cancellation);
        return await _turns.RunAsync(read, cancellation);
    }

    /// <summary>Why the caller may not ask; null where it may.</summary>
    public static Problem? Refused(Caller caller) => caller.Allows(Scope.Read) ? null : Problem.MissingScope(Scope.Read, caller);

    public void Dispose() => _turns.Dispose();
}
