using Microsoft.Extensions.Logging;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Hosting;

/// <summary>What the loop says.</summary>
internal static partial class LoopLog
{
    [LoggerMessage(1, LogLevel.Critical, "The engine refuses commands. {Reason}")]
    public static partial void Failed(this ILogger log, string reason, Exception error);

    [LoggerMessage(2, LogLevel.Warning, "The wall clock was ahead: engine time jumped from {From} to {To}, and every lease has its full length again.")]
    public static partial void Jumped(this ILogger log, Instant from, Instant to);
}
