using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Shared;

/// <summary>How something stands, as a reader must take it: each has a colour, a shape and a word.</summary>
public enum Signal
{
    Ok,
    Warning,
    Bad,
    Info,
    Neutral,
    Planned,
    Waiting,
    Paused,
    Expired,
    Cancelled,
    Preempted,
    Off,
}

internal static class Signals
{
    /// <summary>How a request stands.</summary>
    public static Signal Of(RequestStatus status) => status switch
    {
        RequestStatus.Queued => Signal.Waiting,
        RequestStatus.Allocated or RequestStatus.Released => Signal.Ok,
        RequestStatus.Expired => Signal.Expired,
        RequestStatus.Cancelled => Signal.Cancelled,
        RequestStatus.Reserved => Signal.Planned,
        RequestStatus.Preempted => Signal.Preempted,
        _ => Signal.Bad,
    };

    /// <summary>How a request stands, with what was done to it.</summary>
    public static Signal Of(Request request) => request.Held ? Signal.Paused : request.Notice is not null ? Signal.Warning : Of(request.Status);

    /// <summary>The same in a word or two.</summary>
    public static string Word(Request request) => request.Held ? "Held back" : request.Notice is not null ? "Told to end" : Word(request.Status);

    /// <summary>A request's state in a word.</summary>
    public static string Word(RequestStatus status) => status switch
    {
        RequestStatus.Queued => "Waiting",
        RequestStatus.Allocated => "Running",
        RequestStatus.Rejected => "Refused",
        RequestStatus.Reserved => "Booked",
        _ => status.ToString(),
    };
}
