namespace Nexus.Dashboard.Shared;

/// <summary>One-line messages at the foot of the page; what can be undone carries its undoing. Errors stay until they are dismissed.</summary>
internal sealed class Toasts
{
    private const int MostShown = 3;
    private readonly List<Toast> _shown = [];

    public event Action? Changed;

    public IReadOnlyList<Toast> Shown => _shown;

    public void Say(string text, Func<Task>? undo = null) => Show(new Toast(text, undo, IsError: false));

    public void Fail(string detail) => Show(new Toast(detail, null, IsError: true));

    public void Dismiss(Toast toast)
    {
        if (_shown.Remove(toast))
        {
            Changed?.Invoke();
        }
    }

    private void Show(Toast toast)
    {
        _shown.Add(toast);
        if (_shown.Count > MostShown)
        {
            _shown.RemoveAt(0);
        }

        Changed?.Invoke();
    }
}

internal sealed record Toast(string Text, Func<Task>? Undo, bool IsError)
{
    public Guid Id { get; } = Guid.NewGuid();
}
