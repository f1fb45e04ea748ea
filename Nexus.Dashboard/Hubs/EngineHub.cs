using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.SignalR;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Pools;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Hubs;

/// <summary>The hub <c>/hubs/engine</c>: what changes, as it changes. Charts in the browser and other machines watch the same frames that the pages take in-process.</summary>
/// <remarks>Every subscription is authorised for itself, and again while it lasts: a key that is revoked or somebody who is signed out sees nothing more within <see cref="Recheck"/>.</remarks>
internal sealed class EngineHub(EngineFeed feed, PoolService pools, KeyRing ring, IServiceScopeFactory scopes, TimeProvider time) : Hub
{
    public const string Path = "/hubs/engine";

    /// <summary>How long a subscription lives on what was found at its beginning.</summary>
    public static readonly TimeSpan Recheck = TimeSpan.FromSeconds(30);

    private const string Bearer = "Bearer ";

    /// <summary>Watches a topic: a full frame at once, then what changes.</summary>
    /// <param name="topic"><c>overview</c>, <c>pools</c>, <c>pools/NAME</c> or <c>queue</c>.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Frames of the type that belongs to the topic, see <see cref="FrameMessages"/>.</returns>
    public async IAsyncEnumerable<object> Subscribe(string topic, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Caller caller = Authorise(topic);
        FrameMessages messages = new(caller.Path.IsRoot ? static _ => true : name => MaySee(caller, name));
        long checkedAt = time.GetTimestamp();
        await foreach (Frame frame in feed.Subscribe(topic, caller.Path, cancellation))
        {
            if (time.GetElapsedTime(checkedAt) > Recheck)
            {
                await StillAsync(caller, cancellation);
                checkedAt = time.GetTimestamp();
            }

            yield return messages.Of(frame);
        }
    }

    private Caller Authorise(string topic)
    {
        Caller caller = Context.GetHttpContext() is { } http && Caller.Of(http) is { } known ? known : throw new HubException(Problem.Unauthenticated.Detail);
        if (!caller.Allows(Scope.Read))
        {
            throw new HubException(Problem.MissingScope(Scope.Read, caller).Detail);
        }

        const string Pool = "pools/";
        return EngineFeed.IsTopic(topic) && (caller.Path.IsRoot || !topic.StartsWith(Pool, StringComparison.Ordinal) || MaySee(caller, topic[Pool.Length..]))
            ? caller
            : throw new HubException($"There is no topic '{topic}' that you may see: overview, pools, pools/NAME or queue.");
    }

    private bool MaySee(Caller caller, string pool) => pools.Get(caller, pool).Problem is null;

    private async Task StillAsync(Caller caller, CancellationToken cancellation)
    {
        HttpContext http = Context.GetHttpContext()!;
        bool still = caller.Kind == ActorKind.Key
            ? await ring.CheckAsync(http.Request.Headers.Authorization.ToString()[Bearer.Length..].Trim(), caller.Address, cancellation) is not null
            : await IsStillSignedInAsync();
        if (!still)
        {
            throw new HubException(Problem.Unauthenticated.Detail);
        }
    }

    // A scope of its own: the one of this call remembers the person as it was.
    private async Task<bool> IsStillSignedInAsync()
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<SignInManager<Person>>().ValidateSecurityStampAsync(Context.User) is not null;
    }
}
