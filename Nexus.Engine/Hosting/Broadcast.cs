using System.Threading.Channels;

namespace Nexus.Engine.Hosting;

/// <summary>One projection and those who watch it.</summary>
internal sealed class Broadcast(IProjection projection, TimeProvider time)
{
    /// <summary>How many frames a subscriber may leave unread before it gets a full one instead.</summary>
    public const int MostUnread = 16;

    private readonly List<Subscriber> _subscribers = [];
    private long _lastSent = time.GetTimestamp();
    private bool _begun;

    /// <summary>How many watch.</summary>
    public int Count => _subscribers.Count;

    /// <summary>Somebody watches from now on, and gets everything first.</summary>
    public void Join(ChannelWriter<Frame> writer, FeedBoard board)
    {
        if (!_begun)
        {
            _begun = true;
            projection.Next(board);
        }

        Subscriber subscriber = new(writer);
        _subscribers.Add(subscriber);
        subscriber.Send(projection.Full(board));
    }

    /// <summary>Somebody watches no longer.</summary>
    /// <returns>How many are left.</returns>
    public int Leave(ChannelWriter<Frame> writer)
    {
        _subscribers.RemoveAll(s => ReferenceEquals(s.Writer, writer));
        return Count;
    }

    /// <summary>Sends what changed.</summary>
    public void Tick(FeedBoard board, long now)
    {
        Frame? frame = projection.Next(board);
        if (frame is null && time.GetElapsedTime(_lastSent, now) < EngineFeed.Heartbeat)
        {
            frame = null;
        }
        else
        {
            frame ??= Quiet(projection.Full(board));
            _lastSent = now;
        }

        foreach (Subscriber subscriber in _subscribers)
        {
            if (subscriber.Missed)
            {
                subscriber.Send(projection.Full(board));
            }
            else if (frame is not null)
            {
                subscriber.Send(frame);
            }
        }
    }

    // Nothing changed, and it says so.
    private static Frame Quiet(Frame full) => full switch
    {
        OverviewFrame f => f with { Full = false, Queue = null, Speed = null, Pools = [], Points = [], Decisions = [], Health = null },
        PoolsFrame f => f with { Full = false, Pools = [], Points = [] },
        PoolFrame f => f with { Full = false, Pool = null, Removed = false, Points = [] },
        QueueFrame f => f with { Full = false, Queue = null },
        _ => full,
    };

    private sealed class Subscriber(ChannelWriter<Frame> writer)
    {
        public ChannelWriter<Frame> Writer { get; } = writer;

        public bool Missed { get; private set; }

        public void Send(Frame frame) => Missed = !Writer.TryWrite(frame);
    }
}
