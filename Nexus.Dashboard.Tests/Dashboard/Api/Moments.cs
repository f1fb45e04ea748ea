using System.Globalization;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>Moments between what a test does to a real program.</summary>
internal static class Moments
{
    // Engine time runs by itself between two looks at the wall clock: so much may lie between the two.
    private const long Apart = 50;

    /// <summary>A moment that what was answered so far does not come after, and what follows does. It waits until that has passed by both clocks.</summary>
    public static async Task<DateTimeOffset> AfterNowAsync()
    {
        long then = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + Apart;
        while (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() <= then + Apart)
        {
            await Task.Yield();
        }

        return DateTimeOffset.FromUnixTimeMilliseconds(then);
    }

    /// <summary>As queries have it.</summary>
    public static string Text(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
