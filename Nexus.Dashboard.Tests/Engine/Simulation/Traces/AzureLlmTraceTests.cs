using Nexus.Engine.Simulation.Traces;
using Xunit;

namespace Nexus.Dashboard.Tests.Engine.Simulation.Traces;

/// <summary>The layout of the Azure LLM inference traces.</summary>
public sealed class AzureLlmTraceTests
{
    private const string Two = "TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.6805900,374,44\r\n2023-11-16 18:15:50.9951690,396,109\r\n";

    [Fact]
    public void A_row_is_one_call_with_its_tokens_and_their_sum_as_context()
    {
        TraceRequest[] requests = Trace.Read(Two);

        Assert.Equal("llm.calls 1, tokens.context 418, tokens.input 374, tokens.output 44", requests[0].Resources.ToString());
        Assert.Equal("llm.calls 1, tokens.context 505, tokens.input 396, tokens.output 109", requests[1].Resources.ToString());
        Assert.Equal([0, 43_145_790], requests.Select(r => r.At.Ticks));
        Assert.All(requests, r => Assert.Equal("trace/azure", r.Owner.ToString()));
        Assert.All(requests, r => Assert.Null(r.Duration));
        Assert.All(requests, r => Assert.Null(r.Id));
        Assert.Equal(0.88, requests[0].RunTime(50).TotalSeconds);
    }

    [Fact]
    public void It_is_spread_over_tenants_in_turn() =>
        Assert.Equal(["tenant-1/azure", "tenant-2/azure"], Trace.Read(Two, owners: 2).Select(r => r.Owner.ToString()));

    [Fact]
    public void What_generated_nothing_asks_for_no_output() =>
        Assert.Equal(
            "llm.calls 1, tokens.context 9, tokens.input 9",
            Trace.Read("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,9,0\n")[0].Resources.ToString());

    [Theory]
    [InlineData("noon,1,1", "trace.csv, line 2, column TIMESTAMP: 'noon' is not a time; write 2023-11-16 18:15:46.68 (UTC).")]
    [InlineData("2023-11-16 18:15:46,1.5,1", "trace.csv, line 2, column ContextTokens: '1.5' is not a number of tokens; write a whole number from 0 to 10¹².")]
    [InlineData("2023-11-16 18:15:46,1,", "trace.csv, line 2, column GeneratedTokens: is empty; write a number of tokens as a whole number, 0 or more.")]
    [InlineData("2023-11-16 18:15:46,1000000000000,1", "trace.csv, line 2, column ContextTokens: 1000000000000 makes more than 10¹² units; correct it.")]
    public void A_bad_cell_is_named(string row, string message) =>
        Assert.Equal(message, Assert.Throws<TraceFormatException>(() => Trace.Read($"TIMESTAMP,ContextTokens,GeneratedTokens\n{row}\n")).Message);

    /// <summary>The facts of the data's own description.</summary>
    [Fact]
    public void The_real_hour_has_every_request_and_every_token()
    {
        List<TraceRequest> requests = Trace.ReadShared(Trace.Azure);

        Assert.Equal(19_366, requests.Count);
        Assert.Equal(22_361_870, requests.Sum(r => r.Resources["tokens.input"].Units));
        Assert.Equal(4_088_665, requests.Sum(r => r.Resources["tokens.output"].Units));
        Assert.Equal(19_366, requests.Sum(r => r.Resources["llm.calls"].Units));
        Assert.Equal(TimeSpan.Zero, requests[0].At);
        Assert.InRange(requests[^1].At, TimeSpan.FromMinutes(58), TimeSpan.FromMinutes(59));
    }
}
