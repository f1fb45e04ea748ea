using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>The place of one request in every index: the indexes hold the place, a change replaces what is in it.</summary>
internal sealed class RequestSlot(Request request)
{
    private volatile Request _current = request;
    private volatile bool _gone;

    /// <summary>The request as it stands.</summary>
    public Request Current
    {
        get => _current;
        set => _current = value;
    }

    /// <summary>True once memory no longer holds it.</summary>
    public bool Gone
    {
        get => _gone;
        set => _gone = value;
    }

    /// <summary>The pools in which it waits at home, while it waits. Replaced as a whole.</summary>
    public IReadOnlyList<string> Homes { get; set; } = [];
}
