using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Nexus.Dashboard.Access;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Demo;

/// <summary>Runs the demo: agents of three tenants work through the public HTTP API of this very server, each tenant with a key of its own.</summary>
internal sealed class DemoWorkload(
    DemoSwitch demo, IServer server, IHostApplicationLifetime lifetime, IServiceScopeFactory scopes, TimeProvider time, ILogger<DemoWorkload> log) : BackgroundService
{
    public const int Seed = 20_260_301;

    private const int MostAtOnce = 150;
    private const string KeyName = "Demo workload";
    private static readonly TimeSpan TooLate = TimeSpan.FromSeconds(10);

    private readonly DemoRuns _runs = new(time);
    private readonly SemaphoreSlim _places = new(MostAtOnce);
    private string _start = "";

    public override void Dispose()
    {
        _places.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await demo.Begun.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stoppingToken.IsCancellationRequested || !await StartedAsync(stoppingToken) || Address() is not { } address)
        {
            return;
        }

        // Ids are kept for a day and longer: each start needs its own.
        _start = time.GetUtcNow().ToUnixTimeSeconds().ToString("x", CultureInfo.InvariantCulture);
        Dictionary<string, DemoClient> clients = new(StringComparer.Ordinal);
        try
        {
            await PrepareAsync(address, clients, stoppingToken);
            await PlayAsync(clients, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program stops; what is held expires.
        }
        catch (HttpRequestException failure)
        {
            log.LogWarning(failure, "The demo workload could not be set up");
        }
        finally
        {
            foreach (DemoClient client in clients.Values)
            {
                client.Dispose();
            }
        }
    }

    private async Task PrepareAsync(Uri address, Dictionary<string, DemoClient> clients, CancellationToken cancellation)
    {
        Caller actor = new(ActorKind.Local, "demo", OwnerPath.Root, Scope.Admin, null, "engine", null);
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        AccessService access = scope.ServiceProvider.GetRequiredService<AccessService>();
        foreach (ApiKey old in ((await access.KeysAsync(actor, cancellation)).Value ?? []).Where(k => k.Name == KeyName))
        {
            await access.RevokeKeyAsync(actor, old.Id, null, cancellation);
        }

        foreach (string tenant in DemoAgents.All.Select(a => a.Tenant).Distinct(StringComparer.Ordinal))
        {
            clients[tenant] = new DemoClient(address, await KeyAsync(access, actor, OwnerPath.Parse(tenant), Scope.Requests | Scope.Read, cancellation));
        }

        using DemoClient setUp = new(address, await KeyAsync(access, actor, OwnerPath.Root, Scope.Configure | Scope.Read, cancellation));
        foreach ((string name, object pool) in DemoPools.All)
        {
            await setUp.EnsureAsync($"api/v1/pools/{name}", pool, cancellation);
        }

        // Before anybody is granted anything: what was used without a price stays so.
        await setUp.EnsurePricesAsync(DemoPrices.Book, cancellation);
        foreach ((string path, object quota) in DemoQuotas.All)
        {
            await setUp.EnsureAsync($"api/v1/quotas/{path}", quota, cancellation);
        }

        foreach ((string id, object budget) in DemoBudgets.All)
        {
            await setUp.EnsureAsync($"api/v1/budgets/{id}", budget, cancellation);
        }

        foreach ((string id, object reservation) in DemoReservations.From(time.GetUtcNow()))
        {
            await setUp.EnsureListedAsync("api/v1/reservations", id, reservation, cancellation);
        }

        await setUp.EnsureAsync("api/v1/owners/initech", new { priority = new { @default = "low", max = "medium" }, labels = new { costCentre = "4711" } }, cancellation);
    }

    private static async Task<string> KeyAsync(AccessService access, Caller demo, OwnerPath owner, Scope scopes, CancellationToken cancellation) =>
        (await access.CreateKeyAsync(demo, KeyName, owner, scopes, null, null, cancellation)).Value?.Key ?? throw new InvalidOperationException("the demo got no key");

    private async Task PlayAsync(Dictionary<string, DemoClient> clients, CancellationToken cancellation)
    {
        long origin = time.GetTimestamp();
        foreach (DemoArrival arrival in DemoPlan.Arrivals(Seed))
        {
            TimeSpan left = arrival.At - time.GetElapsedTime(origin);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, time, cancellation);
            }
            else if (-left > TooLate)
            {
                // The machine slept: what should have happened meanwhile did not.
                continue;
            }

            if (await _places.WaitAsync(TimeSpan.Zero, cancellation))
            {
                _ = LiveAsync(clients[arrival.Agent.Tenant], arrival, cancellation);
            }
        }
    }

    private async Task LiveAsync(DemoClient client, DemoArrival arrival, CancellationToken cancellation)
    {
        try
        {
            DemoAsk ask = arrival.Ask;
            string id = string.Create(CultureInfo.InvariantCulture, $"{arrival.Agent.Name}-{_start}-{(arrival.Number < 0 ? "0" : "")}{Math.Abs(arrival.Number)}");
            DemoAnswer? answer = await client.SubmitAsync(
                new DemoBody(id, arrival.Agent.Owner, ask.Resources, ask.Priority, ask.Pools, ask.PoolLabels, ask.Duration, ask.Queue, ask.MaxWait, ask.LeaseSeconds, ask.Labels, ask.DeadlineSeconds is { } within ? time.GetUtcNow().AddSeconds(within) : null, ask.Preemptible ? true : null,
                    await _runs.BranchAsync(client, arrival.Agent.Owner, _start, cancellation), ask.MaxDelay), cancellation);
            do
            {
                while (answer?.Status is "queued" or "reserved")
                {
                    answer = await client.WaitAsync(id, cancellation);
                }

                if (answer is not { Status: "allocated", Lease.Id: { } lease } || ask.Fate == DemoFate.Dies || await WorkAsync(client, lease, ask, cancellation))
                {
                    return;
                }

                // Its grant was ended for somebody else: where it waits again, so does its client.
                answer = await client.ReadAsync(id, cancellation);
            }
            while (answer?.Status is "queued" or "allocated");
        }
        catch (Exception lost) when (lost is HttpRequestException or OperationCanceledException or System.Text.Json.JsonException)
        {
            // An agent that loses its server gives up; its lease expires.
            log.LogDebug(lost, "An agent of the demo gave up");
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Works as long as the lease lasts.</summary>
    /// <returns>False where that ended before the work did.</returns>
    private async Task<bool> WorkAsync(DemoClient client, string lease, DemoAsk ask, CancellationToken cancellation)
    {
        TimeSpan left = ask.Works;
        TimeSpan beat = TimeSpan.FromSeconds(ask.LeaseSeconds / 3.0);
        while (left > beat)
        {
            await Task.Delay(beat, time, cancellation);
            left -= beat;
            if (await client.RenewAsync(lease, cancellation) is null)
            {
                return false;
            }
        }

        await Task.Delay(left, time, cancellation);
        return await client.ReleaseAsync(lease, new DemoRelease(ask.Usage, ask.Fate == DemoFate.Fails ? "failed" : "succeeded"), cancellation) is not null;
    }

    private async Task<bool> StartedAsync(CancellationToken stoppingToken)
    {
        TaskCompletionSource<bool> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration begins = lifetime.ApplicationStarted.Register(() => started.TrySetResult(true));
        await using CancellationTokenRegistration ends = stoppingToken.Register(() => started.TrySetResult(false));
        return await started.Task;
    }

    private Uri? Address()
    {
        string? listens = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(a => a.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !a.StartsWith("http://unix:", StringComparison.OrdinalIgnoreCase));
        if (listens is null)
        {
            log.LogWarning("The demo workload needs the server to listen on http; it does not run");
            return null;
        }

        foreach (string any in (string[])["://0.0.0.0", "://[::]", "://*", "://+"])
        {
            listens = listens.Replace(any, "://localhost", StringComparison.Ordinal);
        }

        return new Uri(listens.TrimEnd('/') + "/");
    }
}

/// <summary>The demo, wired up.</summary>
internal static class DemoExtensions
{
    public static void AddNexusDemo(this WebApplicationBuilder builder) => builder.Services.AddSingleton<DemoSwitch>().AddHostedService<DemoWorkload>();
}
