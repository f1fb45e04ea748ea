using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Alerts.Delivery;
using Nexus.Engine.Core;

namespace Nexus.Dashboard.Features.Alerts.Pages;

/// <summary>The channels on a page: which there are, what tests met, and the one that is being typed.</summary>
internal sealed class AlertChannelEditing(AlertChannelService channels)
{
    /// <summary>Stands in an address for a channel that is not there yet. None is called so.</summary>
    public const string New = "~new";

    private readonly Dictionary<string, AlertTestResult> _tests = new(StringComparer.Ordinal);
    private IReadOnlyList<AlertChannel> _known = [];
    private string? _drafted;

    /// <summary>The channels that the reader may see.</summary>
    public IReadOnlyList<AlertChannelLine> Lines { get; private set; } = [];

    /// <summary>What tests met, by channel.</summary>
    public IReadOnlyDictionary<string, AlertTestResult> Tests => _tests;

    /// <summary>The channel that is being tested; null: none.</summary>
    public string? Testing { get; private set; }

    /// <summary>The one that is being typed; null: none.</summary>
    public AlertChannelDraft? Draft { get; private set; }

    /// <summary>Why it could not be saved.</summary>
    public string? Wrong { get; private set; }

    /// <summary>Reads them. What is being typed stays until another is opened.</summary>
    /// <param name="viewer">Who looks.</param>
    /// <param name="open">The channel that is open; null: none.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task LoadAsync(Caller viewer, string? open, CancellationToken cancellation)
    {
        _known = (await channels.ListAsync(viewer, cancellation)).Value ?? [];
        Lines = [.. _known.Select(AlertChannelLine.Of)];
        if (open != _drafted)
        {
            (_drafted, Wrong) = (open, null);
            Draft = open == New ? new AlertChannelDraft() : viewer.Allows(Scope.Configure) && _known.FirstOrDefault(c => c.Id == open) is { } channel ? AlertChannelDraft.Of(channel) : null;
        }
    }

    /// <summary>Sends a test.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="id">The channel.</param>
    /// <param name="changed">Told when it begins.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task TestAsync(Caller caller, string id, Action changed, CancellationToken cancellation)
    {
        (Testing, _) = (id, _tests.Remove(id));
        changed();
        Result<ChannelTestAnswer> answer = await channels.TestAsync(caller, id, cancellation);
        _tests[id] = answer.Value is { } met ? new AlertTestResult(met.Taken, met.Result) : new AlertTestResult(false, answer.Problem!.Detail);
        Testing = null;
    }

    /// <summary>Saves what was typed.</summary>
    /// <returns>Undoes it; null where it could not be saved, which <see cref="Wrong"/> tells.</returns>
    public async Task<Func<Task<Problem?>>?> SaveAsync(Caller caller)
    {
        AlertChannelDraft draft = Draft!;
        string name = draft.Name.Trim();
        AlertChannel? before = _known.FirstOrDefault(c => c.Id == name);
        Result<AlertChannel> saved = await channels.PutAsync(caller, name, draft.ToBody(), draft.Exists ? before?.Version ?? Expected.ToExist : Expected.NotToExist, CancellationToken.None);
        Wrong = saved.Problem?.Detail;
        return saved.Problem is not null ? null : () => RestoreAsync(caller, name, before);
    }

    /// <summary>Deletes the one that is open.</summary>
    /// <returns>Undoes it; null where it could not be deleted, which <see cref="Wrong"/> tells.</returns>
    public async Task<Func<Task<Problem?>>?> DeleteAsync(Caller caller)
    {
        string name = Draft!.Name;
        AlertChannel? before = _known.FirstOrDefault(c => c.Id == name);
        Wrong = (await channels.DeleteAsync(caller, name, before?.Version, CancellationToken.None))?.Detail;
        return Wrong is not null ? null : () => RestoreAsync(caller, name, before);
    }

    private async Task<Problem?> RestoreAsync(Caller caller, string name, AlertChannel? before) => before is null
        ? await channels.DeleteAsync(caller, name, null, CancellationToken.None)
        : (await channels.PutAsync(caller, name, AlertChannelDraft.Of(before).ToBody(), null, CancellationToken.None)).Problem;
}
