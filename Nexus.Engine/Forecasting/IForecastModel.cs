namespace Nexus.Engine.Forecasting;

/// <summary>How a series goes on, from its past alone: the value that the next ones are as likely to exceed as not.</summary>
/// <remarks>The same past gives the same answer. How far off it may be is not the model's to say: that is learned from its errors (<see cref="ConformalInterval"/>).</remarks>
public interface IForecastModel
{
    /// <summary>The name that people read, in the words of the field.</summary>
    string Name { get; }

    /// <summary>From how many values on the model is what it is named for. With fewer, but one at least, it does what it can.</summary>
    int Fewest { get; }

    /// <summary>The medians of the values that follow.</summary>
    /// <param name="past">Equally spaced values, the oldest first; <see cref="double.NaN"/> where one is missing.</param>
    /// <param name="horizon">Where the medians go: the first is for the value that follows the past, and so on. All are finite; 0 where no value is known.</param>
    void Continue(ReadOnlySpan<double> past, Span<double> horizon);
}
