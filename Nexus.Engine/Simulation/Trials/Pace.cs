namespace Nexus.Engine.Simulation.Trials;

/// <summary>Holds work that is in no hurry down to a share of one processor: whenever it is asked to, it rests for as long as makes up for the work since.</summary>
/// <param name="share">The share, above 0, at most 1.</param>
/// <param name="time">The clock.</param>
/// <param name="cancellation">Ends a rest.</param>
internal sealed class Pace(double share, TimeProvider time, CancellationToken cancellation)
{
    private long _since = time.GetTimestamp();

    /// <summary>Rests.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Rest()
    {
        TimeSpan worked = time.GetElapsedTime(_since);
        if (share < 1 && worked > TimeSpan.Zero)
        {
            cancellation.WaitHandle.WaitOne(worked * ((1 / share) - 1));
        }

        cancellation.ThrowIfCancellationRequested();
        _since = time.GetTimestamp();
    }
}
