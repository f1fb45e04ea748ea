using System.Globalization;

namespace Nexus.Dashboard.Commands.Journal;

/// <summary>How many events are done, of how many; told by one thread, read by another.</summary>
internal sealed class EventProgress(string what) : IProgress<(long Done, long All)>
{
    private long _done;
    private long _all;

    public void Report((long Done, long All) value)
    {
        Volatile.Write(ref _all, value.All);
        Volatile.Write(ref _done, value.Done);
    }

    public ProgressState State()
    {
        (long done, long all) = (Volatile.Read(ref _done), Volatile.Read(ref _all));
        return new(all == 0 ? 0 : (double)done / all, string.Create(CultureInfo.InvariantCulture, $"{done:N0} of {all:N0} {what}"));
    }
}
