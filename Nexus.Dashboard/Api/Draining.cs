using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Api;

/// <summary>
/// Between the signal to stop and the end of listening: who still calls the API is told to come back, and every connection is closed with its answer.
/// Without it a client whose next call crosses the closing of its idle connection gets no answer at all (RFC 9112, 9.5).
/// </summary>
/// <remarks>Register it before what it waits for: hosted services are told to stop in reverse order.</remarks>
internal sealed class Draining : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(2);

    // Longer than quiet: who calls again and again is then held here while the listening ends, and finds the door closed, not closing.
    private static readonly TimeSpan Hold = Quiet * 2;

    private readonly TimeProvider _time;
    private readonly CancellationTokenRegistration _signal;
    private volatile bool _stopping;
    private long _lastCall;

    public Draining(IHostApplicationLifetime lifetime, TimeProvider time)
    {
        _time = time;
        _signal = lifetime.ApplicationStopping.Register(Begin);
    }

    /// <summary>Lets a call through, or tells it to come back.</summary>
    /// <param name="http">The call.</param>
    /// <param name="next">What answers it.</param>
    public Task Pass(HttpContext http, RequestDelegate next) => _stopping ? PassWhileStoppingAsync(http, next) : next(http);

    /// <summary>Waits until nobody has called for a moment.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        Begin();
        long began = _time.GetTimestamp();
        while (_time.GetElapsedTime(Volatile.Read(ref _lastCall)) < Quiet && _time.GetElapsedTime(began) < AtMost)
        {
            await Task.Delay(Quiet / 4, _time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _signal.Dispose();

    private void Begin()
    {
        if (!_stopping)
        {
            Volatile.Write(ref _lastCall, _time.GetTimestamp());
            _stopping = true;
        }
    }

    private async Task PassWhileStoppingAsync(HttpContext http, RequestDelegate next)
    {
        Volatile.Write(ref _lastCall, _time.GetTimestamp());
        if (http.Request.Protocol == HttpProtocol.Http11)
        {
            http.Response.Headers.Connection = "close";
        }

        if (!http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
        {
            await next(http);
            return;
        }

        await Task.Delay(Hold, _time, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        http.Response.Headers.RetryAfter = "1";
        await Problem.Of(new EngineUnavailableException("Nexus is stopping. Ask again, with the same id, when it is back.", TimeSpan.FromSeconds(1))).WriteAsync(http);
    }
}
