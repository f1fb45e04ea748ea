using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Shared;

/// <summary>A page that follows the engine: it loads once it is interactive, then again whenever there is news. Ready when the first live data has arrived.</summary>
public abstract partial class LivePage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _left = new();
    private DateTimeOffset? _read;
    private object? _loaded;

    /// <summary>A page that nobody has left.</summary>
    protected LivePage() => Left = _left.Token;

    [Inject] private Live Live { get; set; } = null!;

    [Inject] private TimeProvider Time { get; set; } = null!;

    [Inject] private ILogger<LivePage> Log { get; set; } = null!;

    [Inject] private CallerAccessor Callers { get; set; } = null!;

    [Inject] private OwnerScope Scope { get; set; } = null!;

    [Inject] private ViewRange Range { get; set; } = null!;

    /// <summary>Who acts.</summary>
    private protected Caller Caller { get; private set; } = null!;

    /// <summary>The same, seeing no more than the owner path that was chosen for all pages.</summary>
    private protected Caller Viewer => Scope.Narrow(Caller);

    /// <summary>The part of the past that was chosen for all pages.</summary>
    private protected PastRange Past => Range.Shown;

    /// <summary>True when live data is shown.</summary>
    protected bool Ready { get; private set; }

    /// <summary>For <c>main</c>'s data-ready.</summary>
    protected string ReadyText => Ready ? "true" : "false";

    /// <summary>Why the engine does not decide, and since when; null while it does.</summary>
    protected (string Reason, DateTimeOffset Since)? Trouble => Live.Trouble;

    /// <summary>Ends when the page is left. It may be asked for after that too: what the page waited for goes on then.</summary>
    protected CancellationToken Left { get; }

    /// <summary>What the address asks the page to show, as a value that can be compared: another than was read last is read at once. Null: the address asks for nothing that must be read.</summary>
    /// <remarks>Of the page's parameters, not of the address itself: news may come between the two.</remarks>
    protected virtual object? AskedFor => null;

    /// <summary>Reads what the page shows.</summary>
    protected abstract Task LoadAsync();

    /// <summary>Something else was asked for: what was begun for what was shown before ends.</summary>
    protected virtual void LetGo()
    {
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (!Ready || Equals(_loaded, AskedFor))
        {
            return;
        }

        LetGo();

        // What listens to the address too must not come and go while all are told of a new one, which ends the circuit.
        await Task.Yield();
        await RefreshAsync();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        Caller = await Callers.RequireAsync();
        Scope.Changed += Rescope;
        Range.Changed += Rescope;
        Live.Retried += Rescope;
        await RefreshAsync();
        _ = Live.FollowAsync(() => InvokeAsync(RefreshAsync), _left.Token);
    }

    /// <summary>Loads and shows again at once.</summary>
    protected async Task RefreshAsync()
    {
        if (Caller is null || _left.IsCancellationRequested)
        {
            return;
        }

        try
        {
            _loaded = AskedFor;
            await LoadAsync();
            (_read, Ready) = (Time.GetUtcNow(), true);
            Live.Say(null);
        }
        catch (OperationCanceledException) when (_left.IsCancellationRequested)
        {
            return;
        }
#pragma warning disable CA1031 // Logged and said on the page, which keeps what it last read and tries again by itself.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            string trace = Activity.Current?.Id ?? Guid.NewGuid().ToString("N")[..16];
            if (Live.Failed is null)
            {
                LogFault(Log, GetType().Name, trace, bug);
                Live.Say(new Failure(GetType().Name, "something went wrong here, which is a fault of Nexus or of its disk.", Time.GetUtcNow(), _read, trace));
            }
        }

        StateHasChanged();
    }

    [LoggerMessage(1, LogLevel.Error, "{Page} cannot be read ({Trace}).")]
    private static partial void LogFault(ILogger log, string page, string trace, Exception bug);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        Scope.Changed -= Rescope;
        Range.Changed -= Rescope;
        Live.Retried -= Rescope;
        Live.Say(null);
        _left.Cancel();
        _left.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Rescope() => _ = InvokeAsync(RefreshAsync);
}
