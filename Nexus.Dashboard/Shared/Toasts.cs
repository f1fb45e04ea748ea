namespace Nexus.Dashboard.Shared;

/// <summary>One-line messages at the foot of the page; what can be undone carries its undoing. Errors stay until they are dismissed.</summary>
internal sealed class Toasts
{
    private const int MostShown = 3;
    private readonly List<Toast> _shown = [];

    public event Action? Changed;

    public IReadOnlyList<Toast> Shown => _shown;

    /// <summary>What was applied last and can still be undone, also after its message has gone.</summary>
    public Toast? Last { get; private set; }

    /// <summary>Says what was done, and how to undo it.</summary>
    public void Say(string text, Func<Task>? undo = null) => Show(new Toast(text, undo, IsError: false));

    /// <summary>Says what failed.</summary>
    public void Fail(string detail) => Show(new Toast(detail, null, IsError: true));

    /// <summary>Takes a message away.</summary>
    public void Dismiss(Toast toast)
    {
        if (_shown.Remove(toast))
        {
            Changed?.Invoke();
        }
    }

    /// <summary>Undoes what a message says. Once. The message goes when that is done: until then it says that it is being undone.</summary>
    public async Task UndoAsync(Toast toast)
    {
        if (toast.Undo is not { } undo || toast.IsBeingUndone)
        {
            return;
        }

        toast.IsBeingUndone = true;
        if (ReferenceEquals(Last, toast))
        {
            Last = null;
        }

        Changed?.Invoke();
        try
        {
            await undo();
        }
        finally
        {
            Dismiss(toast);
        }
    }

    private void Show(Toast toast)
    {
        Last = toast.Undo is null ? Last : toast;
        if (_shown.Count == MostShown)
        {
            // An error waits to be read: what only informs makes room before it.
            _shown.Remove(_shown.Find(t => !t.IsError) ?? _shown[0]);
        }

        _shown.Add(toast);

        Changed?.Invoke();
    }
}

/// <summary>A message, with its undoing where there is one.</summary>
public sealed record Toast(string Text, Func<Task>? Undo, bool IsError)
{
    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>Its undoing has begun: it cannot begin again.</summary>
    public bool IsBeingUndone { get; set; }
}
