using System.Text.Json.Serialization;

namespace Nexus.Dashboard.Commands.Replay;

/// <summary>What came of a replay, as <c>replay --json</c> prints it.</summary>
/// <param name="Requests">Requests sent; each is counted in exactly one of the next seven.</param>
/// <param name="Allocated">Granted at once.</param>
/// <param name="QueuedThenAllocated">Granted after waiting.</param>
/// <param name="Reserved">Given a start time, and granted then.</param>
/// <param name="Rejected">Refused, at once or while waiting.</param>
/// <param name="Expired">Waited longest and were not granted.</param>
/// <param name="Cancelled">Ended while waiting, by Ctrl-C or by somebody else.</param>
/// <param name="Errors">Not decided, or granted and not released: the server failed, could not be reached, or refused the call.</param>
/// <param name="Settled">What the releases settled, by kind.</param>
/// <param name="Cost">What that cost; absent where the server charges nothing.</param>
/// <param name="LatencyMs">From the moment a request was due until its decision was here.</param>
/// <param name="ReleaseLatencyMs">The same for releases.</param>
/// <param name="AdmissionSeconds">By priority class, from the moment a request was due until its grant was known here.</param>
/// <param name="DurationSeconds">From the start to the last answer.</param>
/// <param name="Preemptions">Grants that were ended for others; their requests started again.</param>
/// <param name="Retries">Calls sent again because the server was busy (503, 429).</param>
/// <param name="Reconnections">Calls sent again because the connection was lost.</param>
/// <param name="Interrupted">True when it was stopped before its end.</param>
internal sealed record ReplayReport(
    long Requests,
    long Allocated,
    long QueuedThenAllocated,
    long Reserved,
    long Rejected,
    long Expired,
    long Cancelled,
    long Errors,
    SortedDictionary<string, decimal> Settled,
    CostAnswer? Cost,
    ReplayLatency LatencyMs,
    ReplayLatency ReleaseLatencyMs,
    SortedDictionary<string, ReplayAdmission> AdmissionSeconds,
    double DurationSeconds,
    long Preemptions,
    long Retries,
    long Reconnections,
    bool? Interrupted);

/// <summary>Milliseconds, to a thousandth.</summary>
internal sealed record ReplayLatency(double P50, double P99, double Max);

/// <summary>Seconds, to a millisecond.</summary>
internal sealed record ReplayAdmission(double Mean, double P95);

/// <summary>The form on standard output.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(ReplayReport))]
internal sealed partial class ReplayJson : JsonSerializerContext;
