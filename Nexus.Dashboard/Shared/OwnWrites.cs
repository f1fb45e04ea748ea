namespace Nexus.Dashboard.Shared;

/// <summary>What a page wrote into its address itself. When it is heard back the page may be further already: only what others wrote, by a link or by going back, is read.</summary>
internal sealed class OwnWrites
{
    private readonly Queue<string> _written = new();
    private string? _heard;

    /// <summary>The page wrote this.</summary>
    public void Wrote(string text) => _written.Enqueue(text);

    /// <summary>The address says this now.</summary>
    /// <returns>True where the page must read it: it is new, and not its own.</returns>
    public bool IsNews(string text)
    {
        if (text == _heard)
        {
            return false;
        }

        _heard = text;
        if (!_written.Contains(text))
        {
            _written.Clear();
            return true;
        }

        // Several written quickly are heard once.
        string heard;
        do
        {
            heard = _written.Dequeue();
        }
        while (heard != text);
        return false;
    }
}
